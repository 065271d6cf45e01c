import type { ComparisonOperator, IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';

/** An alarm that a construct would want to be woken by, and why at that number. */
export interface RecommendedAlarm {
  /** PascalCase and unique within the construct; becomes the alarm's construct id. */
  readonly name: string;
  /** What is measured, with the period and the statistic that the threshold is meant for. */
  readonly metric: IMetric;
  /** The number that it is compared with, in the metric's unit. */
  readonly threshold: number;
  /** On which side of the threshold a period breaches. */
  readonly comparison: ComparisonOperator;
  /** Periods that must breach in a row. */
  readonly evaluationPeriods: number;
  /** What a period without data counts as. */
  readonly missingData: TreatMissingData;
  /** What the alarm means, and the reason for its threshold; becomes the alarm's description. */
  readonly reason: string;
}

/** A construct that says about itself what is worth watching. */
export interface IObservable {
  /** The alarms that its makers would set. */
  readonly recommendedAlarms: RecommendedAlarm[];
  /** Where it logs. */
  readonly logGroups: ILogGroup[];
}
