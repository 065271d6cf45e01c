import { Duration } from 'aws-cdk-lib';
import { MathExpression, type Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';

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

/**
 * A metric that has a value in each period without data, for an alarm that goes off after one such period. With the metric alone, CloudWatch
 * evaluates older periods that have data, and the alarm would go off after three. Documented: "Configuring how CloudWatch alarms treat missing
 * data", evaluation range.
 */
export function orElse(value: number, metric: Metric): MathExpression {
  const { period, label } = metric;
  return new MathExpression({ expression: `FILL(reported, ${value})`, usingMetrics: { reported: metric }, period, label });
}
