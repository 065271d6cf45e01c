import { median } from '../../../kit/statistics';
import { prepared, type Subject } from './place';

const RUNS = 5;
/** Shorter runs are repeated until they take this long, in milliseconds. */
const SHORTEST = 2;
const MOST_REPEATS = 50;
/** Warm-up, in milliseconds and in passes over all sizes. */
const WARM_UP = 500;
const MOST_SWEEPS = 50;
const WARM_UP_RUNS = 3;
/** Milliseconds. */
const LONGEST_WARM_UP = 50;
/** Larger inputs are skipped once one takes this long, in milliseconds. */
const LONGEST = 2_000;

/**
 * The CPU time for an input of each size, in milliseconds, which excludes other load on the machine: the median of five runs after a
 * warm-up. It stops early if an input takes seconds.
 */
export async function timesOf(subject: Subject, inputOf: (size: number) => string, sizes: readonly number[]): Promise<number[]> {
  // Removes garbage of other shapes. This comes before the warm-up, because the collector also discards compiled code.
  globalThis.gc?.();
  await warmUp(subject, inputOf, sizes);
  const times: number[] = [];
  for (const size of sizes) {
    const input = prepared(subject, inputOf(size));
    const time = await timeOf(() => subject.read(input));
    times.push(time);
    if (time > LONGEST) break;
  }
  return times;
}

/** Repeats all sizes that take little time, because the compiler optimizes for large and small inputs differently. */
async function warmUp(subject: Subject, inputOf: (size: number) => string, sizes: readonly number[]): Promise<void> {
  const inputs: unknown[] = [];
  let spent = 0;
  for (let sweep = 0; sweep < MOST_SWEEPS && spent < WARM_UP; sweep++) {
    for (const [index, size] of sizes.entries()) {
      inputs[index] ??= prepared(subject, inputOf(size));
      const time = await processorTime(() => subject.read(inputs[index]));
      spent += time;
      if (time > LONGEST_WARM_UP) break;
    }
  }
}

async function timeOf(run: () => Promise<unknown>): Promise<number> {
  let first = Number.POSITIVE_INFINITY;
  for (let count = 0; count < WARM_UP_RUNS; count++) {
    first = Math.min(first, await processorTime(run));
    if (first > LONGEST) return first;
  }
  const repeats = Math.min(MOST_REPEATS, Math.ceil(SHORTEST / Math.max(first, 0.01)));
  const times: number[] = [];
  for (let count = 0; count < RUNS; count++) times.push((await processorTime(() => repeated(run, repeats))) / repeats);
  return median(times);
}

async function repeated(run: () => Promise<unknown>, times: number): Promise<void> {
  for (let count = 0; count < times; count++) await run();
}

/** The CPU time of the process on all processors, in milliseconds. */
export async function processorTime(run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
