import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';

/** A graph that operators look at first: what a construct shows of itself on the dashboard of Operations. */
export interface DashboardGraph {
  /** What the graph shows, as people read it: `Age of the oldest message`. */
  readonly title: string;
  /** Metrics of the left axis, each with its label. */
  readonly left: IMetric[];
  /**
   * Metrics of the right axis, in another unit, each with its label.
   *
   * @default []
   */
  readonly right?: IMetric[];
  /**
   * The unit of the left axis, such as `seconds`.
   *
   * @default - none: the metrics count something
   */
  readonly unit?: string;
  /**
   * Drawn as a line, in the unit of the left axis: the threshold of the alarm.
   *
   * @default - no line
   */
  readonly limit?: number;
  /**
   * Whether the graph is among the first ones of the dashboard, too: those that say at a glance whether a construct does its work.
   *
   * @default false
   */
  readonly inOverview?: boolean;
}
