import { generator } from '../../kit/random';
import { quarterNamed } from '../../systems/gov-sync/names';
import type { Quarter } from '../../systems/gov-sync/quarter';
import type { RunningSync } from '../../systems/gov-sync/start';
import { type Verdict, verdictOf } from '../../systems/gov-sync/verdict';

/** What one run of a mode showed. */
export interface Run extends Verdict {
  /** Attempts of the period until every report had an end. */
  readonly executions: number;
}

const MOST_ATTEMPTS = 12;
const LAST_QUARTER = 2026 * 4 + 2;
const SECOND_START_MS = 60_000;
/** So much higher is the attempt beside an attempt: the one after it may continue from its number. */
const OTHER_ATTEMPTS = 50;

/** Each seed has a quarter of its own, because the audit of a period can't be written again. */
export function periodOf(seed: number): string {
  return quarterNamed(LAST_QUARTER - seed);
}

/** The last part of the name of an execution. */
function attemptOf(executionArn: string): number {
  return Number(executionArn.slice(executionArn.lastIndexOf('-') + 1));
}

/** Sends a quarter to the API of a seed, while a second execution for the same period is started at some moment. */
export async function runSeed(
  sync: RunningSync,
  quarter: Quarter,
  seed: number,
  sleep: (milliseconds: number) => Promise<void>,
): Promise<Run> {
  const period = periodOf(seed);
  const api = await sync.api({ seed });
  const random = generator(seed);
  let executions = 0;
  for (; executions < MOST_ATTEMPTS; executions++) {
    const execution = await sync.start(period);
    if (execution === undefined) throw new Error(`${period} was not started, although nothing runs`);
    const other = attemptOf(execution) + OTHER_ATTEMPTS;
    const second = sleep(random() * SECOND_START_MS).then(() => sync.startAnother(period, other));
    await Promise.all([sync.ended(execution), second.then((arn) => sync.ended(arn))]);
    if ((await sync.table.period(period))?.status === 'COMPLETE') {
      executions += 1;
      break;
    }
  }
  return { ...verdictOf(quarter.plan(period), await sync.table.reports(period), api.record()), executions };
}
