import type { Quarter } from '../../systems/gov-sync/quarter';
import type { RunningGovSync, RunningSync } from '../../systems/gov-sync/start';
import { type Verdict, verdictOf } from '../../systems/gov-sync/verdict';
import { isAt, nameOf, type Point } from './points';
import { SCENARIOS } from './scenarios';

/** What happened at the points. */
export interface Crashed {
  /** Points at which a sync was stopped. */
  readonly reached: readonly string[];
  readonly unreached: readonly string[];
  readonly verdicts: readonly Verdict[];
  /** Points after which a report was lost, doubled, altered or dead-lettered wrongly. */
  readonly wrong: readonly string[];
}

export const isWrong = ({ lost, doubled, altered, deadLetteredWrongly }: Verdict): boolean =>
  lost + doubled + altered + deadLetteredWrongly > 0;

/** Stops an attempt at each point with StopExecution, and starts the next one until the period is complete. */
export async function stopAtEach(
  running: RunningGovSync,
  quarter: Quarter,
  { points, periodOf, done }: { readonly points: readonly Point[]; periodOf(number: number): string; done(count: number): void },
): Promise<Crashed> {
  const [sync] = running.syncs;
  const reached: string[] = [];
  const unreached: string[] = [];
  const verdicts: Verdict[] = [];
  const wrong: string[] = [];
  let number = 0;
  for (const [place, point] of points.entries()) {
    let isReached = false;
    for (const { behaviour, seed } of SCENARIOS) {
      if (isReached) break;
      const period = periodOf(++number);
      const api = await sync.api({ seed: seed * 1_000 + place, behaviour });
      isReached = await stopAt(running, sync, period, point);
      const verdict = verdictOf(quarter.plan(period), await sync.table.reports(period), api.record());
      verdicts.push(verdict);
      if (isWrong(verdict)) wrong.push(`${nameOf(point)}, seed ${seed * 1_000 + place}`);
    }
    (isReached ? reached : unreached).push(nameOf(point));
    done(place + 1);
  }
  return { reached, unreached, verdicts, wrong };
}

/** @returns whether the point was reached, in any attempt of the period */
async function stopAt({ sandbox }: RunningGovSync, sync: RunningSync, period: string, point: Point): Promise<boolean> {
  let isReached = false;
  const stopListening = sandbox.stateMachines.onTransition(async (transition) => {
    if (isReached || !isAt(point, transition)) return;
    isReached = true;
    // The attempt, with all its child executions.
    for (const executionArn of await sync.running()) void sync.stop(executionArn);
    // Nothing happens at this point until it is stopped.
    await new Promise(() => undefined);
  });
  try {
    await sync.start(period);
    await sync.startAnother(period, 99);
    await sync.complete(period);
    return isReached;
  } finally {
    stopListening();
  }
}
