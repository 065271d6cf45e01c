// Imported by the handler, too: nothing here may import the CDK.

/** Namespace of the metrics that the function logs. */
export const METRIC_NAMESPACE = 'Andamio/LakeCompaction';

/** Names of the metrics that the function logs. Their only dimension is `FunctionName`. */
export const MetricName = {
  COMPACTED: 'Compacted',
  FAILED: 'Failed',
  LEFT: 'Left',
  OUTSIDE: 'Outside',
  FILES_REMOVED: 'FilesRemoved',
} as const;
