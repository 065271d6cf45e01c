import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { IConstruct } from 'constructs';

/** A ResilientGovSync that is created in this app. */
export interface IResilientGovSync extends IConstruct {
  /** The state machine that sends the reports of a period. */
  readonly stateMachine: IStateMachine;
  /** The function that runs its steps. */
  readonly runFunction: IFunction;
  /** The function that shows where the sync is: `grants.readStatus(role)`. */
  readonly statusFunction: IFunction;
  /** The function with which people decide about reports that were put aside: `grants.replay(role)`. */
  readonly resolveFunction: IFunction;
  /** The table with the status of each period and of each report. */
  readonly table: ITable;
  /** The bucket with the reports. */
  readonly reportBucket: IBucket;
  /** The bucket with the audit, whose objects are locked. */
  readonly auditBucket: IBucket;
  /** The function that starts attempts, by schedule and for people: `grants.start(role)`. */
  readonly startFunction: IFunction;
  /** The queue of runs of the schedules that could not be started, or that ended with an error. */
  readonly deadLetterQueue: IQueue;
}
