import { Duration, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { inUnitOf } from '../core/private/duration-range';
import { checkName } from '../core/private/log-name';
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
const LONGEST_DUE = Duration.days(365);
/** Documented: "Object Lock considerations": 100 years. */
const LONGEST_RETENTION = Duration.days(36_500);

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
  return {
    dueAfter: checkDays('dueAfter', dueAfter, LONGEST_DUE, Duration.days(day + 1)),
    auditRetention: checkDays('auditRetention', auditRetention, LONGEST_RETENTION, DAY),
  };

  function checkDays(property: string, value: Duration, most: Duration, least: Duration): Duration {
    const seconds = value.isUnresolved() ? undefined : value.toSeconds({ integral: false });
    if (seconds !== undefined && seconds % DAY.toSeconds() === 0 && seconds >= least.toSeconds() && seconds <= most.toSeconds())
      return value;
    problems.add(property, value, `whole days between ${inUnitOf(value, least)} and ${inUnitOf(value, most)}, known at synthesis`);
    return DAY;
  }
}
