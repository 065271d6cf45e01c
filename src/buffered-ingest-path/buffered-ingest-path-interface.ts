import type { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';

/** A BufferedIngestPath that is created in this app, or imported. */
export interface IBufferedIngestPath extends IConstruct {
  /** The queue of accepted messages. */
  readonly queue: IQueue;
  /** The queue of messages that were not stored in their batch. */
  readonly retryQueue: IQueue;
  /** The queue of messages that could not be stored. */
  readonly deadLetterQueue: IQueue;
  /** The function that stores the messages. */
  readonly writer: IFunction;
  /** Time from the first receive of a message that always fails until it is in the dead-letter queue, if each receive is on time. */
  readonly timeToDeadLetter: Duration;
}

/** Attributes of a BufferedIngestPath that is created in another stack or app. */
export interface BufferedIngestPathAttributes {
  /** ARN of the queue of accepted messages. */
  readonly queueArn: string;
  /** ARN of the queue of messages that were not stored in their batch. */
  readonly retryQueueArn: string;
  /** ARN of the queue of messages that could not be stored. */
  readonly deadLetterQueueArn: string;
  /** ARN of the function that stores the messages. */
  readonly writerArn: string;
  /**
   * The `timeToDeadLetter` of the path, known at synthesis: thresholds of alarms depend on it. It follows from `batchSize`, `batchWindow`
   * and `isolation`.
   */
  readonly timeToDeadLetter: Duration;
  /**
   * The key that encrypts the queues; grants on them include its use. A key, not an alias.
   *
   * @default - grants on the queues do not include the use of their key
   */
  readonly encryptionKey?: IKey;
}
