import { supported } from '../../assembly/resource-types';
import type { Identity, ResourceType } from '../../contracts';
import { ALARM } from './alarm';
import { COMPOSITE } from './composite';
import { INSIGHT_RULE } from './insight-rules/rule';

export const DASHBOARD = 'AWS::CloudWatch::Dashboard';

const alarmName = (of: Identity): string => of.name('AlarmName', 255);
const alarmArn = (of: Identity): string => `arn:aws:cloudwatch:${of.region}:${of.account}:alarm:${alarmName(of)}`;
const COMMON = 'ActionsEnabled AlarmActions AlarmDescription AlarmName InsufficientDataActions OKActions';
const TAGS = ['template only: the sandbox does not read tags', 'Tags'] as const;

/** @param own the properties that only this type has */
const typeOfAlarm = (type: string, reason: string, ...own: readonly string[]): ResourceType => ({
  ...{ type, support: 'runs', reason, properties: supported(['runs', COMMON, ...own], TAGS) },
  ref: alarmName,
  attributes: { Arn: alarmArn },
});

const alarm = typeOfAlarm(
  ALARM,
  'evaluated each minute of the clock; its actions are messages to topics',
  'ComparisonOperator DatapointsToAlarm Dimensions.{Name,Value} EvaluateLowSampleCountPercentile EvaluationPeriods ExtendedStatistic',
  'MetricName Metrics.{Expression,Id,Label,Period,ReturnData} Metrics.MetricStat.{Period,Stat,Unit}',
  'Metrics.MetricStat.Metric.{MetricName,Namespace} Metrics.MetricStat.Metric.Dimensions.{Name,Value}',
  'Namespace Period Statistic Threshold TreatMissingData Unit',
  'EvaluationCriteria.PromQLCriteria.{PendingPeriod,Query,RecoveryPeriod} EvaluationInterval',
);

const composite = typeOfAlarm(
  COMPOSITE,
  'evaluated with the alarms of its rule; its suppressor holds its actions back',
  'ActionsSuppressor ActionsSuppressorExtensionPeriod ActionsSuppressorWaitPeriod AlarmRule',
);

const dashboard: ResourceType = {
  type: DASHBOARD,
  support: 'runs',
  reason: 'its body can be read; the sandbox has no console that shows it',
  properties: supported(['runs', 'DashboardBody DashboardName'], TAGS),
  ref: (of) => of.name('DashboardName', 255),
};

const ruleName = (of: Identity): string => of.name('RuleName', 128);

const insightRule: ResourceType = {
  type: INSIGHT_RULE,
  support: 'runs',
  reason: 'its report ranks contributors of the log lines that the sandbox keeps',
  properties: supported(['runs', 'RuleBody RuleName RuleState'], TAGS),
  ref: ruleName,
  attributes: {
    Arn: (of) => `arn:aws:cloudwatch:${of.region}:${of.account}:insight-rule/${ruleName(of)}`,
    RuleName: ruleName,
  },
};

export const cloudWatchTypes: ResourceType[] = [alarm, composite, dashboard, insightRule];
