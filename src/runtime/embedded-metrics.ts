/** One metric of a log line. */
export interface EmbeddedMetric {
  readonly unit: 'Count' | 'Milliseconds';
  readonly value: number;
}

/**
 * Returns the properties that turn a log line into metrics, to be spread into the line. `FunctionName` is the only dimension, because each
 * dimension value is a separate, billed metric. Documented: "Specification: Embedded metric format".
 *
 * @param namespace namespace of the metrics
 * @param functionName the function that logs
 * @param at milliseconds since the epoch
 * @param metrics metrics by name
 */
export function embedded(namespace: string, functionName: string, at: number, metrics: Readonly<Record<string, EmbeddedMetric>>): object {
  const named = Object.entries(metrics);
  return {
    _aws: {
      Timestamp: at,
      CloudWatchMetrics: [
        { Namespace: namespace, Dimensions: [['FunctionName']], Metrics: named.map(([Name, { unit }]) => ({ Name, Unit: unit })) },
      ],
    },
    FunctionName: functionName,
    ...Object.fromEntries(named.map(([name, { value }]) => [name, value])),
  };
}
