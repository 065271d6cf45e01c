// Imported by the handler, too: nothing here may import the CDK.

/** Namespace of the metrics that the authorizer logs. */
export const METRIC_NAMESPACE = 'Andamio/TenantIsolatedApi';

/** Names of the metrics that the authorizer logs. Their only dimension is `FunctionName`. */
export const MetricName = {
  UNAUTHORIZED: 'Unauthorized',
  UNDECIDED: 'Undecided',
} as const;
