// Imported by the handler, too: nothing here may import the CDK.

/** Namespace of the metrics that the trigger logs. */
export const METRIC_NAMESPACE = 'Andamio/TenantUserPool';

/** Names of the metrics that the trigger logs. Their only dimension is `FunctionName`. */
export const MetricName = {
  DENIED: 'Denied',
  FAILED: 'Failed',
} as const;
