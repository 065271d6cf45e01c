import { setTimeout as pause } from 'node:timers/promises';
import type { Sandbox } from '../../../sandbox';

const QUIET_MS = 30;
const SLOW_MS = 1_000;
/** A function that takes longer, or never ends, is not waited for. Compaction of many folders takes a while. */
const LONGEST_MS = 180_000;
/** Where the clock keeps its speed, what goes on for minutes of the clock is not waited for: a fault would last as long. */
const LONGEST_NATURALLY_MS = 500;

/** Waits until nothing happens. */
export interface Quiet {
  /**
   * @param naturally whether the clock keeps its speed. Otherwise it slows down for work that takes seconds here: a query would not end in the
   * minutes that its function waits for it.
   */
  wait(naturally?: boolean): Promise<void>;
  /** A function whose events are not work: it is busy by purpose. */
  ignore(events: number): void;
  close(): void;
}

/** Nothing happens when no function works, no query runs, nothing is delivered, and no call has reached the endpoint for a moment. */
export function quietOf({ endpoint, functions, queries, deliveryStreams, clock }: Sandbox): Quiet {
  let calls = 0;
  let ignored = 0;
  const close = endpoint.onCall(() => {
    calls += 1;
  });
  return {
    close,
    ignore(events) {
      ignored = events;
    },
    async wait(naturally = false) {
      const { speed } = clock;
      const began = performance.now();
      const until = began + (naturally ? LONGEST_NATURALLY_MS : LONGEST_MS);
      let [seen, since] = [calls, began];
      // A delivery ends, or waits to be tried again.
      while (performance.now() < until || (!naturally && deliveryStreams.underWay > 0)) {
        await pause(5);
        // A function that waits for a query does nothing but wait.
        const isBusy = functions.inFlight - functions.waiting > ignored || queries.underWay + deliveryStreams.underWay > 0;
        if (isBusy || calls !== seen) [seen, since] = [calls, performance.now()];
        if (!naturally && clock.speed > 1 && performance.now() - began > SLOW_MS) clock.setSpeed(1);
        if (performance.now() - since >= QUIET_MS) break;
      }
      if (clock.speed !== speed) clock.setSpeed(speed);
    },
  };
}
