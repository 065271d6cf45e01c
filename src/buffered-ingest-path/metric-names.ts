// Imported by the handler, too: nothing here may import the CDK.

/** Namespace of the metrics that the writer logs. */
export const METRIC_NAMESPACE = 'Andamio/BufferedIngestPath';

/** Names of the metrics that the writer logs. Their only dimension is `FunctionName`. */
export const MetricName = {
  WRITTEN: 'Written',
  DUPLICATES: 'Duplicates',
  FAILED: 'Failed',
  DISCARDED: 'Discarded',
  WRITE_LATENCY: 'WriteLatency',
} as const;
