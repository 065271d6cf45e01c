// Imported by the handler too: nothing here may load the CDK.

/** Namespace of the metrics that the writer logs. */
export const METRIC_NAMESPACE = 'Andamio/BufferedIngestPath';

/** Names of the metrics that the writer logs, all with the one dimension `FunctionName`. */
export const MetricName = {
  WRITTEN: 'Written',
  DUPLICATES: 'Duplicates',
  FAILED: 'Failed',
  WRITE_LATENCY: 'WriteLatency',
} as const;
