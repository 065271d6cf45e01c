import type { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';

/** What metrics and alarms of a BufferedIngestPath are made of. */
export interface IBufferedIngestPath extends IConstruct {
  /** Where accepted messages wait. */
  readonly queue: Queue;
  /** Where messages wait that were not stored in their batch. */
  readonly retryQueue: Queue;
  /** Where messages end that could not be stored. */
  readonly deadLetterQueue: Queue;
  /** Stores the messages. */
  readonly writer: LambdaFunction;
  /** From the first receive of a message that always fails until it is a dead letter, when none of its receives is late. */
  readonly timeToDeadLetter: Duration;
}
