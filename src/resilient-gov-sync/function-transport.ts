import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import { TaskInput, Timeout } from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import type { Construct } from 'constructs';
import { invalid } from '../core/private/base/invalid';
import { allowTransport } from './allow-reports';
import type { CallProps, CallState, TransportVariant } from './transport-variant';

/** Less than the time for which one child execution may make the probe of a half-open breaker. */
const TIMEOUT = Duration.seconds(120);

/** Calls by a function of the user. */
export class FunctionTransport implements TransportVariant {
  public readonly name = 'function';
  public readonly timeoutSeconds = TIMEOUT.toSeconds();

  constructor(private readonly handler: IFunction) {
    const { timeout } = handler as Partial<LambdaFunction>;
    if (timeout !== undefined && !timeout.isUnresolved() && timeout.toSeconds() > TIMEOUT.toSeconds()) {
      invalid(handler, 'timeout', timeout, `at most ${TIMEOUT.toSeconds()} seconds: a call that lasts longer counts as not answered`);
    }
  }

  public createCall(scope: Construct, id: string, { origin, method, call, assign }: CallProps): CallState {
    return LambdaInvoke.jsonata(scope, id, {
      lambdaFunction: this.handler,
      payload: TaskInput.fromText(
        `{% $merge([${call}.request, {'method': '${method}', 'url': '${origin}/' & ${call}.path, 'headers': ${call}.headers}]) %}`,
      ),
      payloadResponseOnly: true,
      // A retry would be a second send without a turn of its own.
      retryOnServiceExceptions: false,
      taskTimeout: Timeout.duration(TIMEOUT),
      assign,
      outputs: '{% $states.input %}',
    });
  }

  public statements(): PolicyStatement[] {
    return [new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [this.handler.functionArn] })];
  }

  public allowPayloads(bucket: Bucket): void {
    allowTransport(this.handler, bucket);
  }
}
