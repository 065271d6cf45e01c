import { Duration } from 'aws-cdk-lib';
import { Metric, Stats, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';

/** Which of the metrics that a function logs, see embedded-metrics.ts. */
export interface LoggedMetricProps {
  readonly namespace: string;
  readonly metricName: string;
  /** The sum where it is absent. */
  readonly statistic?: string;
  /** Counts where it is absent. */
  readonly unit?: Unit;
}

/** A metric that a handler of this package writes into its log, per minute. */
export function loggedMetric({ functionName }: IFunction, props: LoggedMetricProps): Metric {
  const dimensionsMap = { FunctionName: functionName };
  return new Metric({ statistic: Stats.SUM, unit: Unit.COUNT, ...props, dimensionsMap, period: Duration.minutes(1) });
}
