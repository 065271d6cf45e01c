import { Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { invalid } from './invalid';

/** Where the pages of this package are. */
export const PAGES = 'https://github.com/cdk-andamio/cdk-andamio/blob/main/src';

/** Documented: "PutMetricAlarm", AlarmDescription. */
const MAX_CHARACTERS = 1_024;

/** The part of a construct's README that says what to do about its alarms. */
export function runbookOf(folder: string): string {
  return `${PAGES}/${folder}/README.md#alarms`;
}

/**
 * Returns the description of an alarm: its reason, and where it is written what to do.
 *
 * @throws when it is longer than CloudWatch accepts
 */
export function describeAlarm(
  scope: IConstruct,
  { name, reason, runbook }: { readonly name: string; readonly reason: string; readonly runbook?: string },
): string {
  const text = [reason, ...(runbook === undefined ? [] : [`What to do: ${runbook}`])].join(' ');
  if (!Token.isUnresolved(text) && text.length > MAX_CHARACTERS) {
    invalid(scope, `reason of ${name}`, reason, `at most ${MAX_CHARACTERS} characters with the link, not ${text.length}`);
  }
  return text;
}
