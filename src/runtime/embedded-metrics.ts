/** One figure of a line. */
export interface EmbeddedMetric {
  readonly unit: 'Count' | 'Milliseconds';
  readonly value: number;
}

/**
 * What makes metrics of a line of the log, all with the one dimension `FunctionName`: each other property of a line is free, each value of a
 * dimension is a metric that costs. Documented: "Specification: Embedded metric format".
 *
 * @param namespace of the metrics
 * @param functionName of the function that logs
 * @param at milliseconds since the epoch
 * @param metrics by their names
 * @returns properties to spread into the line
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
