import { readFileSync, writeFileSync } from 'node:fs';
import { median } from '../../../kit/statistics';
import { prepared, type Subject } from './place';

const RUNS = 3;
const WARM_UP = 5;
const MIB = 1024 * 1024;

/**
 * The peak memory of the code while it reads an input of each size, in MiB, as the median of three runs. It is the growth of the resident
 * set, which includes memory outside the heap, plus the space that was free in the heap before, which may have been used without growth.
 *
 * Needs its own process, started with --expose-gc and a small young generation (--max-semi-space-size), so that garbage is collected before
 * it counts.
 */
export async function peaksOf(subject: Subject, inputOf: (size: number) => string, sizes: readonly number[]): Promise<number[]> {
  const first = prepared(subject, inputOf(sizes[0]));
  for (let count = 0; count < WARM_UP; count++) await subject.read(first);
  const peaks: number[] = [];
  for (const size of sizes) {
    const input = prepared(subject, inputOf(size));
    const found: number[] = [];
    for (let count = 0; count < RUNS; count++) {
      globalThis.gc?.();
      const { rss, heapTotal, heapUsed } = process.memoryUsage();
      forgetPeak();
      await subject.read(input);
      found.push(Math.max(0, peak() - rss + heapTotal - heapUsed) / MIB);
    }
    peaks.push(median(found));
  }
  return peaks;
}

/**
 * Documented: proc(5), /proc/pid/clear_refs: 5 resets the peak resident set size. On other systems the peak is that of the whole process.
 */
function forgetPeak(): void {
  if (process.platform === 'linux') writeFileSync('/proc/self/clear_refs', '5');
}

function peak(): number {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
}
