import { METRIC_NAMESPACE, MetricName } from '../metric-names';
import { type AuthorizerEvent, Refused } from './authorization-header';

/** The line of a request that is not let in, with its metric in the embedded format. Never the token; the reason may quote its claims. */
export function refusalLine(error: unknown, { requestContext }: AuthorizerEvent, functionName: string, at: number): object {
  const refused = error instanceof Refused;
  const metric = refused ? MetricName.REFUSED : MetricName.UNDECIDED;
  return {
    _aws: {
      Timestamp: at,
      CloudWatchMetrics: [{ Namespace: METRIC_NAMESPACE, Dimensions: [['FunctionName']], Metrics: [{ Name: metric, Unit: 'Count' }] }],
    },
    level: refused ? 'WARN' : 'ERROR',
    message: refused ? 'Request refused' : 'Request not decided',
    FunctionName: functionName,
    [metric]: 1,
    reason: error instanceof Error ? error.message : String(error),
    ...(refused ? {} : { error: error instanceof Error ? error.name : typeof error }),
    correlationId: requestContext?.requestId,
  };
}
