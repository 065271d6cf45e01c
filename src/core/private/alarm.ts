import { Duration } from 'aws-cdk-lib';
import { type Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { AlarmSeverity, AllAlarmsOptions } from '../alarm-options';
import { RecommendedAlarm } from '../recommended-alarm';
import { runbookOf } from './base/alarm-description';

/**
 * The period of a count of which one is an alarm, and that is a symptom: it is still in alarm after the two minutes in which it waits for its
 * cause, also if CloudWatch gets the count late.
 */
export const SINGLE_EVENT_PERIOD = Duration.minutes(5);

/** An alarm that goes off above a threshold. */
export interface AboveProps {
  readonly severity: AlarmSeverity;
  readonly metric: IMetric;
  readonly threshold: number;
  readonly evaluationPeriods: number;
  readonly reason: string;
  /** Not breaching by default: an idle resource reports no data. */
  readonly missingData?: TreatMissingData;
  /** See RecommendedAlarmProps. */
  readonly symptomOf?: string[];
}

/** The alarms that a construct recommends, by their names. */
export class AlarmSet<Name extends string> {
  public readonly recommended: RecommendedAlarm[];

  /**
   * @param folder the folder of the construct, whose README says what to do
   * @param alarms by name
   */
  constructor(scope: Construct, folder: string, alarms: Readonly<Partial<Record<Name, AboveProps>>>) {
    this.recommended = Object.entries<AboveProps | undefined>(alarms).flatMap(([name, props]) =>
      props === undefined
        ? []
        : RecommendedAlarm.of(scope, {
            name,
            missingData: TreatMissingData.NOT_BREACHING,
            ...props,
            comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
            runbook: runbookOf(folder),
          }),
    );
  }

  /** Undefined if the construct has no resource for this alarm. */
  public find(name: Name): RecommendedAlarm | undefined {
    return this.recommended.find((alarm) => alarm.name === name);
  }

  public get(name: Name): RecommendedAlarm {
    return this.find(name) as RecommendedAlarm;
  }

  public createAll(options: AllAlarmsOptions = {}): Alarm[] {
    return this.recommended.map((alarm) => alarm.createFor(options));
  }
}
