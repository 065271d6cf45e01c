import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';

/** A LakeCompaction that is created in this app, or imported. */
export interface ILakeCompaction extends IConstruct {
  /** The function that compacts folders. Invoke it with `{}` for a run at once. */
  readonly function: IFunction;
  /** The queue of runs that could not be started, or that ended with an error. */
  readonly deadLetterQueue: IQueue;
}

/** Attributes of a LakeCompaction that is created in another stack or app. */
export interface LakeCompactionAttributes {
  /** ARN of the function, without a version or alias. */
  readonly functionArn: string;
  /** ARN of the queue of runs that could not be started, or that ended with an error. */
  readonly deadLetterQueueArn: string;
  /**
   * The key that encrypts the queue; grants on the queue include its use. A key, not an alias.
   *
   * @default - grants on the queue do not include the use of its key
   */
  readonly encryptionKey?: IKey;
}
