import type { ApiRecord } from '../../government-api';
import { quarterNamed } from '../../systems/gov-sync/names';
import type { Quarter } from '../../systems/gov-sync/quarter';
import { type ReportItem, type Verdict, verdictOf } from '../../systems/gov-sync/verdict';
import { nameOf, type Point, type Remaining } from './points';
import { SCENARIOS, type Scenario } from './scenarios';

/** A period in which attempts are stopped, until it is complete. */
export interface CrashedPeriod {
  readonly period: string;
  readonly scenario: Scenario;
  /** Of the API. */
  readonly seed: number;
}

/** What happened at the points. */
export interface Crashed {
  readonly reached: readonly Point[];
  readonly unreached: readonly Point[];
  readonly periods: number;
  readonly verdicts: readonly Verdict[];
  /** Periods in which a report was lost, doubled, altered or dead-lettered wrongly, and where they were stopped. */
  readonly wrong: readonly string[];
}

export const NOTHING: Crashed = { reached: [], unreached: [], periods: 0, verdicts: [], wrong: [] };

/** Fewer than all: a period that is stopped everywhere says little of one that is stopped once, and each of them is also completed. */
export const MOST_IN_PERIOD = 8;
/** The schedule has hours, so that look-ups are possible then. With less, an attempt also waits for them. */
export const BETWEEN_ATTEMPTS_MS = 5 * 60_000;
/** So many periods in a row in which no point was reached end the search: each scenario had its turn three times. */
const MOST_IN_VAIN = 3 * SCENARIOS.length;
const FIRST_QUARTER = 1_950 * 4;

export interface CrashOptions {
  readonly remaining: Remaining;
  readonly quarter: Quarter;
  readonly seed: number;
  done(reached: number): void;
  /** Stops a period at remaining points, and completes it. */
  crash(period: CrashedPeriod): Promise<{ readonly items: readonly ReportItem[]; readonly record: ApiRecord }>;
}

/** Takes one period after the other, until every point was reached once. */
export async function crashPeriods({ remaining, quarter, seed, done, crash }: CrashOptions): Promise<Crashed> {
  const verdicts: Verdict[] = [];
  const wrong: string[] = [];
  let number = 0;
  for (let inVain = 0; remaining.all.length > 0 && inVain < MOST_IN_VAIN; number++) {
    const scenario = SCENARIOS[number % SCENARIOS.length];
    const crashed = { period: quarterNamed(FIRST_QUARTER + number), scenario, seed: seed + number };
    const before = remaining.reached.length;
    const { items, record } = await crash(crashed);
    const verdict = verdictOf(quarter.plan(crashed.period), items, record);
    verdicts.push(verdict);
    const points = remaining.reached.slice(before);
    if (isWrong(verdict)) wrong.push(`${crashed.period}, API ${scenario.name}, seed ${crashed.seed}: ${points.map(nameOf).join(', ')}`);
    inVain = points.length === 0 ? inVain + 1 : 0;
    done(remaining.reached.length);
  }
  return { reached: remaining.reached, unreached: remaining.all, periods: number, verdicts, wrong };
}

const isWrong = ({ lost, doubled, altered, deadLetteredWrongly }: Verdict): boolean => lost + doubled + altered + deadLetteredWrongly > 0;

/** Several parts as one. */
export function allOf(parts: readonly Crashed[]): Crashed {
  return {
    reached: parts.flatMap(({ reached }) => reached),
    unreached: parts.flatMap(({ unreached }) => unreached),
    periods: parts.reduce((sum, { periods }) => sum + periods, 0),
    verdicts: parts.flatMap(({ verdicts }) => verdicts),
    wrong: parts.flatMap(({ wrong }) => wrong),
  };
}
