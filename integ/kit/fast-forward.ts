import { setTimeout as pause } from 'node:timers/promises';
import type { Sandbox } from '../sandbox';

export interface FastForwardOptions {
  /** Called before each move of the clock, with how far it moves. */
  before?(milliseconds: number): void | Promise<void>;
}

export interface FastForward {
  /** How often the clock was moved. */
  readonly moves: number;
  close(): Promise<void>;
}

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
/** How long nothing must happen, in this machine's time, before the clock moves by at most so much. */
const QUIET: readonly (readonly [upToMs: number, quietMs: number])[] = [
  [2 * SECOND_MS, 2],
  [5 * MINUTE_MS, 8],
  [60 * MINUTE_MS, 20],
  [Number.POSITIVE_INFINITY, 60],
];

/**
 * Moves the clock of a sandbox to the end of its earliest wait, whenever everything waits: no function has an event, no call reaches the
 * endpoint, and no wait begins or ends. Work takes its own time, as at normal speed; only waits become short. A call that takes longer than
 * the quiet time sees what it would see on a slow network.
 */
export function fastForward({ clock, functions, endpoint }: Sandbox, { before }: FastForwardOptions = {}): FastForward {
  let running = true;
  let calls = 0;
  let moves = 0;
  const stopCounting = endpoint.onCall(() => {
    calls += 1;
  });
  const loop = (async () => {
    let last = '';
    let quietSince = performance.now();
    while (running) {
      await pause(1);
      const next = clock.nextWait();
      const seen = `${calls} ${next}`;
      const now = performance.now();
      if (functions.inFlight > 0 || next === undefined || seen !== last) {
        last = seen;
        quietSince = now;
        continue;
      }
      const distance = next - clock.now();
      if (distance <= 0 || now - quietSince < quietFor(distance)) continue;
      await before?.(distance);
      if (clock.nextWait() !== next) continue;
      moves += 1;
      clock.advance(Math.max(0, next - clock.now()));
      quietSince = performance.now();
    }
  })();
  return {
    get moves() {
      return moves;
    },
    async close() {
      running = false;
      stopCounting();
      await loop;
    },
  };
}

function quietFor(distance: number): number {
  return (QUIET.find(([upToMs]) => distance <= upToMs) ?? QUIET[QUIET.length - 1])[1];
}
