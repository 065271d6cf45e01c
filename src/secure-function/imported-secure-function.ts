import { type IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { importedQueue } from '../core/private/imported-queue';
import type { ISecureFunction, SecureFunctionAttributes } from './secure-function-interface';

/** A SecureFunction of another stack or app. It recommends no alarms by itself: its owner's stack has them. */
export class ImportedSecureFunction extends Construct implements ISecureFunction {
  public readonly function: IFunction;
  public readonly deadLetterQueue?: IQueue;

  constructor(scope: Construct, id: string, { functionArn, deadLetterQueueArn, encryptionKey }: SecureFunctionAttributes) {
    super(scope, id);
    this.function = LambdaFunction.fromFunctionArn(this, 'Function', functionArn);
    this.deadLetterQueue =
      deadLetterQueueArn === undefined ? undefined : importedQueue(this, 'DeadLetterQueue', deadLetterQueueArn, encryptionKey);
  }
}
