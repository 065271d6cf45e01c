// Imported by the handler too: nothing here may load the CDK.

/** Namespace of the metrics that the authorizer logs. */
export const METRIC_NAMESPACE = 'Andamio/TenantIsolatedApi';

/** Names of the metrics that the authorizer logs, all with the one dimension `FunctionName`. */
export const MetricName = {
  UNAUTHORIZED: 'Unauthorized',
  UNDECIDED: 'Undecided',
} as const;
