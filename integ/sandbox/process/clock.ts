import type { Clock } from '../contracts';

/** The longest timer of Node.js; longer ones fire immediately. */
const MAXIMUM_TIMER_MS = 2 ** 31 - 1;

/**
 * The clock of one run. It starts at the current time and runs `speed` times as fast.
 *
 * @param speed how many simulated seconds pass in one real second; more than 0
 */
export function createClock(speed = 1): Clock {
  if (!(Number.isFinite(speed) && speed > 0)) {
    throw new Error(`Invalid speed ${speed}: it must be a number above 0, where 1 is real time`);
  }
  const origin = Date.now();
  const started = performance.now();
  const real = (milliseconds: number) => milliseconds / speed;
  return {
    speed,
    now: () => Math.floor(origin + (performance.now() - started) * speed),
    real,
    sleep: (milliseconds, signal) => wait(real(milliseconds), signal),
  };
}

function wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    let remaining = Math.max(0, milliseconds);
    let timer: NodeJS.Timeout;
    const aborted = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const next = () => {
      if (remaining <= 0) {
        signal?.removeEventListener('abort', aborted);
        resolve();
        return;
      }
      const part = Math.min(remaining, MAXIMUM_TIMER_MS);
      remaining -= part;
      timer = setTimeout(next, part);
    };
    signal?.addEventListener('abort', aborted, { once: true });
    timer = setTimeout(next, 0);
  });
}
