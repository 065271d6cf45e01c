import { type EmbeddedMetric, embedded } from '../../runtime/embedded-metrics';
import { METRIC_NAMESPACE, MetricName } from '../metric-names';
import type { BatchResult, Failure } from './process-batch';

/** Which invocation a line belongs to. */
export interface Invocation {
  readonly functionName: string;
  /** Lambda's own id of it; `requestId` in a line is the one that a caller of the API may have chosen. */
  readonly invocationId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** A log event must stay far below its limit with batches of 10,000 too. */
const MAX_TENANTS = 200;

/** The lines of a batch: one for each message that was not stored, and one for the batch. */
export function logLines(result: BatchResult, invocation: Invocation): object[] {
  const { functionName, invocationId } = invocation;
  return [...result.failures.map((failure) => ({ ...failureLine(failure), functionName, invocationId })), batchLine(result, invocation)];
}

function failureLine({ origin, errorCode, reason }: Failure): object {
  return { level: 'ERROR', message: 'Message not stored', ...origin, errorCode, reason };
}

/** The batch's metrics; tenants are a property, because each value of a dimension is a metric that costs. */
function batchLine(result: BatchResult, { functionName, invocationId, at }: Invocation): object {
  const busiest = Object.entries(result.tenants)
    .sort(([, a], [, b]) => b - a)
    .slice(0, MAX_TENANTS);
  const metrics: Record<string, EmbeddedMetric> = {
    [MetricName.WRITTEN]: { unit: 'Count', value: result.written },
    [MetricName.DUPLICATES]: { unit: 'Count', value: result.duplicates },
    [MetricName.FAILED]: { unit: 'Count', value: result.failures.length },
    ...(result.calls === 0 ? {} : { [MetricName.WRITE_LATENCY]: { unit: 'Milliseconds', value: result.writeMilliseconds } }),
  };
  return {
    ...embedded(METRIC_NAMESPACE, functionName, at, metrics),
    level: result.failures.length === 0 ? 'INFO' : 'WARN',
    message: 'Batch processed',
    invocationId,
    messages: result.messages,
    calls: result.calls,
    tenants: Object.fromEntries(busiest),
  };
}
