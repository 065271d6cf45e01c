import { executionArn } from '../execution-name';
import type { PeriodItem } from '../items';
import type { Period } from '../period';
import { type Item, periodKey, type SyncTable } from '../sync-table';
import type { Person } from './request';

/** At most so many attempts of a period are started by the schedule. */
export const MAX_SCHEDULED_ATTEMPTS = 12;
/** The schedule runs so often. */
export const ATTEMPT_EVERY_MS = 6 * 3_600_000;
/** The time of day of the schedule is that of the time zone: where clocks are moved, it runs up to an hour earlier. */
const CLOCK_CHANGE_MARGIN_MS = 90 * 60_000;
/** An execution is forgotten 90 days after its end. One that was never started is started within this time. */
const NEVER_STARTED_MS = 14 * 86_400_000;

/** What the starter adds to the item of a period. Times are milliseconds since the epoch. */
export interface StartedPeriod extends PeriodItem {
  /** When the schedule starts the next attempt, if this one fails or waits for look-ups. */
  readonly nextAttemptAt?: number;
  /** Attempts that were started by the schedule. */
  readonly scheduledAttempts?: number;
  /** The last attempt that was counted as failed. */
  readonly failedAttempt?: number;
  readonly consecutiveFailures?: number;
  /** Since when the schedule starts no further attempt. The next attempt, of a person, removes it. */
  readonly exhaustedAt?: number;
  /** Who started the attempt: `schedule`, or a person, with the reason. */
  readonly startedBy?: string;
  readonly startedWhy?: string;
}

/** The input of an execution. */
export interface AttemptInput {
  readonly period: string;
  readonly attempt: number;
  readonly startedBy: string;
  readonly why?: string;
}

export interface Executions {
  /** NONE: there is no execution with this ARN. */
  status(executionArn: string): Promise<'NONE' | 'RUNNING' | 'SUCCEEDED' | 'FAILED'>;
  /** Starts an execution, unless one with the same ARN was started before. */
  start(executionArn: string, input: AttemptInput): Promise<void>;
}

export interface Dependencies {
  readonly table: SyncTable;
  readonly executions: Executions;
  readonly stateMachineArn: string;
  readonly dueAfterMs: number;
  now(): number;
}

/** Who starts an attempt: a person, or the schedule at its time. */
export type Starter = { readonly person: Person } | { readonly scheduledAt: number };

/** NOT_DUE: the next attempt is later. EXHAUSTED: the schedule does not start another one. */
export interface Outcome {
  readonly period: string;
  readonly result: 'STARTED' | 'RUNNING' | 'COMPLETE' | 'NOT_DUE' | 'EXHAUSTED';
  readonly attempt: number;
  readonly executionArn: string;
}

/**
 * Starts the first attempt of a period, or the next one if the last one has ended. The number of the attempt is written before its execution
 * is started, on condition that nobody else did so: of invocations at the same time, one writes it, and all others find it. If the function
 * stops in between, the next invocation starts the execution.
 */
export async function startAttempt(period: Period, starter: Starter, dependencies: Dependencies): Promise<Outcome> {
  const { table } = dependencies;
  for (;;) {
    const found = (await table.read(periodKey(period.name))) as StartedPeriod | undefined;
    const outcome =
      found?.attempt === undefined
        ? await startFirst(period, starter, dependencies)
        : await startNext(period, { ...found, attempt: found.attempt }, starter, dependencies);
    if (outcome !== undefined) return outcome;
  }
}

type Attempted = StartedPeriod & { readonly attempt: number };

/** @returns undefined if the item was changed in between */
async function startFirst(period: Period, starter: Starter, dependencies: Dependencies): Promise<Outcome | undefined> {
  const set = {
    ...attemptOf(1, {}, starter, dependencies),
    ...{ status: 'WAITING_FOR_DATA', since: dependencies.now(), consecutiveFailures: 0 },
    dueAt: Date.parse(period.end) + dependencies.dueAfterMs,
  };
  return claim(period, set, { attempt: undefined }, dependencies);
}

