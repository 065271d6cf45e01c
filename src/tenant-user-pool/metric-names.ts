// Imported by the handler too: nothing here may load the CDK.

/** Namespace of the metrics that the trigger logs. */
export const METRIC_NAMESPACE = 'Andamio/TenantUserPool';

/** Names of the metrics that the trigger logs, all with the one dimension `FunctionName`. */
export const MetricName = {
  DENIED: 'Denied',
  FAILED: 'Failed',
} as const;
