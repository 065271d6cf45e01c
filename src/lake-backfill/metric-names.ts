// Imported by the handlers, too: nothing here may import the CDK.

/** Namespace of the metrics that the function logs. */
export const METRIC_NAMESPACE = 'Andamio/LakeBackfill';

/** Names of the metrics that the function logs. Their only dimension is `FunctionName`. */
export const MetricName = {
  SENT: 'Sent',
  SKIPPED: 'Skipped',
  TOO_LARGE: 'TooLarge',
  FAILED_EXPORTS: 'FailedExports',
} as const;
