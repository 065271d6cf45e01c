import { Duration, Token } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';
import { inUnitOf } from '../core/private/duration-range';
import { checkName } from '../core/private/log-name';
import { Problems } from '../core/private/problems';

/** The values that are checked. */
export interface CheckedSyncProps {
  readonly maxConcurrency: number;
  readonly dueAfter: Duration;
  readonly auditRetention: Duration;
  readonly name?: string;
}

const MOST_CONCURRENT = 40;
const DAY = Duration.days(1);
const LONGEST_DUE = Duration.days(365);
/** Documented: "Object Lock considerations": 100 years. */
const LONGEST_RETENTION = Duration.days(36_500);

/** Reports values that are out of range. */
export function validateSync(scope: IConstruct, { maxConcurrency, dueAfter, auditRetention, name }: CheckedSyncProps): void {
  const problems = new Problems(scope);
  if (Token.isUnresolved(maxConcurrency) || !Number.isInteger(maxConcurrency) || maxConcurrency < 1 || maxConcurrency > MOST_CONCURRENT) {
    problems.add('maxConcurrency', maxConcurrency, `an integer between 1 and ${MOST_CONCURRENT}, known at synthesis`);
  }
  checkDays('dueAfter', dueAfter, LONGEST_DUE);
  checkDays('auditRetention', auditRetention, LONGEST_RETENTION);
  checkName(problems, name);

  function checkDays(property: string, value: Duration, most: Duration): void {
    const seconds = value.isUnresolved() ? undefined : value.toSeconds({ integral: false });
    if (seconds !== undefined && seconds % DAY.toSeconds() === 0 && seconds > 0 && seconds <= most.toSeconds()) return;
    problems.add(property, value, `whole days between ${inUnitOf(value, DAY)} and ${inUnitOf(value, most)}, known at synthesis`);
  }
}
