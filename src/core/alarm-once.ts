import type { Duration } from 'aws-cdk-lib';
import { Alarm, type IAlarmAction, type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { AlarmOverrides, RecommendedAlarmProps } from './alarm-options';
import { describeAlarm } from './private/base/alarm-description';
import { invalid } from './private/base/invalid';

type Setting = Exclude<keyof AlarmOverrides, 'actions' | 'okActions'>;
type Settings = Readonly<Record<Setting, AlarmOverrides[Setting]>>;

/** The settings that an alarm was created with, and the actions that it has. */
interface Created {
  readonly settings: Settings;
  readonly notified: Record<'actions' | 'okActions', { readonly objects: Set<IAlarmAction>; readonly arns: Set<string> }>;
}

/** Stored on the alarm itself, so that two copies of this package in one app share it. */
const CREATED = Symbol.for('cdk-andamio.RecommendedAlarm.created');

/**
 * Returns the alarm `<name>Alarm` of a construct. The first call creates it.
 *
 * @throws when an override differs from the setting that the alarm was created with
 */
export function alarmOnce(scope: Construct, recommendation: RecommendedAlarmProps, overrides: AlarmOverrides): Alarm {
  const existing = scope.node.tryFindChild(`${recommendation.name}Alarm`) as (Alarm & { readonly [CREATED]?: Created }) | undefined;
  const created = existing?.[CREATED];
  const alarm = existing === undefined || created === undefined ? create(scope, recommendation, overrides) : existing;
  if (created !== undefined) checkAgreement(alarm, created.settings, overrides);
  notify(alarm, 'actions', overrides.actions, (action) => alarm.addAlarmAction(action));
  notify(alarm, 'okActions', overrides.okActions, (action) => alarm.addOkAction(action));
  return alarm;
}

function create(scope: Construct, recommendation: RecommendedAlarmProps, overrides: AlarmOverrides): Alarm {
  const { name, metric, comparison, ...rest } = recommendation;
  const { period, datapointsToAlarm, alarmName } = overrides;
  const threshold = overrides.threshold ?? rest.threshold;
  const evaluationPeriods = overrides.evaluationPeriods ?? rest.evaluationPeriods;
  const treatMissingData = overrides.treatMissingData ?? rest.missingData;
  const alarm = new Alarm(scope, `${name}Alarm`, {
    metric: period === undefined ? metric : withPeriod(scope, name, metric, period),
    threshold,
    evaluationPeriods,
    datapointsToAlarm,
    comparisonOperator: comparison,
    treatMissingData,
    alarmName,
    alarmDescription: describeAlarm(scope, recommendation),
  });
  const settings: Settings = {
    threshold,
    evaluationPeriods,
    datapointsToAlarm: datapointsToAlarm ?? evaluationPeriods,
    period: period ?? periodOf(metric),
    treatMissingData,
    alarmName,
  };
  const nobody = () => ({ objects: new Set<IAlarmAction>(), arns: new Set<string>() });
  const created: Created = { settings, notified: { actions: nobody(), okActions: nobody() } };
  Object.defineProperty(alarm, CREATED, { value: created });
  return alarm;
}

function checkAgreement(alarm: Alarm, settings: Settings, overrides: AlarmOverrides): void {
  for (const [name, value] of Object.entries(settings)) {
    const asked = overrides[name as Setting];
    if (asked === undefined || textOf(asked) === textOf(value)) continue;
    invalid(
      alarm,
      name,
      asked,
      `${value === undefined ? 'none' : textOf(value)}, which the alarm was created with: an alarm is created once`,
    );
  }
}

/** The text by which settings are compared: durations of the same length are equal. */
function textOf(value: AlarmOverrides[Setting]): string {
  return typeof value === 'object' && !value.isUnresolved() ? `${value.toSeconds()} seconds` : String(value);
}

/** Adds each action only once, because the same topic may be passed for a single alarm and then for all alarms. */
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
  return invalid(scope, `period of ${name}`, period, 'none: the period of a metric of this type cannot be changed');
}
