import { median } from '../../../bench/figures';
import { prepared, type Subject } from './place';

const RUNS = 5;
/** What is shorter is repeated until it is as long, in milliseconds. */
const SHORTEST = 2;
const MOST_REPEATS = 50;
const WARM_UPS = 12;
const WARM_UP_RUNS = 3;
/** In milliseconds. */
const LONGEST_WARM_UP = 50;
/** What takes as long is not tried with more, in milliseconds. */
const LONGEST = 2_000;

/**
 * The time that an input of each size takes, in milliseconds of a processor, so that what else the machine does isn't in it. The median of five, after runs that warm up. It ends early where an input takes seconds.
 */
export async function timesOf(subject: Subject, inputOf: (size: number) => string, sizes: readonly number[]): Promise<number[]> {
  for (let count = 0; count < WARM_UPS; count++) await warmUp(subject, inputOf, sizes);
  const times: number[] = [];
  for (const size of sizes) {
    const input = prepared(subject, inputOf(size));
    const time = await timeOf(() => subject.read(input));
    times.push(time);
    if (time > LONGEST) break;
  }
  return times;
}

/** Once with each size, as far as that takes little time: the compiler makes other code for large inputs than for small ones. */
async function warmUp(subject: Subject, inputOf: (size: number) => string, sizes: readonly number[]): Promise<void> {
  for (const size of sizes) {
    const input = prepared(subject, inputOf(size));
    if ((await processorTime(() => subject.read(input))) > LONGEST_WARM_UP) return;
  }
}

async function timeOf(run: () => Promise<unknown>): Promise<number> {
  // What was left behind before is not this size's. Once only: the collector also throws away what the compiler had learned.
  globalThis.gc?.();
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

async function processorTime(run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
