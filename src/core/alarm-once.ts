import type { Duration } from 'aws-cdk-lib';
import { Alarm, type IAlarmAction, type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { AlarmOverrides, RecommendedAlarmProps } from './alarm-options';
import { invalid } from './private/base/invalid';

type Setting = Exclude<keyof AlarmOverrides, 'actions' | 'okActions'>;
type Settings = Readonly<Record<Setting, AlarmOverrides[Setting]>>;

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
 * @throws when it was created with another value of something that is asked for now
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

function create(scope: Construct, { name, metric, comparison, reason, ...rest }: RecommendedAlarmProps, overrides: AlarmOverrides): Alarm {
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
    alarmDescription: reason,
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

/** Durations of one length are the same. */
function textOf(value: AlarmOverrides[Setting]): string {
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