/** @returns undefined if the item was changed in between */
async function startNext(period: Period, found: Attempted, starter: Starter, dependencies: Dependencies): Promise<Outcome | undefined> {
  const { table, executions, stateMachineArn, now } = dependencies;
  const { attempt, failedAttempt, nextAttemptAt = 0, consecutiveFailures = 0, scheduledAttempts = 0 } = found;
  const arn = executionArn(stateMachineArn, period.name, attempt);
  const outcome = (result: Outcome['result']): Outcome => ({ period: period.name, result, attempt, executionArn: arn });
  if (found.status === 'COMPLETE') return outcome('COMPLETE');
  const status = await executions.status(arn);
  if (status === 'RUNNING') return outcome('RUNNING');
  // An attempt before it, which a person redrove. A new one would end at once, because it gets no lease.
  if (found.leaseOwner !== undefined && found.leaseOwner !== arn && (await executions.status(found.leaseOwner)) === 'RUNNING') {
    return outcome('RUNNING');
  }
  if (status === 'NONE' && now() - nextAttemptAt < NEVER_STARTED_MS) {
    await executions.start(arn, inputOf(period.name, found));
    return outcome('STARTED');
  }
  if (status !== 'SUCCEEDED' && failedAttempt !== attempt) {
    const set = { failedAttempt: attempt, consecutiveFailures: consecutiveFailures + 1 };
    // It is read again: the next attempt is started on what was written.
    await table.change(periodKey(period.name), { set, expect: { attempt, failedAttempt } });
    return undefined;
  }
  // An attempt that only waits for look-ups does not count, until the period is due: then a person has to know.
  const waits = status === 'SUCCEEDED' && found.status === 'WAITING_FOR_LOOK_UP';
  const isFree = waits && found.startedBy === 'schedule' && now() < (found.dueAt ?? 0);
  const counted = Math.max(0, scheduledAttempts - (isFree ? 1 : 0));
  if ('scheduledAt' in starter) {
    if (starter.scheduledAt < nextAttemptAt - (waits ? 0 : CLOCK_CHANGE_MARGIN_MS)) return outcome('NOT_DUE');
    if (counted >= MAX_SCHEDULED_ATTEMPTS) {
      if (found.exhaustedAt === undefined)
        await table.change(periodKey(period.name), {
          set: { exhaustedAt: now() },
          expect: { attempt, scheduledAttempts, exhaustedAt: undefined },
        });
      return outcome('EXHAUSTED');
    }
  }
  const set = attemptOf(attempt + 1, { ...found, scheduledAttempts: counted }, starter, dependencies);
  return claim(period, set, { attempt }, dependencies);
}

function attemptOf(attempt: number, { scheduledAttempts = 0 }: StartedPeriod, starter: Starter, { now }: Dependencies) {
  const scheduled = 'scheduledAt' in starter;
  return {
    attempt,
    nextAttemptAt: (scheduled ? starter.scheduledAt : now()) + ATTEMPT_EVERY_MS,
    scheduledAttempts: scheduledAttempts + (scheduled ? 1 : 0),
    startedBy: scheduled ? 'schedule' : starter.person.who,
    startedWhy: scheduled ? undefined : starter.person.why,
    exhaustedAt: undefined,
  };
}

async function claim(
  period: Period,
  set: ReturnType<typeof attemptOf>,
  expect: Item,
  { table, executions, stateMachineArn }: Dependencies,
): Promise<Outcome | undefined> {
  const claimed = await table.change(periodKey(period.name), { set, expect });
  if (claimed === undefined) return undefined;
  const arn = executionArn(stateMachineArn, period.name, set.attempt);
  await executions.start(arn, inputOf(period.name, set));
  return { period: period.name, result: 'STARTED', attempt: set.attempt, executionArn: arn };
}

function inputOf(
  period: string,
  { attempt, startedBy = 'schedule', startedWhy }: StartedPeriod & { readonly attempt: number },
): AttemptInput {
  return { period, attempt, startedBy, ...(startedWhy === undefined ? {} : { why: startedWhy }) };
}
