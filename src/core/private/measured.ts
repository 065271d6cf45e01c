import { Duration } from 'aws-cdk-lib';
import { type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';

/** Each metric of this package is measured per minute, unless it is asked for otherwise. */
export const PERIOD = Duration.minutes(1);

/** Options of a metric that is a sum: how often something happened. */
export function summed(options: MetricOptions = {}): MetricOptions {
  return { period: PERIOD, statistic: Stats.SUM, ...options };
}

/** Options of a metric that is a maximum: how much of something was there at most. */
export function highest(options: MetricOptions = {}): MetricOptions {
  return { period: PERIOD, statistic: Stats.MAXIMUM, ...options };
}

/** Options of a metric of times: what all but the slowest 5 % take. */
export function p95(options: MetricOptions = {}): MetricOptions {
  return { period: PERIOD, statistic: Stats.percentile(95), ...options };
}
