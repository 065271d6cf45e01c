import type { Quarter } from '../../systems/gov-sync/quarter';
import type { RunningGovSync, RunningSync } from '../../systems/gov-sync/start';
import { BETWEEN_ATTEMPTS_MS, type Crashed, crashPeriods, MOST_IN_PERIOD } from './periods';
import type { Remaining } from './points';

export interface StopOptions {
  readonly remaining: Remaining;
  readonly quarter: Quarter;
  readonly seed: number;
  done(reached: number): void;
}

/** Stops an attempt with StopExecution at each point, and starts the next one until the period is complete. */
export function stopAtEach({ sandbox, syncs: [sync] }: RunningGovSync, options: StopOptions): Promise<Crashed> {
  const { remaining } = options;
  return crashPeriods({
    ...options,
    async crash({ period, scenario: { behaviour }, seed }) {
      const api = await sync.api({ seed, behaviour });
      const most = remaining.reached.length + MOST_IN_PERIOD;
      let isStopping = false;
      const stopListening = sandbox.stateMachines.onTransition(async (transition) => {
        if (isStopping || remaining.reached.length >= most || remaining.take(transition) === undefined) return;
        isStopping = true;
        // The attempt, with all its child executions, and the one that was started beside it.
        for (const executionArn of await sync.running()) void sync.stop(executionArn);
        // Nothing happens at this point until it is stopped.
        await new Promise(() => undefined);
      });
      try {
        for (let attempt = 1; attempt <= MOST_IN_PERIOD + MOST_ATTEMPTS; attempt++) {
          isStopping = false;
          if (attempt > 1) sandbox.clock.advance(BETWEEN_ATTEMPTS_MS);
          if (await isComplete(sync, period, attempt)) return { items: await sync.table.reports(period), record: api.record() };
        }
      } finally {
        stopListening();
      }
      throw new Error(`${period} is not complete after ${MOST_ATTEMPTS} attempts that were not stopped`);
    },
  });
}

const MOST_ATTEMPTS = 12;

/** Starts an attempt and another one beside it. @returns whether the period was complete before they began */
async function isComplete(sync: RunningSync, period: string, attempt: number): Promise<boolean> {
  if ((await sync.table.period(period))?.status === 'COMPLETE') return true;
  const first = await sync.startAnother(period, 2 * attempt - 1);
  const second = await sync.startAnother(period, 2 * attempt);
  await Promise.all([sync.ended(first), sync.ended(second)]);
  return false;
}
