import type { SchoolDay } from './school-day';

/** How a delivery stream buffers. */
export interface Buffering {
  readonly intervalSeconds: number;
  readonly layout: 'perTenant' | 'perMonth';
  /** The quota of active partitions. */
  readonly quota: number;
}

export interface Buffered {
  /** The most partitions that were active at one time. */
  readonly active: number;
  readonly files: number;
  /** Records for whose partition there was no room: they are put into quarantine. */
  readonly beyond: number;
}

/**
 * Counts what Firehose does with the changes of a day: the first record of a partition makes it active, and it is delivered as one file at
 * the end of the interval. No buffer of a school gets full. Documented: "Buffer data for dynamic partitioning".
 */
export function buffered({ times, schools }: SchoolDay, { intervalSeconds, layout, quota }: Buffering): Buffered {
  const opened = new Set<number>();
  /** In the order in which they end: all have the same duration. */
  const ends: { readonly at: number; readonly partition: number }[] = [];
  let [next, active, files, beyond] = [0, 0, 0, 0];
  for (let index = 0; index < times.length; index++) {
    for (; next < ends.length && ends[next].at <= times[index]; next++) opened.delete(ends[next].partition);
    const partition = layout === 'perTenant' ? schools[index] : 0;
    if (opened.has(partition)) continue;
    if (opened.size >= quota) {
      beyond++;
      continue;
    }
    opened.add(partition);
    ends.push({ at: times[index] + intervalSeconds, partition });
    active = Math.max(active, opened.size);
    files++;
  }
  return { active, files, beyond };
}
