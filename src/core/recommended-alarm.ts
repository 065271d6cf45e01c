import type { Alarm, ComparisonOperator, IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct, IConstruct } from 'constructs';
import type { AlarmOverrides, AlarmSeverity, AllAlarmsOptions } from './alarm-options';
import { alarmOnce } from './private/base/alarm-once';

/** What a recommendation consists of. */
export interface RecommendedAlarmProps {
  /** PascalCase and unique within the construct: the alarm's construct id is `<name>Alarm`. */
  readonly name: string;
  /** How soon somebody must act on it. */
  readonly severity: AlarmSeverity;
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
  /** What it means when it goes off, and why the threshold is this one: the alarm's description. */
  readonly reason: string;
}

/**
 * An alarm that a construct recommends. It is created when somebody asks for it, and once: whoever asks again, in whichever way, gets the same alarm.
 */
export class RecommendedAlarm {
  /**
   * A recommendation of a construct.
   *
   * @param scope the construct, in which the alarm is created
   * @param props what is measured, and when somebody must know
   */
  public static of(scope: Construct, props: RecommendedAlarmProps): RecommendedAlarm {
    return new RecommendedAlarm(scope, props);
  }

  /**
   * Creates all alarms that constructs at and below a scope recommend, those included that were created before.
   *
   * @param scope a construct, a stack or an app; what is added to it later is not covered
   * @param options actions by severity
   */
  public static createAll(scope: IConstruct, options: AllAlarmsOptions = {}): Alarm[] {
    return scope.node.findAll().flatMap((construct) => {
      const { recommendedAlarms = [] } = construct as { readonly recommendedAlarms?: RecommendedAlarm[] };
      return recommendedAlarms.map((alarm) => alarm.createFor(options));
    });
  }

  /** PascalCase and unique within the construct. */
  public readonly name: string;
  /** How soon somebody must act on it. */
  public readonly severity: AlarmSeverity;
  /** What is measured. */
  public readonly metric: IMetric;
  /** The number that it is compared with, in the metric's unit. */
  public readonly threshold: number;
  /** On which side of the threshold a period breaches. */
  public readonly comparison: ComparisonOperator;
  /** Periods that must breach in a row. */
  public readonly evaluationPeriods: number;
  /** What a period without data counts as. */
  public readonly missingData: TreatMissingData;
  /** What it means when it goes off, and why the threshold is this one. */
  public readonly reason: string;

  private constructor(
    private readonly scope: Construct,
    props: RecommendedAlarmProps,
  ) {
    this.name = props.name;
    this.severity = props.severity;
    this.metric = props.metric;
    this.threshold = props.threshold;
    this.comparison = props.comparison;
    this.evaluationPeriods = props.evaluationPeriods;
    this.missingData = props.missingData;
    this.reason = props.reason;
  }

  /**
   * The alarm. Created when it is asked for first, and with what is asked for then.
   *
   * @param overrides what is other than recommended; actions are added each time
   * @throws when the alarm was created with another value of one of them
   */
  public create(overrides: AlarmOverrides = {}): Alarm {
    return alarmOnce(this.scope, this, overrides);
  }

  /**
   * The alarm, with the actions for its severity.
   *
   * @param options actions by severity
   */
  public createFor(options: AllAlarmsOptions): Alarm {
    const { actions, okActions } = options;
    return this.create({ actions: actions?.[this.severity], okActions: okActions?.[this.severity] });
  }
}
