import type { Duration } from 'aws-cdk-lib';
import type { ComparisonOperator, IAlarmAction, IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';

/** How urgent an alarm is, which decides whom it notifies. */
export enum AlarmSeverity {
  /** Data is at risk, or requests of users fail: notify the on-call engineer. */
  CRITICAL = 'critical',
  /** Needs attention within one working day. */
  WARNING = 'warning',
}

/** Props of RecommendedAlarm. */
export interface RecommendedAlarmProps {
  /** PascalCase and unique within the construct: the alarm's construct id is `<name>Alarm`. */
  readonly name: string;
  /** How urgent the alarm is. */
  readonly severity: AlarmSeverity;
  /** The metric, with the period and statistic of the threshold. */
  readonly metric: IMetric;
  /** The threshold, in the metric's unit. */
  readonly threshold: number;
  /** How values are compared with the threshold. */
  readonly comparison: ComparisonOperator;
  /** Number of consecutive periods that must breach. */
  readonly evaluationPeriods: number;
  /** How missing data is treated. */
  readonly missingData: TreatMissingData;
  /** What the alarm means, and the reason for its threshold: the alarm's description. */
  readonly reason: string;
  /**
   * URL of the page that says what to do when the alarm goes off: the end of the alarm's description.
   *
   * @default - no link
   */
  readonly runbook?: string;
  /**
   * Names of alarms of the same construct that go off for the same cause and say more about it. While one of them is in alarm, Operations
   * sends no message for this one. None of them may be less severe than this one.
   *
   * @default []
   */
  readonly symptomOf?: string[];
}

/** Settings of an alarm that override its recommendation. */
export interface AlarmOverrides {
  /**
   * The number that the metric is compared with, in the metric's unit.
   *
   * @default - the recommended one
   */
  readonly threshold?: number;
  /**
   * Number of periods that are evaluated.
   *
   * @default - the recommended number
   */
  readonly evaluationPeriods?: number;
  /**
   * Number of periods that must breach.
   *
   * @default - all of them
   */
  readonly datapointsToAlarm?: number;
  /**
   * Length of each period.
   *
   * @default Duration.minutes(1)
   */
  readonly period?: Duration;
  /**
   * How missing data is treated.
   *
   * @default TreatMissingData.NOT_BREACHING
   */
  readonly treatMissingData?: TreatMissingData;
  /**
   * Name of the alarm, unique in account and Region.
   *
   * @default - a generated name
   */
  readonly alarmName?: string;
  /**
   * Actions when the alarm goes off, in addition to those that it already has.
   *
   * @default []
   */
  readonly actions?: IAlarmAction[];
  /**
   * Actions when the alarm returns to OK, in addition to those that it already has.
   *
   * @default []
   */
  readonly okActions?: IAlarmAction[];
}

/** Alarm actions for each severity. */
export interface AlarmActions {
  /**
   * Actions of critical alarms.
   *
   * @default []
   */
  readonly critical?: IAlarmAction[];
  /**
   * Actions of warnings.
   *
   * @default []
   */
  readonly warning?: IAlarmAction[];
}

/** Options of all alarms of a construct or scope. */
export interface AllAlarmsOptions {
  /**
   * Actions when an alarm goes off.
   *
   * @default - no actions
   */
  readonly actions?: AlarmActions;
  /**
   * Actions when an alarm returns to OK.
   *
   * @default - no actions
   */
  readonly okActions?: AlarmActions;
}
