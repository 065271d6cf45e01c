import { type IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { KEY, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import { importedQueue } from '../core/private/imported-queue';
import type { ILakeCompaction, LakeCompactionAttributes } from './lake-compaction-interface';

/** A LakeCompaction of another stack or app. It recommends no alarms by itself: its owner's stack has them. */
export class ImportedCompaction extends Construct implements ILakeCompaction {
  public readonly function: IFunction;
  public readonly deadLetterQueue: IQueue;

  constructor(scope: Construct, id: string, attributes: LakeCompactionAttributes) {
    super(scope, id);
    checkProps(this, attributes, ATTRIBUTES);
    const { functionArn, deadLetterQueueArn, encryptionKey } = attributes;
    this.function = LambdaFunction.fromFunctionArn(this, 'Function', functionArn);
    this.deadLetterQueue = importedQueue(this, 'DeadLetterQueue', deadLetterQueueArn, encryptionKey);
  }
}

const ATTRIBUTES: PropKinds<LakeCompactionAttributes> = {
  functionArn: required(STRING),
  deadLetterQueueArn: required(STRING),
  encryptionKey: KEY,
};
