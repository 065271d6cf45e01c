import { endedPeriods, type Period, syncTime } from '../period';
import { periodKey, SYNC, type SyncTable } from '../sync-table';
import { ATTEMPT_EVERY_MS, type Dependencies as AttemptDependencies, type Outcome, type Starter, startAttempt } from './attempts';
import { type Measured, measure } from './open-periods';
import type { StartRequest } from './request';

/** Periods that are continued and measured: those that ended within the last three years. */
export const WATCHED_PERIODS = 12;

export interface Dependencies extends AttemptDependencies {
  readonly timeZone: string;
  /** The day and the hour at which the schedule of each quarter starts a sync. */
  readonly day: number;
  readonly hour: number;
  onOutcome(outcome: Outcome): void;
  onMeasured(measured: Measured): void;
}

export interface StartResult {
  readonly started: readonly Pick<Outcome, 'period' | 'attempt' | 'executionArn'>[];
  /** What was not started, and why. */
  readonly notStarted: readonly Pick<Outcome, 'period' | 'attempt' | 'result'>[];
}

/**
 * Starts attempts: of the period that has ended, of all periods that are open, or of the one that a person asks for.
 *
 * @throws if a period cannot be started, after the others were
 */
export async function startSync(request: StartRequest, dependencies: Dependencies): Promise<StartResult> {
  const { now, timeZone } = dependencies;
  if (request.kind === 'PERSON') {
    const { period, person } = request;
    if (!endedPeriods(now(), timeZone, WATCHED_PERIODS).some(({ name }) => name === period.name)) {
      throw new Error(`invalid period ${period.name}: expected one of the ${WATCHED_PERIODS} quarters that ended last`);
    }
    return startAll([period], { person }, dependencies);
  }
  const { scheduledAt } = request;
  if (request.kind === 'PERIOD_END') return startAll(endedPeriods(scheduledAt, timeZone, 1), { scheduledAt }, dependencies);
  const watched = endedPeriods(scheduledAt, timeZone, WATCHED_PERIODS);
  try {
    return await startAll(await opened(watched, scheduledAt, dependencies), { scheduledAt }, dependencies);
  } finally {
    dependencies.onMeasured(await measure(watched, dependencies.table, now()));
  }
}

/**
 * Periods that were started before, the oldest first, and the last one if its schedule should have started it and did not: its alarm of the due
 * date would never ring. A deployment in the middle of a quarter sends nothing, because the sync was not there at the time of its schedule:
 * also not if a person starts an earlier period then.
 */
async function opened(
  periods: readonly Period[],
  scheduledAt: number,
  { table, timeZone, day, hour }: Dependencies,
): Promise<readonly Period[]> {
  const items = await Promise.all(periods.map(({ name }) => table.read(periodKey(name))));
  const started = periods.filter((_, index) => items[index] !== undefined);
  const [last] = periods;
  const time = syncTime(last, timeZone, day, hour) ?? Number.POSITIVE_INFINITY;
  const wasThere = (await firstCheck(scheduledAt, table)) <= time;
  const isMissed = items[0] === undefined && wasThere && scheduledAt >= time + ATTEMPT_EVERY_MS;
  return (isMissed ? [last, ...started] : started).reverse();
}

/** When the schedule of every 6 hours ran for the first time. The first run writes it. */
async function firstCheck(scheduledAt: number, table: SyncTable): Promise<number> {
  for (;;) {
    const { since } = ((await table.read(SYNC)) ?? {}) as { readonly since?: number };
    if (since !== undefined) return since;
    await table.change(SYNC, { set: { since: scheduledAt }, expect: { since: undefined } });
  }
}

async function startAll(periods: readonly Period[], starter: Starter, dependencies: Dependencies): Promise<StartResult> {
  const outcomes: Outcome[] = [];
  const failures: unknown[] = [];
  for (const period of periods) {
    try {
      const outcome = await startAttempt(period, starter, dependencies);
      outcomes.push(outcome);
      dependencies.onOutcome(outcome);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return {
    started: outcomes.flatMap(({ result, ...started }) => (result === 'STARTED' ? [started] : [])),
    notStarted: outcomes.flatMap(({ executionArn: _, ...outcome }) => (outcome.result === 'STARTED' ? [] : [outcome])),
  };
}
