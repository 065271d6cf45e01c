import type { ComparisonOperator, IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';

/** An alarm that a construct would want to be woken by, and why at that number. */
export interface RecommendedAlarm {
  /** PascalCase and unique within the construct; becomes the alarm's construct id. */
  readonly name: string;
  readonly metric: IMetric;
  readonly threshold: number;
  readonly comparison: ComparisonOperator;
  /** Periods that must breach in a row. */
  readonly evaluationPeriods: number;
  readonly missingData: TreatMissingData;
  /** What it means when it rings and why the threshold is this one; becomes the alarm's description. */
  readonly reason: string;
}

/** A construct that says about itself what is worth watching. */
export interface IObservable {
  /** The alarms that its makers would set. */
  readonly recommendedAlarms: RecommendedAlarm[];
  /** Where it logs. */
  readonly logGroups: ILogGroup[];
}
