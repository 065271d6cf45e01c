import { setTimeout as pause } from 'node:timers/promises';
import type { Sandbox } from '../../../sandbox';

const QUIET_MS = 30;
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
export function quietOf({ endpoint, functions, deliveryStreams }: Sandbox): Quiet {
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
      const until = performance.now() + longestMs;
      let [seen, since] = [calls, performance.now()];
      // A delivery ends, or waits to be tried again.
      while (performance.now() < until || deliveryStreams.underWay > 0) {
        await pause(5);
        const isBusy = functions.inFlight - functions.waiting > ignored || deliveryStreams.underWay > 0;
        if (isBusy || calls !== seen) [seen, since] = [calls, performance.now()];
        if (performance.now() - since >= QUIET_MS) return;
      }
    },
  };
}
