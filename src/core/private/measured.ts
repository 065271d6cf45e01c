import { Duration } from 'aws-cdk-lib';
import { type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';

/** The default period of all metrics of this package. */
export const PERIOD = Duration.minutes(1);

/** Default options of a metric that counts events. */
export function summed(options: MetricOptions = {}): MetricOptions {
  return { period: PERIOD, statistic: Stats.SUM, ...options };
}

/** Default options of a metric of which the highest value matters. */
export function highest(options: MetricOptions = {}): MetricOptions {
  return { period: PERIOD, statistic: Stats.MAXIMUM, ...options };
}

/** Default options of a latency metric. */
export function p95(options: MetricOptions = {}): MetricOptions {
  return { period: PERIOD, statistic: Stats.percentile(95), ...options };
}
