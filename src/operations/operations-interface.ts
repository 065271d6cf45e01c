import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IConstruct } from 'constructs';

/** What watches an app. */
export interface IOperations extends IConstruct {
  /** The topic of all alarms, followed by one for each severity that somebody is notified of alone. */
  readonly topics: ITopic[];
}
