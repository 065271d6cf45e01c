import type { Duration } from 'aws-cdk-lib';
import type { IAlarmAction, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';

/** How soon somebody must act on an alarm. */
export enum AlarmSeverity {
  /** Data is at stake, or users are turned away: wake somebody. */
  CRITICAL = 'critical',
  /** Something must be looked at within a working day. */
  WARNING = 'warning',
}

/** What an alarm is to have other than its recommendation. */
export interface AlarmOverrides {
  /**
   * The number that the metric is compared with, in the metric's unit.
   *
   * @default - the recommended one
   */
  readonly threshold?: number;
  /**
   * Periods that are looked at.
   *
   * @default - the recommended number
   */
  readonly evaluationPeriods?: number;
  /**
   * How many of the periods must breach.
   *
   * @default - all of them
   */
  readonly datapointsToAlarm?: number;
  /**
   * Length of a period.
   *
   * @default Duration.minutes(1)
   */
  readonly period?: Duration;
  /**
   * What a period without data counts as.
   *
   * @default TreatMissingData.NOT_BREACHING
   */
  readonly treatMissingData?: TreatMissingData;
  /**
   * Name of the alarm in the account and Region.
   *
   * @default - a generated name
   */
  readonly alarmName?: string;
  /**
   * What happens when it goes off: added to the actions that the alarm has.
   *
   * @default []
   */
  readonly actions?: IAlarmAction[];
  /**
   * What happens when it is over: added to the actions that the alarm has.
   *
   * @default []
   */
  readonly okActions?: IAlarmAction[];
}

/** Actions by how soon somebody must act. */
export interface AlarmActions {
  /**
   * For alarms that somebody must be woken for.
   *
   * @default []
   */
  readonly critical?: IAlarmAction[];
  /**
   * For alarms that can wait for the working day.
   *
   * @default []
   */
  readonly warning?: IAlarmAction[];
}

/** What all alarms of a construct are to have. */
export interface AllAlarmsOptions {
  /**
   * What happens when an alarm goes off.
   *
   * @default - nothing
   */
  readonly actions?: AlarmActions;
  /**
   * What happens when it is over.
   *
   * @default - nothing
   */
  readonly okActions?: AlarmActions;
}
