import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { IConstruct } from 'constructs';

/** A ResilientGovSync that is created in this app, or imported. */
export interface IResilientGovSync extends IConstruct {
  /** The state machine that sends the reports of a period. */
  readonly stateMachine: IStateMachine;
  /** The function that starts attempts, by schedule and for people: `grants.start(role)`. */
  readonly startFunction: IFunction;
  /** The function that shows where the sync is: `grants.readStatus(role)`. */
  readonly statusFunction: IFunction;
  /** The function with which people decide about reports that were put aside: `grants.replay(role)`. */
  readonly resolveFunction: IFunction;
  /**
   * The function of `ReportSource.lake`, with which people let the reports of a period be made again: `grants.replay(role)`. Undefined for a
   * function of your own, and for an imported sync without `sourceFunctionArn`.
   */
  readonly sourceFunction?: IFunction;
  /** The queue of runs of the schedules that could not be started, or that ended with an error. Not of reports: they are put aside in the table. */
  readonly deadLetterQueue: IQueue;
}

/** Attributes of a ResilientGovSync that is created in another stack or app, of the same account and Region. */
export interface ResilientGovSyncAttributes {
  /** ARN of the state machine. */
  readonly stateMachineArn: string;
  /** ARN of the function that starts attempts. */
  readonly startFunctionArn: string;
  /** ARN of the function that shows where the sync is. */
  readonly statusFunctionArn: string;
  /** ARN of the function with which people decide about reports that were put aside. */
  readonly resolveFunctionArn: string;
  /**
   * ARN of the function that makes the reports from a lake.
   *
   * @default - `grants.replay` does not include it
   */
  readonly sourceFunctionArn?: string;
  /** ARN of the queue of runs of the schedules that failed. */
  readonly deadLetterQueueArn: string;
  /**
   * The key that encrypts the queue; grants on it include the key's use. A key, not an alias.
   *
   * @default - grants on the queue do not include the use of its key
   */
  readonly encryptionKey?: IKey;
}
