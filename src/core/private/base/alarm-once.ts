import type { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  type ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  MathExpression,
  Metric,
  type TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { invalid } from './invalid';

/** What decides about an alarm that nobody overrides. */
export interface AlarmDefaults {
  readonly name: string;
  readonly metric: IMetric;
  readonly threshold: number;
  readonly comparison: ComparisonOperator;
  readonly evaluationPeriods: number;
  readonly missingData: TreatMissingData;
  readonly reason: string;
}

/** What somebody wants of an alarm. */
export interface AlarmWishes {
  readonly threshold?: number;
  readonly evaluationPeriods?: number;
  readonly datapointsToAlarm?: number;
  readonly period?: Duration;
  readonly treatMissingData?: TreatMissingData;
  readonly alarmName?: string;
  readonly actions?: IAlarmAction[];
  readonly okActions?: IAlarmAction[];
}

type Setting = Exclude<keyof AlarmWishes, 'actions' | 'okActions'>;
type Settings = Readonly<Record<Setting, AlarmWishes[Setting]>>;

/** What an alarm was created with, and whom it notifies. */
interface Created {
  readonly settings: Settings;
  readonly notified: Record<'actions' | 'okActions', { readonly objects: Set<IAlarmAction>; readonly arns: Set<string> }>;
}

/** On the alarm itself, so that two copies of this package in one app agree. */
const CREATED = Symbol.for('cdk-andamio.RecommendedAlarm.created');

/**
 * The alarm `<name>Alarm` of a construct: created when it is asked for first.
 *
 * @throws when it was created with another value of something that is wished for now
 */
export function alarmOnce(scope: Construct, defaults: AlarmDefaults, wishes: AlarmWishes): Alarm {
  const existing = scope.node.tryFindChild(`${defaults.name}Alarm`) as (Alarm & { readonly [CREATED]?: Created }) | undefined;
  const created = existing?.[CREATED];
  const alarm = existing === undefined || created === undefined ? create(scope, defaults, wishes) : existing;
  if (created !== undefined) checkAgreement(alarm, created.settings, wishes);
  notify(alarm, 'actions', wishes.actions, (action) => alarm.addAlarmAction(action));
  notify(alarm, 'okActions', wishes.okActions, (action) => alarm.addOkAction(action));
  return alarm;
}

function create(scope: Construct, { name, metric, comparison, reason, ...rest }: AlarmDefaults, wishes: AlarmWishes): Alarm {
  const evaluationPeriods = wishes.evaluationPeriods ?? rest.evaluationPeriods;
  const settings: Settings = {
    threshold: wishes.threshold ?? rest.threshold,
    evaluationPeriods,
    datapointsToAlarm: wishes.datapointsToAlarm ?? evaluationPeriods,
    period: wishes.period ?? periodOf(metric),
    treatMissingData: wishes.treatMissingData ?? rest.missingData,
    alarmName: wishes.alarmName,
  };
  const alarm = new Alarm(scope, `${name}Alarm`, {
    metric: wishes.period === undefined ? metric : withPeriod(scope, name, metric, wishes.period),
    threshold: wishes.threshold ?? rest.threshold,
    evaluationPeriods,
    datapointsToAlarm: wishes.datapointsToAlarm,
    comparisonOperator: comparison,
    treatMissingData: wishes.treatMissingData ?? rest.missingData,
    alarmName: wishes.alarmName,
    alarmDescription: reason,
  });
  const nobody = () => ({ objects: new Set<IAlarmAction>(), arns: new Set<string>() });
  const created: Created = { settings, notified: { actions: nobody(), okActions: nobody() } };
  Object.defineProperty(alarm, CREATED, { value: created });
  return alarm;
}

function checkAgreement(alarm: Alarm, settings: Settings, wishes: AlarmWishes): void {
  for (const [name, value] of Object.entries(settings)) {
    const wished = wishes[name as Setting];
    if (wished === undefined || textOf(wished) === textOf(value)) continue;
    invalid(
      alarm,
      name,
      wished,
      `${value === undefined ? 'none' : textOf(value)}, which the alarm was created with: an alarm is created once`,
    );
  }
}

/** Durations of one length are the same. */
function textOf(value: AlarmWishes[Setting]): string {
  return typeof value === 'object' && !value.isUnresolved() ? `${value.toSeconds()} seconds` : String(value);
}

/** Adds each action once: whoever asks for all alarms after single ones may name the same topic again. */
function notify(alarm: Alarm, when: 'actions' | 'okActions', actions: IAlarmAction[] = [], add: (action: IAlarmAction) => void): void {
  const { objects, arns } = (alarm as unknown as { readonly [CREATED]: Created })[CREATED].notified[when];
  for (const action of actions) {
    if (objects.has(action)) continue;
    objects.add(action);
    const config = action.bind(alarm, alarm);
    if (arns.has(config.alarmActionArn)) continue;
    arns.add(config.alarmActionArn);
    add({ bind: () => config });
  }
}

function periodOf(metric: IMetric): Duration | undefined {
  return metric instanceof Metric || metric instanceof MathExpression ? metric.period : undefined;
}

function withPeriod(scope: Construct, name: string, metric: IMetric, period: Duration): IMetric {
  if (metric instanceof Metric || metric instanceof MathExpression) return metric.with({ period });
  return invalid(scope, `period of ${name}`, period, 'none: the metric of this alarm can only be measured as it is');
}
