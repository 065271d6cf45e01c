import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { RecommendedAlarm } from './recommended-alarm';

/** A construct that says about itself what is worth watching. */
export interface IObservable {
  /** The alarms that it recommends: each is created once, whoever asks for it. */
  readonly recommendedAlarms: RecommendedAlarm[];
  /** Where it logs. */
  readonly logGroups: ILogGroup[];
}
