import { Duration, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { outermostStack } from '../core/private/base/outermost-stack';
import { checkName } from '../core/private/log-name';
import { isFirst } from '../core/private/once';
import { Problems } from '../core/private/problems';

/** The values that are checked. */
export interface CheckedSyncProps {
  readonly maxConcurrency: number;
  readonly dueAfter: Duration;
  /** The day of the month on which the schedule starts. */
  readonly day: number;
  readonly auditRetention: Duration;
  readonly name?: string;
}

const MOST_CONCURRENT = 40;
const DAY = Duration.days(1);
const LONGEST_DUE = 365;
/** Documented: "Object Lock considerations": 100 years. */
const LONGEST_RETENTION = 36_500;

/**
 * Reports values that are out of range.
 *
 * @returns the times, a day where one is out of range
 */
export function validateSync(
  scope: IConstruct,
  { maxConcurrency, dueAfter, day, auditRetention, name }: CheckedSyncProps,
): Pick<CheckedSyncProps, 'dueAfter' | 'auditRetention'> {
  const problems = new Problems(scope);
  if (Token.isUnresolved(maxConcurrency) || !Number.isInteger(maxConcurrency) || maxConcurrency < 1 || maxConcurrency > MOST_CONCURRENT) {
    problems.add('maxConcurrency', maxConcurrency, `an integer between 1 and ${MOST_CONCURRENT}, known at synthesis`);
  }
  checkName(problems, name);
  if (name !== undefined && !Token.isUnresolved(name) && !isFirst(outermostStack(scope), `ResilientGovSync.name.${name}`)) {
    problems.add('name', name, 'a name that no other ResilientGovSync of the stack has: state machine and log groups are named after it');
  }
  return {
    dueAfter: checkDays('dueAfter', dueAfter, day + 1, LONGEST_DUE, `: the schedule starts on day ${day}`),
    auditRetention: checkDays('auditRetention', auditRetention, 1, LONGEST_RETENTION),
  };

  function checkDays(property: string, value: Duration, least: number, most: number, why = ''): Duration {
    const days = value.isUnresolved() ? undefined : value.toDays({ integral: false });
    if (days !== undefined && Number.isInteger(days) && days >= least && days <= most) return value;
    problems.add(property, value, `whole days, from ${least} to ${most}, known at synthesis${why}`);
    return DAY;
  }
}
