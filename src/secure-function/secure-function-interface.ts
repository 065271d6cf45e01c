import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';

/** What metrics and alarms of a SecureFunction are made of. */
export interface ISecureFunction extends IConstruct {
  /** The function itself. */
  readonly function: LambdaFunction;
  /** Where failed events of asynchronous callers end; undefined with `DeadLetters.none`. */
  readonly deadLetterQueue?: Queue;
}
