import { Duration } from 'aws-cdk-lib';
import type { IConnection } from 'aws-cdk-lib/aws-events';
import { DefinitionBody, JitterType, JsonPath, Map as MapState, Pass, StateMachine, TaskInput } from 'aws-cdk-lib/aws-stepfunctions';
import { HttpInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';

export interface NaiveSyncProps {
  /** `https://api.example.com` */
  readonly origin: string;
  readonly connection: IConnection;
  readonly maxConcurrency: number;
}

const RETRIED = [
  ...[401, 429, 500, 502, 503, 504].map((status) => `States.Http.StatusCode.${status}`),
  ...['States.Http.Socket', 'Events.ConnectionResource.InvalidConnectionState'],
];

/**
 * What the sync is compared with: an HTTP task with a retry for errors that can pass, as in examples of Step Functions. It knows neither a rate nor a
 * breaker, and sends a report again although it may have been accepted.
 */
export function createNaiveSync(scope: Construct, id: string, { origin, connection, maxConcurrency }: NaiveSyncProps): StateMachine {
  const send = new HttpInvoke(scope, `${id}Send`, {
    ...{ apiRoot: origin, apiEndpoint: TaskInput.fromText('reports'), method: TaskInput.fromText('POST'), connection },
    body: TaskInput.fromJsonPathAt('$'),
    resultPath: JsonPath.DISCARD,
  });
  send.addRetry({
    errors: [...RETRIED],
    ...{ interval: Duration.seconds(2), backoffRate: 2, maxDelay: Duration.minutes(5), maxAttempts: 10_000 },
    jitterStrategy: JitterType.FULL,
  });
  const rejected = new Pass(scope, `${id}Rejected`);
  send.addCatch(rejected, { errors: ['States.ALL'] });
  const all = new MapState(scope, `${id}Reports`, {
    itemsPath: JsonPath.stringAt('$.reports'),
    maxConcurrency,
    resultPath: JsonPath.DISCARD,
  });
  all.itemProcessor(send);
  return new StateMachine(scope, id, { definitionBody: DefinitionBody.fromChainable(all) });
}
