import type { IConnection } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { TaskInput } from 'aws-cdk-lib/aws-stepfunctions';
import { HttpInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import type { CallProps, CallState, TransportVariant } from './transport-variant';

/** Documented: "Call HTTPS APIs in Step Functions workflows": a call ends after 60 seconds, whatever the timeout of the task. */
const TIMEOUT_SECONDS = 60;

/** Calls by Step Functions itself, which signs in with a connection of EventBridge. */
export class HttpTaskTransport implements TransportVariant {
  public readonly name = 'httpTask';
  public readonly timeoutSeconds = TIMEOUT_SECONDS;

  constructor(private readonly connection: IConnection) {}

  public createCall(scope: Construct, id: string, { origin, method, call, assign }: CallProps): CallState {
    return HttpInvoke.jsonata(scope, id, {
      apiRoot: origin,
      apiEndpoint: TaskInput.fromText(`{% ${call}.path %}`),
      method: TaskInput.fromText(method),
      connection: this.connection,
      headers: TaskInput.fromText(`{% ${call}.headers %}`),
      ...(method === 'GET' ? {} : { body: TaskInput.fromText(`{% ${call}.body %}`) }),
      assign,
      outputs: '{% $states.input %}',
    });
  }

  /** Documented: "Call HTTPS APIs in Step Functions workflows", IAM permissions to run an HTTP Task. */
  public statements(stateMachineArns: string[], origin: string): PolicyStatement[] {
    const { connectionArn, connectionSecretArn } = this.connection;
    return [
      new PolicyStatement({
        actions: ['states:InvokeHTTPEndpoint'],
        resources: stateMachineArns,
        conditions: { StringLike: { 'states:HTTPEndpoint': `${origin}/*` } },
      }),
      new PolicyStatement({ actions: ['events:RetrieveConnectionCredentials'], resources: [connectionArn] }),
      new PolicyStatement({
        actions: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
        resources: [connectionSecretArn],
      }),
    ];
  }

  /** The state machine has the report itself. */
  public allowPayloads(): void {}
}
