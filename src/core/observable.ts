import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { DashboardGraph } from './dashboard-graph';
import type { DashboardTable } from './dashboard-table';
import type { RecommendedAlarm } from './recommended-alarm';

/** A construct that says what to watch of it: recommended alarms, log groups and graphs. */
export interface IObservable {
  /** Recommended alarms. Each is created on first use, and only once. */
  readonly recommendedAlarms: RecommendedAlarm[];
  /** Log groups of the construct. */
  readonly logGroups: ILogGroup[];
  /**
   * Graphs of the construct, the most important one first.
   *
   * @default - none
   */
  readonly graphs?: DashboardGraph[];
  /**
   * Tables of the construct, such as those of the tenants that have errors.
   *
   * @default - none
   */
  readonly tables?: DashboardTable[];
}
