import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';

/** A SecureFunction that is created in this app, or imported. */
export interface ISecureFunction extends IConstruct {
  /** The Lambda function, for routes, event sources and permissions to invoke it. */
  readonly function: IFunction;
  /** The queue of asynchronous events that failed; undefined with `DeadLetters.none`. */
  readonly deadLetterQueue?: IQueue;
}

/** Attributes of a SecureFunction that is created in another stack or app. */
export interface SecureFunctionAttributes {
  /** ARN of the function, without a version or alias. */
  readonly functionArn: string;
  /**
   * ARN of the queue of asynchronous events that failed.
   *
   * @default - there are no metrics and alarms of dead letters
   */
  readonly deadLetterQueueArn?: string;
  /**
   * The key that encrypts the queue; grants on the queue include its use. A key, not an alias.
   *
   * @default - grants on the queue do not include the use of its key
   */
  readonly encryptionKey?: IKey;
}
