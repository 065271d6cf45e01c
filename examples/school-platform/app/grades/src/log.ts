/** Writes a line of JSON. Lines have ids only: no name, no official id, no body and no token. */
export type Log = (line: Readonly<Record<string, unknown>>) => void;

export const log: Log = (line) => void process.stdout.write(`${JSON.stringify(line)}\n`);

/** A request that was answered. */
export interface Handled {
  readonly operation: string;
  /** Undefined if the request was rejected before its school was known. */
  readonly school?: string;
  readonly correlationId: string;
  readonly traceId?: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly at: number;
}

/**
 * The line of a request, from which CloudWatch takes the metrics. The school is a property of the line, not a dimension, because each value
 * of a dimension is a metric of its own on the bill. Documented: "Specification: Embedded metric format".
 */
export function handledLine(namespace: string, { milliseconds, at, ...request }: Handled): Record<string, unknown> {
  const metrics = (dimensions: readonly string[], Name: string, Unit: string) => ({
    Namespace: namespace,
    Dimensions: [dimensions],
    Metrics: [{ Name, Unit }],
  });
  return {
    level: request.status < 500 ? 'INFO' : 'ERROR',
    message: 'Request handled',
    ...request,
    _aws: {
      Timestamp: at,
      CloudWatchMetrics: [
        metrics(['operation'], 'GradeProcessingLatency', 'Milliseconds'),
        metrics([], 'InteractiveRequestCount', 'Count'),
      ],
    },
    GradeProcessingLatency: Math.round(milliseconds * 100) / 100,
    InteractiveRequestCount: 1,
  };
}
