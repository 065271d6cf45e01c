import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { RecommendedAlarm } from './recommended-alarm';

/** A construct with recommended alarms and log groups. */
export interface IObservable {
  /** Recommended alarms. Each is created on first use, and only once. */
  readonly recommendedAlarms: RecommendedAlarm[];
  /** Log groups of the construct. */
  readonly logGroups: ILogGroup[];
}
