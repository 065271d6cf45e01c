import type { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';

/** The parts of a BufferedIngestPath that its metrics and alarms use. */
export interface IBufferedIngestPath extends IConstruct {
  /** The queue of accepted messages. */
  readonly queue: Queue;
  /** The queue of messages that were not stored in their batch. */
  readonly retryQueue: Queue;
  /** The queue of messages that could not be stored. */
  readonly deadLetterQueue: Queue;
  /** The function that stores the messages. */
  readonly writer: LambdaFunction;
  /** Time from the first receive of a message that always fails until it is in the dead-letter queue, if each receive is on time. */
  readonly timeToDeadLetter: Duration;
}
