import { setTimeout as pause } from 'node:timers/promises';
import type { Sandbox } from '../../../sandbox';

const QUIET_MS = 30;
const SLOW_MS = 1_000;
/** A function that takes longer, or never ends, is not waited for. Compaction of many folders takes a while. */
const LONGEST_MS = 60_000;

/** Waits until nothing happens. */
export interface Quiet {
  /** @param longestMs in this machine's time */
  wait(longestMs?: number): Promise<void>;
  /** A function whose events are not work: it is busy by purpose. */
  ignore(events: number): void;
  close(): void;
}

/** Nothing happens when no function works, nothing is delivered, and no call has reached the endpoint for a moment. */
export function quietOf({ endpoint, functions, deliveryStreams, clock }: Sandbox): Quiet {
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
    async wait(longestMs = LONGEST_MS) {
      const { speed } = clock;
      const began = performance.now();
      const until = began + longestMs;
      let [seen, since] = [calls, began];
      // A delivery ends, or waits to be tried again.
      while (performance.now() < until || deliveryStreams.underWay > 0) {
        await pause(5);
        const isBusy = functions.inFlight - functions.waiting > ignored || deliveryStreams.underWay > 0;
        if (isBusy || calls !== seen) [seen, since] = [calls, performance.now()];
        // What this machine needs seconds for is to have them: a query would otherwise not end in the minutes that its function waits.
        if (clock.speed > 1 && performance.now() - began > SLOW_MS) clock.setSpeed(1);
        if (performance.now() - since >= QUIET_MS) break;
      }
      if (clock.speed !== speed) clock.setSpeed(speed);
    },
  };
}
