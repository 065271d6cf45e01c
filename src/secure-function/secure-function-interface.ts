import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';

/** The parts of a SecureFunction that its metrics and alarms use. */
export interface ISecureFunction extends IConstruct {
  /** The Lambda function. */
  readonly function: LambdaFunction;
  /** The queue of asynchronous events that failed; undefined with `DeadLetters.none`. */
  readonly deadLetterQueue?: Queue;
}
