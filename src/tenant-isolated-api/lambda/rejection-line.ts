import { embedded } from '../../runtime/embedded-metrics';
import { isRequestText } from '../../runtime/request-text';
import { METRIC_NAMESPACE, MetricName } from '../metric-names';
import { type AuthorizerEvent, Rejected } from './authorization-header';

/**
 * The log line of a request that is not authorized, with its metric in the embedded metric format. The reason may quote claims, never the
 * token.
 */
export function rejectionLine(error: unknown, { requestContext }: AuthorizerEvent, functionName: string, at: number): object {
  const rejected = error instanceof Rejected;
  const metric = rejected ? MetricName.UNAUTHORIZED : MetricName.UNDECIDED;
  return {
    ...embedded(METRIC_NAMESPACE, functionName, at, { [metric]: { unit: 'Count', value: 1 } }),
    level: rejected ? 'WARN' : 'ERROR',
    message: rejected ? 'Request rejected' : 'Request not decided',
    reason: error instanceof Error ? error.message : String(error),
    ...(rejected ? {} : { error: error instanceof Error ? error.name : typeof error }),
    correlationId: requestContext?.extendedRequestId,
    requestId: isRequestText(requestContext?.requestId) ? requestContext.requestId : undefined,
  };
}
