import { addSet, addValue, type Bucket, emptyBucket, type StatisticSet } from './bucket';

/** Documented: "Metrics retention": data points of one minute are available for 15 days. */
export const KEPT_MINUTES = 15 * 24 * 60;
/** How many minutes may be too old before they are removed. */
const SLACK_MINUTES = 24 * 60;

/** The minutes of one metric with one unit, the oldest first. */
export interface Series {
  add(minute: number, value: number, count: number): void;
  addSet(minute: number, set: StatisticSet): void;
  /** The minutes with data from `from` to `to`, which is exclusive. */
  between(from: number, to: number): readonly Bucket[];
  /** The first minute with data from `from` on; undefined if there is none. */
  firstFrom(from: number): number | undefined;
}

export function createSeries(): Series {
  const buckets: Bucket[] = [];
  const at = (minute: number): Bucket => {
    const last = buckets[buckets.length - 1];
    if (last?.minute === minute) return last;
    const place = last === undefined || last.minute < minute ? buckets.length : position(buckets, minute);
    const found = buckets[place];
    if (found?.minute === minute) return found;
    const bucket = emptyBucket(minute);
    buckets.splice(place, 0, bucket);
    forget(buckets);
    return bucket;
  };
  return {
    add: (minute, value, count) => addValue(at(minute), value, count),
    addSet: (minute, set) => addSet(at(minute), set),
    between: (from, to) => buckets.slice(position(buckets, from), position(buckets, to)),
    firstFrom: (from) => buckets[position(buckets, from)]?.minute,
  };
}

/** Removes what is too old, a day at a time. */
function forget(buckets: Bucket[]): void {
  const oldest = buckets[buckets.length - 1].minute - KEPT_MINUTES;
  if (buckets[0].minute < oldest - SLACK_MINUTES) buckets.splice(0, position(buckets, oldest));
}

/** The index of the first bucket from a minute on. */
function position(buckets: readonly Bucket[], minute: number): number {
  let [low, high] = [0, buckets.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (buckets[middle].minute < minute) low = middle + 1;
    else high = middle;
  }
  return low;
}
