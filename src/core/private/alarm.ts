import { type Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { AlarmSeverity, AllAlarmsOptions } from '../alarm-options';
import { RecommendedAlarm } from '../recommended-alarm';

/** When an alarm of a construct goes off. */
export interface AboveProps {
  readonly severity: AlarmSeverity;
  readonly metric: IMetric;
  readonly threshold: number;
  readonly evaluationPeriods: number;
  readonly reason: string;
}

/** The alarms that a construct recommends, by their names. */
export class AlarmSet<Name extends string> {
  public readonly recommended: RecommendedAlarm[];

  /** Alarms above thresholds. Missing data is not breaching: an idle resource reports none. */
  constructor(scope: Construct, alarms: Readonly<Partial<Record<Name, AboveProps>>>) {
    this.recommended = Object.entries<AboveProps | undefined>(alarms).flatMap(([name, props]) =>
      props === undefined
        ? []
        : RecommendedAlarm.of(scope, {
            name,
            ...props,
            comparison: ComparisonOperator.GREATER_THAN_THRESHOLD,
            missingData: TreatMissingData.NOT_BREACHING,
          }),
    );
  }

  /** Undefined where the construct has nothing that this alarm could watch. */
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
