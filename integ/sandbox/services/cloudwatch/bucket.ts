import type { Statistic } from '../../contracts';

/** Values of a minute that are kept as they are; further ones are rounded. */
const EXACT_VALUES = 256;
/** Rounded values differ from the value by at most 1 %. */
const STEP = Math.log(1.02);

/** What was reported in a minute, or in a period. */
export interface Bucket {
  /** Start, in minutes since the epoch. */
  readonly minute: number;
  count: number;
  sum: number;
  minimum: number;
  maximum: number;
  /** How often each value occurred; undefined if all are the same, or if only their sum is known. */
  values?: Map<number, number>;
  /** Percentiles are not available: a statistic set was put whose values are not known. */
  opaque?: true;
}

/** What PutMetricData can say of several values. */
export interface StatisticSet {
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

export const emptyBucket = (minute: number): Bucket => ({
  ...{ minute, count: 0, sum: 0 },
  ...{ minimum: Number.POSITIVE_INFINITY, maximum: Number.NEGATIVE_INFINITY },
});

export function addValue(bucket: Bucket, value: number, count: number): void {
  const known = bucket.count;
  if (bucket.values === undefined && known > 0 && !bucket.opaque && (value !== bucket.minimum || value !== bucket.maximum)) {
    bucket.values = new Map([[bucket.minimum, known]]);
  }
  if (bucket.values !== undefined) {
    const key = bucket.values.size < EXACT_VALUES || bucket.values.has(value) ? value : rounded(value);
    bucket.values.set(key, (bucket.values.get(key) ?? 0) + count);
  }
  bucket.count += count;
  bucket.sum += value * count;
  if (value < bucket.minimum) bucket.minimum = value;
  if (value > bucket.maximum) bucket.maximum = value;
}

export function addSet(bucket: Bucket, { count, sum, minimum, maximum }: StatisticSet): void {
  if (count <= 0) return;
  // Documented: GetMetricStatistics, "Percentile statistics are not available for metrics with statistic sets unless" all values are equal.
  if (minimum === maximum) {
    addValue(bucket, minimum, count);
    return;
  }
  bucket.opaque = true;
  bucket.values = undefined;
  bucket.count += count;
  bucket.sum += sum;
  bucket.minimum = Math.min(bucket.minimum, minimum);
  bucket.maximum = Math.max(bucket.maximum, maximum);
}

/** The statistic of the minutes of a period; undefined without data. */
export function statisticOf(buckets: readonly Bucket[], statistic: Statistic): number | undefined {
  const [first] = buckets;
  if (first === undefined) return undefined;
  const total = (read: (bucket: Bucket) => number) => buckets.reduce((sum, bucket) => sum + read(bucket), 0);
  switch (statistic) {
    case 'Sum':
      return total(({ sum }) => sum);
    case 'SampleCount':
      return total(({ count }) => count);
    case 'Average':
      return total(({ sum }) => sum) / total(({ count }) => count);
    case 'Minimum':
      return buckets.reduce((least, { minimum }) => Math.min(least, minimum), first.minimum);
    case 'Maximum':
      return buckets.reduce((most, { maximum }) => Math.max(most, maximum), first.maximum);
    default:
      return percentile(buckets, Number(statistic.slice(1)));
  }
}

/**
 * The value that a share of the values does not exceed, interpolated between the closest two. AWS documents that percentiles are computed
 * from the raw values that were put, and not how it interpolates.
 */
function percentile(buckets: readonly Bucket[], percent: number): number | undefined {
  // Documented: "CloudWatch metrics concepts": percentiles are not available if a value is negative.
  if (buckets.some(({ opaque, minimum }) => opaque || minimum < 0)) return undefined;
  const counts = new Map<number, number>();
  for (const { values, minimum, count } of buckets) {
    for (const [value, times] of values ?? [[minimum, count] as const]) counts.set(value, (counts.get(value) ?? 0) + times);
  }
  const ordered = [...counts].sort(([one], [other]) => one - other);
  const total = ordered.reduce((sum, [, times]) => sum + times, 0);
  const rank = (percent / 100) * Math.max(0, total - 1);
  const [low, high] = [valueAt(ordered, Math.floor(rank)), valueAt(ordered, Math.ceil(rank))];
  return low + (high - low) * (rank - Math.floor(rank));
}

function valueAt(ordered: readonly (readonly [value: number, times: number])[], rank: number): number {
  let seen = 0;
  for (const [value, times] of ordered) {
    seen += times;
    if (rank < seen) return value;
  }
  return ordered[ordered.length - 1][0];
}

function rounded(value: number): number {
  return value === 0 ? 0 : Math.sign(value) * Math.exp(Math.round(Math.log(Math.abs(value)) / STEP) * STEP);
}
