import { type IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { KEY, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import { importedQueue } from '../core/private/imported-queue';
import type { ISecureFunction, SecureFunctionAttributes } from './secure-function-interface';

/** A SecureFunction of another stack or app. It recommends no alarms by itself: its owner's stack has them. */
export class ImportedSecureFunction extends Construct implements ISecureFunction {
  public readonly function: IFunction;
  public readonly deadLetterQueue?: IQueue;

  constructor(scope: Construct, id: string, attributes: SecureFunctionAttributes) {
    super(scope, id);
    checkProps(this, attributes, ATTRIBUTES);
    const { functionArn, deadLetterQueueArn, encryptionKey } = attributes;
    this.function = LambdaFunction.fromFunctionArn(this, 'Function', functionArn);
    this.deadLetterQueue =
      deadLetterQueueArn === undefined ? undefined : importedQueue(this, 'DeadLetterQueue', deadLetterQueueArn, encryptionKey);
  }
}

const ATTRIBUTES: PropKinds<SecureFunctionAttributes> = {
  functionArn: required(STRING),
  deadLetterQueueArn: STRING,
  encryptionKey: KEY,
};
