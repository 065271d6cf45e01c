import { readSettings } from '../runtime/environment';
import { writeLines } from '../runtime/log-line';
import { LAKE_REPORTS_VARIABLES, type LakeReportsSettings } from './lake-reports-settings';
import { awsDependencies } from './lambda/lake-reports/aws-dependencies';
import { readPersonRequest } from './lambda/lake-reports/person-request';
import { prepareReports } from './lambda/lake-reports/prepare';
import { resultLine } from './lambda/lake-reports/result-line';
import { readRequest, type SourceResult } from './lambda/lake-reports/source-request';

const settings = readSettings<LakeReportsSettings>(LAKE_REPORTS_VARIABLES);
const dependenciesOf = awsDependencies(settings);

/** Makes the reports of a period from the lake, for the state machine or for a person: done, or asked again after some seconds. */
export async function handler(event: unknown): Promise<SourceResult> {
  const request = readPersonRequest(event, settings) ?? readRequest(event);
  const result = await prepareReports(
    request,
    settings,
    dependenciesOf(request, () => nowOf(event)),
  );
  writeLines(resultLine(request.period, result));
  return result;
}

/** The state machine waits by its own clock, which can be ahead of the function's. */
function nowOf(event: unknown): number {
  const { at } = event as { readonly at?: unknown };
  const entered = Date.parse(String(at));
  return Number.isNaN(entered) ? Date.now() : Math.max(Date.now(), entered);
}
