// Imported by the handler, too: nothing here may import the CDK.

/** Namespace of the metrics that the function logs. */
export const METRIC_NAMESPACE = 'Andamio/TenantRemoval';

/** Names of the metrics that the function logs. Their only dimension is `FunctionName`. */
export const MetricName = {
  OPEN: 'Open',
  OVERDUE: 'Overdue',
} as const;
