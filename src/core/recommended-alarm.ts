import type { Alarm, ComparisonOperator, IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct, IConstruct } from 'constructs';
import { alarmOnce } from './alarm-once';
import type { AlarmOverrides, AlarmSeverity, AllAlarmsOptions, RecommendedAlarmProps } from './alarm-options';

/**
 * An alarm that a construct recommends. It is created on first use, and only once: each later call returns the same alarm.
 */
export class RecommendedAlarm {
  /**
   * Defines a recommended alarm, without creating it.
   *
   * @param scope the construct in which the alarm is created
   * @param props metric, threshold and reason
   */
  public static of(scope: Construct, props: RecommendedAlarmProps): RecommendedAlarm {
    return new RecommendedAlarm(scope, props);
  }

  /**
   * Creates all alarms that a scope and the constructs below it recommend, and returns them together with those that already exist.
   *
   * @param scope a construct, a stack or an app. Constructs that are added later are not included.
   * @param options actions for each severity
   */
  public static createAll(scope: IConstruct, options: AllAlarmsOptions = {}): Alarm[] {
    return scope.node.findAll().flatMap((construct) => {
      const { recommendedAlarms = [] } = construct as { readonly recommendedAlarms?: RecommendedAlarm[] };
      return recommendedAlarms.map((alarm) => alarm.createFor(options));
    });
  }

  /** PascalCase and unique within the construct. */
  public readonly name: string;
  /** How urgent the alarm is. */
  public readonly severity: AlarmSeverity;
  /** The metric. */
  public readonly metric: IMetric;
  /** The threshold, in the metric's unit. */
  public readonly threshold: number;
  /** How values are compared with the threshold. */
  public readonly comparison: ComparisonOperator;
  /** Number of consecutive periods that must breach. */
  public readonly evaluationPeriods: number;
  /** How missing data is treated. */
  public readonly missingData: TreatMissingData;
  /** What the alarm means, and the reason for its threshold. */
  public readonly reason: string;
  /** URL of the page that says what to do when the alarm goes off. */
  public readonly runbook?: string;
  /** Names of alarms of the same construct that go off for the same cause and say more about it. */
  public readonly symptomOf: string[];

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
    this.runbook = props.runbook;
    this.symptomOf = [...(props.symptomOf ?? [])];
  }

  /**
   * Returns the alarm. The first call creates it, with the overrides of that call.
   *
   * @param overrides settings that differ from the recommendation. Actions are added with each call.
   * @throws when the alarm already exists with other settings
   */
  public create(overrides: AlarmOverrides = {}): Alarm {
    return alarmOnce(this.scope, this, overrides);
  }

  /**
   * Returns the alarm, with the actions for its severity.
   *
   * @param options actions for each severity
   */
  public createFor(options: AllAlarmsOptions): Alarm {
    const { actions, okActions } = options;
    return this.create({ actions: actions?.[this.severity], okActions: okActions?.[this.severity] });
  }
}
