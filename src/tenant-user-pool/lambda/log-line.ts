import { embedded } from '../../runtime/embedded-metrics';
import { METRIC_NAMESPACE, MetricName } from '../metric-names';
import { NoMembership } from './membership';
import type { PreTokenEvent } from './pre-token-event';

/** The invocation that a line belongs to. */
export interface Invocation {
  readonly functionName: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * The log line of a token that is not issued, with its metric in the embedded metric format. It contains no email address, token or client
 * metadata.
 */
export function rejectionLine(error: unknown, { triggerSource, callerContext, request }: PreTokenEvent, invocation: Invocation): object {
  const rejected = error instanceof NoMembership;
  const metric = rejected ? MetricName.DENIED : MetricName.FAILED;
  return {
    ...embedded(METRIC_NAMESPACE, invocation.functionName, invocation.at, { [metric]: { unit: 'Count', value: 1 } }),
    level: rejected ? 'WARN' : 'ERROR',
    message: 'No token',
    reason: error instanceof Error ? error.message : String(error),
    error: error instanceof Error ? error.name : typeof error,
    triggerSource,
    tenant: rejected ? error.tenant : undefined,
    user: request?.userAttributes?.sub,
    client: callerContext?.clientId,
  };
}
