import type { AlarmState, JsonObject } from '../../contracts';
import type { MetricAlarm } from './alarm';
import type { CompositeAlarm } from './composite';
import type { MetricQuery } from './metric-query';
import { evaluationOf, type PromqlAlarm } from './promql/alarm';
import { awsTime } from './reason';

/** A state that is notified. */
export interface Transition {
  readonly alarm: MetricAlarm | PromqlAlarm | CompositeAlarm;
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly reason: string;
  readonly at: number;
  /** The children whose change led to it, of a composite alarm. */
  readonly children: readonly { readonly arn: string; readonly state: AlarmState; readonly at: number }[];
}

/** Where alarms are. */
export interface Place {
  readonly account: string;
  readonly region: string;
  /** When the alarms were created. */
  readonly createdAt: number;
}

/** Documented: "AWS Regions and Availability Zones". A message has the name of the Region, not its code. */
const REGIONS: Readonly<Record<string, string>> = {
  'us-east-1': 'US East (N. Virginia)',
  'us-east-2': 'US East (Ohio)',
  'us-west-1': 'US West (N. California)',
  'us-west-2': 'US West (Oregon)',
  'ca-central-1': 'Canada (Central)',
  'eu-west-1': 'EU (Ireland)',
  'eu-west-2': 'EU (London)',
  'eu-west-3': 'EU (Paris)',
  'eu-central-1': 'EU (Frankfurt)',
  'eu-north-1': 'EU (Stockholm)',
  'eu-south-1': 'EU (Milan)',
  'eu-south-2': 'Europe (Spain)',
  'ap-northeast-1': 'Asia Pacific (Tokyo)',
  'ap-southeast-1': 'Asia Pacific (Singapore)',
  'ap-southeast-2': 'Asia Pacific (Sydney)',
  'sa-east-1': 'South America (Sao Paulo)',
};
/** Documented: `Subject` of Publish has up to 100 characters. */
const LONGEST_SUBJECT = 100;

/** What an alarm publishes to a topic. Documented: "Notifying users on alarm changes" and "Amazon SNS message formats" of the User Guide. */
export function noticeOf(transition: Transition, place: Place): { subject: string; message: string } {
  const { alarm, to } = transition;
  const region = REGIONS[place.region] ?? place.region;
  const subject = `${to}: "${alarm.name}" in ${region}`.slice(0, LONGEST_SUBJECT);
  return { subject, message: JSON.stringify(messageOf(transition, place, region)) };
}

function messageOf({ alarm, from, to, reason, at, children }: Transition, { account, createdAt }: Place, region: string): JsonObject {
  return {
    AlarmName: alarm.name,
    AlarmDescription: alarm.description ?? null,
    AWSAccountId: account,
    AlarmConfigurationUpdatedTimestamp: awsTime(createdAt),
    ...{
      NewStateValue: to,
      NewStateReason: reason,
      StateChangeTime: awsTime(at),
      Region: region,
      AlarmArn: alarm.arn,
      OldStateValue: from,
    },
    OKActions: [...alarm.actions.OK],
    AlarmActions: [...alarm.actions.ALARM],
    InsufficientDataActions: [...alarm.actions.INSUFFICIENT_DATA],
    ...(alarm.kind === 'composite'
      ? {
          AlarmRule: alarm.text,
          TriggeringChildren: children.map((child) => ({ Arn: child.arn, State: { Value: child.state, Timestamp: awsTime(child.at) } })),
        }
      : // AWS does not document this part for queries in PromQL.
        { Trigger: alarm.kind === 'metric' ? triggerOf(alarm) : evaluationOf(alarm) }),
  };
}

function triggerOf({ queries, returned, rule, period, comparison, threshold }: MetricAlarm): JsonObject {
  const common = {
    ...{ Period: period, EvaluationPeriods: rule.evaluationPeriods, DatapointsToAlarm: rule.datapointsToAlarm },
    ...{ ComparisonOperator: comparison, Threshold: threshold, TreatMissingData: rule.missingData, EvaluateLowSampleCountPercentile: '' },
  };
  const [only] = queries.metrics;
  if (queries.expressions.length === 0 && queries.metrics.length === 1) {
    const { namespace, name } = only.metric;
    return {
      MetricName: name,
      Namespace: namespace,
      ...statisticOf(only),
      Unit: only.unit ?? null,
      Dimensions: dimensionsOf(only),
      ...common,
    };
  }
  const isReturned = (id: string) => id === returned;
  return {
    ...common,
    Metrics: [
      ...queries.expressions.map(({ id, text }) => ({ Id: id, Expression: text, ReturnData: isReturned(id) })),
      ...queries.metrics.map((query) => ({
        Id: query.id,
        MetricStat: {
          Metric: { Dimensions: dimensionsOf(query), MetricName: query.metric.name, Namespace: query.metric.namespace },
          ...{ Period: query.period, Stat: query.statistic },
        },
        ReturnData: isReturned(query.id),
      })),
    ],
  };
}

function statisticOf({ statistic }: MetricQuery): JsonObject {
  if (statistic.startsWith('p')) return { StatisticType: 'ExtendedStatistic', ExtendedStatistic: statistic };
  return { StatisticType: 'Statistic', Statistic: statistic === 'SampleCount' ? 'SAMPLE_COUNT' : statistic.toUpperCase() };
}

function dimensionsOf({ metric }: MetricQuery): JsonObject[] {
  return Object.entries(metric.dimensions).map(([name, value]) => ({ value, name }));
}
