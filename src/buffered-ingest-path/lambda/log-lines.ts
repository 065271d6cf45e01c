import { type EmbeddedMetric, embedded } from '../../runtime/embedded-metrics';
import { METRIC_NAMESPACE, MetricName } from '../metric-names';
import type { Origin } from './message';
import type { BatchResult, Failure } from './process-batch';

/** The invocation that a line belongs to. */
export interface Invocation {
  readonly functionName: string;
  /**
   * Lambda's request id. Not called `requestId`, because in these lines that is the request id of the API, which its caller may have
   * chosen.
   */
  readonly invocationId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Keeps a log event far below the size limit of CloudWatch Logs, also for batches of 10,000 messages. */
const MAX_TENANTS = 200;

/** The log lines of a batch: one for each message that was not stored or was discarded, and one for the whole batch. */
export function logLines(result: BatchResult, invocation: Invocation): object[] {
  const { functionName, invocationId } = invocation;
  const lines = [...result.failures.map(failureLine), ...(result.discarded ?? []).map(discardedLine)];
  return [...lines.map((line) => ({ ...line, functionName, invocationId })), batchLine(result, invocation)];
}

function failureLine({ origin, errorCode, reason }: Failure): object {
  return { level: 'ERROR', message: 'Message not stored', ...origin, errorCode, reason };
}

function discardedLine(origin: Origin): object {
  return { level: 'WARN', message: 'Message discarded', ...origin, reason: 'the tenant has left' };
}

/** The metrics of a batch. Tenants are a property and not a dimension, because each dimension value is a separate, billed metric. */
function batchLine(result: BatchResult, { functionName, invocationId, at }: Invocation): object {
  const busiest = Object.entries(result.tenants)
    .sort(([, a], [, b]) => b - a)
    .slice(0, MAX_TENANTS);
  const metrics: Record<string, EmbeddedMetric> = {
    [MetricName.WRITTEN]: { unit: 'Count', value: result.written },
    [MetricName.DUPLICATES]: { unit: 'Count', value: result.duplicates },
    [MetricName.FAILED]: { unit: 'Count', value: result.failures.length },
    ...(result.discarded === undefined ? {} : { [MetricName.DISCARDED]: { unit: 'Count', value: result.discarded.length } }),
    ...(result.calls === 0 ? {} : { [MetricName.WRITE_LATENCY]: { unit: 'Milliseconds', value: result.writeMilliseconds } }),
  };
  return {
    ...embedded(METRIC_NAMESPACE, functionName, at, metrics),
    level: result.failures.length === 0 && (result.discarded ?? []).length === 0 ? 'INFO' : 'WARN',
    message: 'Batch processed',
    invocationId,
    messages: result.messages,
    calls: result.calls,
    reads: result.reads,
    tenants: Object.fromEntries(busiest),
  };
}
