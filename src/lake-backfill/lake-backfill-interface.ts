import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';

/** A LakeBackfill that is created in this app. */
export interface ILakeBackfill extends IConstruct {
  /** The function that operators invoke to start a backfill. */
  readonly startFunction: IFunction;
  /** The function that exports the table and sends its items. */
  readonly sendFunction: IFunction;
  /** The queue of exports and of files to send. */
  readonly queue: IQueue;
  /** The queue of exports and files that failed. */
  readonly deadLetterQueue: IQueue;
}
