import { createHash } from 'node:crypto';
import type { AlarmState, JsonObject } from '../../contracts';
import { strings } from '../../protocol/json';
import { ServiceError } from '../../protocol/service-error';
import type { MetricAlarm } from './alarm';
import type { CompositeAlarm } from './composite';
import type { Result } from './get-metrics';
import { metricOut, requiredText, textOf, timeOf } from './input';
import { evaluationOf } from './promql/alarm';
import type { Running, RunningAlarms } from './running-alarms';

const STATES: readonly string[] = ['OK', 'ALARM', 'INSUFFICIENT_DATA'];

/** Documented: "DescribeAlarms" (Amazon CloudWatch API Reference). Metric alarms only, unless the caller asks for others. */
export function describeAlarms(alarms: RunningAlarms, createdAt: number, input: JsonObject): Result {
  const names = input.AlarmNames === undefined ? undefined : strings(input.AlarmNames);
  const prefix = textOf(input, 'AlarmNamePrefix') ?? '';
  const action = textOf(input, 'ActionPrefix');
  const state = textOf(input, 'StateValue');
  const types = input.AlarmTypes === undefined ? ['MetricAlarm'] : strings(input.AlarmTypes);
  const found = alarms.all.filter(
    (one) =>
      (names?.includes(one.alarm.name) ?? true) &&
      one.alarm.name.startsWith(prefix) &&
      (state ?? one.state) === one.state &&
      (action === undefined || Object.values(one.alarm.actions).some((arns) => arns.some((arn) => arn.startsWith(action)))),
  );
  const described = (type: string, ...kinds: readonly Running['alarm']['kind'][]) =>
    types.includes(type) ? found.filter(({ alarm }) => kinds.includes(alarm.kind)).map((one) => describe(one, createdAt)) : [];
  return { MetricAlarms: described('MetricAlarm', 'metric', 'promql'), CompositeAlarms: described('CompositeAlarm', 'composite') };
}

/** Documented: "DescribeAlarmHistory": changes of states and actions. */
export function describeHistory(alarms: RunningAlarms, input: JsonObject): Result {
  const name = textOf(input, 'AlarmName');
  const kind = textOf(input, 'HistoryItemType') ?? 'StateUpdate';
  const [from, to] = [timeOf(input.StartDate, 'StartDate') ?? 0, timeOf(input.EndDate, 'EndDate') ?? Number.POSITIVE_INFINITY];
  const changes = alarms.history().filter((change) => (name ?? change.alarm) === change.alarm && change.at >= from && change.at <= to);
  const items = changes.flatMap((change) => {
    const type = alarms.find(change.alarm)?.alarm.kind === 'composite' ? 'CompositeAlarm' : 'MetricAlarm';
    const common = { AlarmName: change.alarm, AlarmType: type, Timestamp: new Date(change.at), HistoryItemType: kind };
    if (kind === 'Action') {
      return change.actions.map((arn) => ({ ...common, HistorySummary: `Successfully executed action ${arn}` }));
    }
    if (kind !== 'StateUpdate' || change.from === change.to) return [];
    const data = { version: '1.0', oldState: { stateValue: change.from }, newState: { stateValue: change.to, stateReason: change.reason } };
    return [{ ...common, HistorySummary: `Alarm updated from ${change.from} to ${change.to}`, HistoryData: JSON.stringify(data) }];
  });
  const ascending = textOf(input, 'ScanBy') === 'TimestampAscending';
  return { AlarmHistoryItems: ascending ? items : items.reverse() };
}

/** Documented: "SetAlarmState": a temporary state, until the alarm is evaluated again. */
export function setAlarmState(alarms: RunningAlarms, now: number, input: JsonObject): Result {
  const name = requiredText(input, 'AlarmName');
  const state = requiredText(input, 'StateValue');
  const reason = requiredText(input, 'StateReason');
  if (!isState(state))
    throw new ServiceError('InvalidParameterValueException', `The StateValue ${state} must be one of ${STATES.join(', ')}.`);
  if (alarms.find(name) === undefined) throw new ServiceError('ResourceNotFound', `There is no alarm ${name}`, 404);
  alarms.set(name, state, reason, now);
  return {};
}

function describe({ alarm, state, reason, reasonData, changedAt, suppression }: Running, createdAt: number): Result {
  return {
    ...{ AlarmName: alarm.name, AlarmArn: alarm.arn, AlarmDescription: alarm.description, ActionsEnabled: alarm.actionsEnabled },
    ...{ OKActions: alarm.actions.OK, AlarmActions: alarm.actions.ALARM, InsufficientDataActions: alarm.actions.INSUFFICIENT_DATA },
    ...{ StateValue: state, StateReason: reason, StateReasonData: reasonData, StateUpdatedTimestamp: new Date(changedAt) },
    ...{ StateTransitionedTimestamp: new Date(changedAt), AlarmConfigurationUpdatedTimestamp: new Date(createdAt) },
    ...partsOf(alarm, suppression.by),
  };
}

/** Documented: "DescribeAlarmContributors": the contributors that are in alarm. */
export function describeContributors(alarms: RunningAlarms, input: JsonObject): Result {
  const name = requiredText(input, 'AlarmName');
  const found = alarms.find(name);
  if (found === undefined) throw new ServiceError('ResourceNotFoundException', `There is no alarm ${name}`, 404);
  return {
    AlarmContributors: found.alarming().map(({ id, attributes, value, since }) => ({
      ContributorId: createHash('sha256').update(id).digest('hex').slice(0, 32),
      ContributorAttributes: attributes,
      ...{ StateReason: `The query returned ${value}.`, StateTransitionedTimestamp: new Date(since) },
    })),
  };
}

function partsOf(alarm: Running['alarm'], suppressedBy: string | undefined): Result {
  if (alarm.kind === 'metric') return metricParts(alarm);
  return alarm.kind === 'promql' ? evaluationOf(alarm) : compositeParts(alarm, suppressedBy);
}

function metricParts({ queries, returned, period, rule, threshold, comparison }: MetricAlarm): Result {
  const common = {
    ...{ EvaluationPeriods: rule.evaluationPeriods, DatapointsToAlarm: rule.datapointsToAlarm, Threshold: threshold },
    ...{ ComparisonOperator: comparison, TreatMissingData: rule.missingData },
  };
  const [only] = queries.metrics;
  if (queries.expressions.length === 0 && queries.metrics.length === 1) {
    const extended = only.statistic.startsWith('p');
    return {
      ...common,
      ...metricOut(only.metric),
      [extended ? 'ExtendedStatistic' : 'Statistic']: only.statistic,
      Period: period,
      Unit: only.unit,
    };
  }
  const metrics = queries.metrics.map((query) => ({
    Id: query.id,
    MetricStat: { Metric: metricOut(query.metric), Period: query.period, Stat: query.statistic, Unit: query.unit },
    ReturnData: query.id === returned,
  }));
  const expressions = queries.expressions.map(({ id, text }) => ({ Id: id, Expression: text, ReturnData: id === returned }));
  return { ...common, Metrics: [...expressions, ...metrics] };
}

function compositeParts({ text, suppressor }: CompositeAlarm, suppressedBy: string | undefined): Result {
  return {
    ...{ AlarmRule: text, ActionsSuppressedBy: suppressedBy, ActionsSuppressor: suppressor?.alarm },
    ActionsSuppressorWaitPeriod: suppressor === undefined ? undefined : suppressor.waitMs / 1000,
    ActionsSuppressorExtensionPeriod: suppressor === undefined ? undefined : suppressor.extensionMs / 1000,
  };
}

const isState = (text: string): text is AlarmState => STATES.includes(text);
