import type { Duration } from 'aws-cdk-lib';
import { type IFunction, Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { invalid } from '../core/private/base/invalid';
import { DURATION, KEY, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import { importedQueue } from '../core/private/imported-queue';
import type { BufferedIngestPathAttributes, IBufferedIngestPath } from './buffered-ingest-path-interface';

/** A path of another stack or app. It recommends no alarms by itself: its owner's stack has them. */
export class ImportedIngestPath extends Construct implements IBufferedIngestPath {
  public readonly queue: IQueue;
  public readonly retryQueue: IQueue;
  public readonly deadLetterQueue: IQueue;
  public readonly writer: IFunction;
  public readonly timeToDeadLetter: Duration;

  constructor(scope: Construct, id: string, attributes: BufferedIngestPathAttributes) {
    super(scope, id);
    checkProps(this, attributes, ATTRIBUTES);
    const { timeToDeadLetter, encryptionKey } = attributes;
    if (timeToDeadLetter.isUnresolved()) {
      invalid(
        this,
        'timeToDeadLetter',
        timeToDeadLetter,
        'a duration that is known at synthesis, because thresholds of alarms depend on it',
      );
    }
    this.queue = importedQueue(this, 'Queue', attributes.queueArn, encryptionKey);
    this.retryQueue = importedQueue(this, 'RetryQueue', attributes.retryQueueArn, encryptionKey);
    this.deadLetterQueue = importedQueue(this, 'DeadLetterQueue', attributes.deadLetterQueueArn, encryptionKey);
    this.writer = LambdaFunction.fromFunctionArn(this, 'Writer', attributes.writerArn);
    this.timeToDeadLetter = timeToDeadLetter;
  }
}

const ATTRIBUTES: PropKinds<BufferedIngestPathAttributes> = {
  queueArn: required(STRING),
  retryQueueArn: required(STRING),
  deadLetterQueueArn: required(STRING),
  writerArn: required(STRING),
  timeToDeadLetter: required(DURATION),
  encryptionKey: KEY,
};
