import { Metric, type MetricOptions, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';

/** Identifies a metric that a function logs, see runtime/embedded-metrics.ts. */
export interface LoggedMetricProps {
  readonly namespace: string;
  readonly metricName: string;
  /** Defaults to COUNT. */
  readonly unit?: Unit;
}

/** A metric that a handler of this package writes to its log. */
export function loggedMetric({ functionName }: IFunction, props: LoggedMetricProps, options: MetricOptions): Metric {
  return new Metric({ unit: Unit.COUNT, ...props, ...options, dimensionsMap: { FunctionName: functionName, ...options.dimensionsMap } });
}
