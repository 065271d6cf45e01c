import type { Clock } from '../contracts';
import { clockChanges } from './clock-changes';

/** The longest timer of Node.js; longer ones fire immediately. */
const MAXIMUM_TIMER_MS = 2 ** 31 - 1;

/** A wait for a time of the clock. */
interface Sleeper {
  readonly until: number;
  /** Ends the wait if its time has come, or else sets its timer again. */
  check(): void;
}

/**
 * The clock of one run. It runs `speed` times as fast as time.
 *
 * @param speed how many simulated seconds pass in one real second; more than 0
 * @param origin when it starts; by default, now
 */
export function createClock(speed = 1, origin?: number): Clock {
  let current = checked(speed);
  const machine = Date.now();
  /** A time of the clock, and when it was. */
  let [base, since] = [origin ?? machine, performance.now()];
  const changes = clockChanges({ machine, clock: base, speed: current });
  const changed = () => changes.add({ machine: Date.now(), clock: exact(), speed: current });
  const sleepers = new Set<Sleeper>();
  const watchers = new Set<Sleeper>();
  const real = (milliseconds: number) => milliseconds / current;
  const exact = () => base + (performance.now() - since) * current;
  const checkAll = () => {
    for (const sleeper of [...sleepers, ...watchers].sort((one, other) => one.until - other.until)) sleeper.check();
  };
  return {
    get speed() {
      return current;
    },
    setSpeed(next) {
      [base, since] = [exact(), performance.now()];
      current = checked(next);
      changed();
      checkAll();
    },
    now: () => Math.floor(exact()),
    shownAt: (at) => Math.floor(changes.shownAt(at)),
    real,
    sleep: (milliseconds, signal) => wait(exact, real, sleepers, milliseconds, signal),
    watch: (milliseconds, signal) => wait(exact, real, watchers, milliseconds, signal),
    advance(milliseconds) {
      if (!(Number.isFinite(milliseconds) && milliseconds >= 0)) {
        throw new Error(`Invalid time ${milliseconds} to advance the clock by: it must be a number of milliseconds from 0`);
      }
      base += milliseconds;
      changed();
      checkAll();
    },
    nextWait() {
      let first: number | undefined;
      for (const { until } of sleepers) if (first === undefined || until < first) first = until;
      return first;
    },
  };
}

function checked(speed: number): number {
  if (Number.isFinite(speed) && speed > 0) return speed;
  throw new Error(`Invalid speed ${speed}: it must be a number above 0, where 1 is real time`);
}

function wait(
  now: () => number,
  real: (milliseconds: number) => number,
  sleepers: Set<Sleeper>,
  milliseconds: number,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const until = now() + Math.max(0, milliseconds);
    let timer: NodeJS.Timeout;
    const end = () => {
      clearTimeout(timer);
      sleepers.delete(sleeper);
      signal?.removeEventListener('abort', aborted);
    };
    const aborted = () => {
      end();
      reject(signal?.reason);
    };
    const check = () => {
      const remaining = real(until - now());
      if (remaining <= 0) {
        end();
        resolve();
        return;
      }
      clearTimeout(timer);
      timer = setTimeout(check, Math.min(Math.ceil(remaining), MAXIMUM_TIMER_MS));
    };
    const sleeper: Sleeper = { until, check };
    sleepers.add(sleeper);
    signal?.addEventListener('abort', aborted, { once: true });
    // Also a wait of no time lets others continue.
    timer = setTimeout(check, milliseconds <= 0 ? 0 : Math.min(Math.ceil(real(milliseconds)), MAXIMUM_TIMER_MS));
  });
}
