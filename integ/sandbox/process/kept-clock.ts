import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../contracts';
import { createClock } from './clock';

const FILE = 'clock.json';

interface Written {
  readonly now: number;
  /** The time outside the sandbox, when it was written. */
  readonly real: number;
  readonly speed: number;
}

/**
 * The clock of a sandbox with a data folder: it goes on after a kill, and never goes back.
 *
 * @returns the clock, and what writes its time to the folder, now and whenever it is advanced
 */
export function keptClock(folder: string, speed: number): { readonly clock: Clock; keep(): void } {
  const clock = createClock(speed, originOf(folder));
  let isKept = false;
  const write = () => {
    const written: Written = { now: clock.now(), real: Date.now(), speed: clock.speed };
    writeFileSync(join(folder, `${FILE}.new`), JSON.stringify(written));
    renameSync(join(folder, `${FILE}.new`), join(folder, FILE));
  };
  return {
    clock: {
      ...clock,
      get speed() {
        return clock.speed;
      },
      setSpeed(next) {
        clock.setSpeed(next);
        if (isKept) write();
      },
      advance(milliseconds) {
        clock.advance(milliseconds);
        if (isKept) write();
      },
    },
    keep() {
      isKept = true;
      write();
    },
  };
}

/** The time of the clock of the killed sandbox, which has gone on since then. */
function originOf(folder: string): number {
  try {
    const { now, real, speed } = JSON.parse(readFileSync(join(folder, FILE), 'utf8')) as Written;
    return now + Math.max(0, Date.now() - real) * speed;
  } catch {
    return Date.now();
  }
}
