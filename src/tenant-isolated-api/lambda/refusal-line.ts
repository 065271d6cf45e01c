import { embedded } from '../../runtime/embedded-metrics';
import { isRequestText } from '../../runtime/request-text';
import { METRIC_NAMESPACE, MetricName } from '../metric-names';
import { type AuthorizerEvent, Refused } from './authorization-header';

/** The line of a request that is not let in, with its metric in the embedded format. Never the token; the reason may quote its claims. */
export function refusalLine(error: unknown, { requestContext }: AuthorizerEvent, functionName: string, at: number): object {
  const refused = error instanceof Refused;
  const metric = refused ? MetricName.UNAUTHORIZED : MetricName.UNDECIDED;
  return {
    ...embedded(METRIC_NAMESPACE, functionName, at, { [metric]: { unit: 'Count', value: 1 } }),
    level: refused ? 'WARN' : 'ERROR',
    message: refused ? 'Request rejected' : 'Request not decided',
    reason: error instanceof Error ? error.message : String(error),
    ...(refused ? {} : { error: error instanceof Error ? error.name : typeof error }),
    correlationId: requestContext?.extendedRequestId,
    requestId: isRequestText(requestContext?.requestId) ? requestContext.requestId : undefined,
  };
}
