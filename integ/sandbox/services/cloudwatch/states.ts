import type { AlarmState } from '../../contracts';

export type MissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

/** How the values of an alarm decide its state. */
export interface Rule {
  /** N */
  readonly evaluationPeriods: number;
  /** M */
  readonly datapointsToAlarm: number;
  readonly missingData: MissingData;
  breaches(value: number): boolean;
}

export interface Datapoint {
  /** The start of the period. */
  readonly at: number;
  readonly value: number;
}

/** What an evaluation found. */
export interface Evaluation {
  readonly state: AlarmState;
  /** The values that decided, the newest first. */
  readonly considered: readonly Datapoint[];
  /** How many values were missing and were filled. */
  readonly filled: number;
}

/**
 * How many periods are read. Documented is that it is more than the evaluation periods, and the example with 5 for 3 ("Configuring how
 * CloudWatch alarms treat missing data").
 */
export const rangeOf = ({ evaluationPeriods }: Pick<Rule, 'evaluationPeriods'>): number => evaluationPeriods + 2;

/**
 * The state that follows from the values of the evaluation range, as documented in "Configuring how CloudWatch alarms treat missing data".
 *
 * @param values one per period, the oldest first; undefined where data is missing
 * @param current the state before; an alarm keeps it if the values decide nothing
 */
export function evaluateRange(rule: Rule, values: readonly (Datapoint | undefined)[], current: AlarmState): Evaluation {
  const { evaluationPeriods, datapointsToAlarm, missingData } = rule;
  const recent = values.slice(-evaluationPeriods);
  const real = (recent.includes(undefined) ? values : recent).filter((value) => value !== undefined).reverse();
  const considered = real.slice(0, evaluationPeriods);
  const filled = evaluationPeriods - considered.length;
  const breaching = considered.filter(({ value }) => rule.breaches(value)).length;
  const result = (state: AlarmState): Evaluation => ({ state, considered, filled });
  const decided = (count: number) => result(count >= datapointsToAlarm ? 'ALARM' : 'OK');
  if (filled === 0 || missingData === 'notBreaching') return decided(breaching);
  if (missingData === 'breaching') return decided(breaching + filled);
  if (considered.length === 0) return result(missingData === 'ignore' ? current : 'INSUFFICIENT_DATA');
  if (breaching >= datapointsToAlarm || breaching < considered.length) return decided(breaching);
  // All values breach, and they are too few. Documented: "Avoiding premature transitions to alarm state".
  const oldest = values.length - values.findIndex((value) => value !== undefined);
  return result(missingData === 'missing' && oldest >= datapointsToAlarm ? 'ALARM' : current);
}
