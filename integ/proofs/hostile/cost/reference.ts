import { median } from '../../../kit/statistics';
import { processorTime } from './time';

const BYTES = 6 * 1024 * 1024;
const VALUE = { name: 'a name of some length', value: 17.5, tags: ['a', 'b'] };
const RUNS = 5;
const WARM_UP_RUNS = 3;

/**
 * The CPU time in which JSON.parse and JSON.stringify process a document of 6 MiB, as large as the largest input of a function, in
 * milliseconds. Machines differ by a factor of two and more: costs are compared with what this takes in the same process.
 */
export async function referenceTime(): Promise<number> {
  const text = JSON.stringify(Array(Math.ceil(BYTES / (JSON.stringify(VALUE).length + 1))).fill(VALUE));
  const times: number[] = [];
  for (let count = 0; count < WARM_UP_RUNS + RUNS; count++) times.push(await processorTime(async () => JSON.stringify(JSON.parse(text))));
  return median(times.slice(WARM_UP_RUNS));
}
