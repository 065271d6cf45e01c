import { awsDependencies } from '../lake-rewrite/lambda/aws-dependencies';
import { readSettings } from '../runtime/environment';
import { writeLines } from '../runtime/log-line';
import { compact } from './lambda/compact';
import { resultLines } from './lambda/result-lines';
import { COMPACTION_VARIABLES, type CompactionSettings } from './settings';

const settings = readSettings<CompactionSettings>(COMPACTION_VARIABLES);
const dependencies = awsDependencies(settings);

/** What an operator sees who invokes the function. The log has the reasons of failures. */
interface Summary {
  readonly compacted: number;
  readonly left: number;
  readonly failed: number;
  /** Folders of years that the table does not have. */
  readonly outside: number;
}

interface Context {
  readonly functionName: string;
  getRemainingTimeInMillis(): number;
}

export async function handler(_event: unknown, context: Context): Promise<Summary> {
  const result = await compact(settings, dependencies, Date.now() + context.getRemainingTimeInMillis());
  writeLines(...resultLines(result, { functionName: context.functionName, at: Date.now() }));
  const { compacted, left, failed, outside } = result;
  return { compacted, left, failed: failed.length, outside: outside.folders };
}
