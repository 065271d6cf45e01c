import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import type { Sandbox } from '../sandbox';

export interface FastForwardOptions {
  /** Whether something works that the sandbox does not know of, such as a call to another process. @default - never */
  isBusy?(): boolean;
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
 * Turns of the event loop without anything that happens. Servers of this process get what was sent to them within a few turns, however
 * slow the machine is: time alone would say nothing of a process that was not scheduled.
 */
const QUIET_TURNS = 12;

/**
 * Moves the clock of a sandbox to the end of its earliest wait, whenever everything waits: no function works, no call reaches the endpoint,
 * and no wait begins or ends. A function that is on the clock, and only waits for a time of it, does not work. Work takes its own time, as
 * at normal speed; only waits become short. A call that takes longer than the quiet time sees what it would see on a slow network.
 */
export function fastForward(
  { clock, functions, endpoint }: Sandbox,
  { before, isBusy = () => false }: FastForwardOptions = {},
): FastForward {
  let running = true;
  let calls = 0;
  let moves = 0;
  const stopCounting = endpoint.onCall(() => {
    calls += 1;
  });
  const works = () => functions.inFlight > functions.waiting || isBusy();
  const seen = () => `${works()} ${calls} ${clock.nextWait()}`;
  const isQuiet = async () => {
    const before = seen();
    for (let turns = 0; turns < QUIET_TURNS; turns++) {
      await turn();
      if (seen() !== before) return false;
    }
    return true;
  };
  const loop = (async () => {
    let last = '';
    let quietSince = performance.now();
    while (running) {
      await pause(1);
      const [next, state, now] = [clock.nextWait(), seen(), performance.now()];
      if (works() || next === undefined || state !== last) {
        last = state;
        quietSince = now;
        continue;
      }
      const distance = next - clock.now();
      if (distance <= 0 || now - quietSince < quietFor(distance) || !(await isQuiet())) continue;
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
