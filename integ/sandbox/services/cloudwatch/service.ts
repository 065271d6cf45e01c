import type { Assembly, Check, Clock, EndpointService, JsonObject, LogSink, ServiceRequest } from '../../contracts';
import type { PromqlEngine } from '../../engines';
import { strings } from '../../protocol/json';
import { ServiceError } from '../../protocol/service-error';
import { describeAlarms, describeContributors, describeHistory, setAlarmState } from './describe-alarms';
import { getMetricData, getMetricStatistics, listMetrics, type Result } from './get-metrics';
import { textOf } from './input';
import { insightRuleReport } from './insight-rules/report';
import type { InsightRule } from './insight-rules/rule';
import { httpApiError, isHttpApi, readHttpApi } from './promql/http-api';
import { type Format, formatOf } from './protocol/formats';
import { putMetricData } from './put-metric-data';
import type { RunningAlarms } from './running-alarms';
import type { MetricStore } from './store';

interface Operation {
  /** Documented: "Actions, resources, and condition keys for Amazon CloudWatch". */
  checks(input: JsonObject): Omit<Check, 'action'>[];
  execute(input: JsonObject): Result;
}

export interface CloudWatchDependencies {
  readonly assembly: Pick<Assembly, 'partition' | 'region' | 'account'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly store: MetricStore;
  readonly engine: PromqlEngine;
  readonly alarms: () => RunningAlarms;
  /** When the alarms were created. */
  readonly createdAt: number;
  /** The bodies of the dashboards, by name. */
  readonly dashboards: () => ReadonlyMap<string, string>;
  readonly rules: () => readonly InsightRule[];
  readonly logs: Pick<LogSink, 'groups' | 'lines'>;
}

const ANYTHING = () => [{ resource: '*', context: {} }];

/** What programs do with metrics, and people with alarms and dashboards of the template. */
export function cloudWatchService({
  assembly,
  clock,
  store,
  engine,
  alarms,
  createdAt,
  dashboards,
  rules,
  logs,
}: CloudWatchDependencies): EndpointService {
  const { partition, region, account } = assembly;
  const alarmArn = (name: string) => `arn:${partition}:cloudwatch:${region}:${account}:alarm:${name}`;
  const dashboardArn = (name: string) => `arn:${partition}:cloudwatch::${account}:dashboard/${name}`;
  const ruleArn = (name: string) => `arn:${partition}:cloudwatch:${region}:${account}:insight-rule/${name}`;
  const ofAlarm = (input: JsonObject) => [{ resource: alarmArn(textOf(input, 'AlarmName') ?? '*'), context: {} }];

  const operations: Readonly<Record<string, Operation>> = {
    PutMetricData: {
      checks: (input) => [{ resource: '*', context: { 'cloudwatch:namespace': textOf(input, 'Namespace') ?? '' } }],
      execute(input) {
        putMetricData(store, clock.now(), input);
        return {};
      },
    },
    GetMetricData: { checks: ANYTHING, execute: (input) => getMetricData(store, input) },
    GetMetricStatistics: { checks: ANYTHING, execute: (input) => getMetricStatistics(store, input) },
    ListMetrics: { checks: ANYTHING, execute: (input) => listMetrics(store, input) },
    DescribeAlarms: {
      checks({ AlarmNames }) {
        const names = AlarmNames === undefined ? ['*'] : strings(AlarmNames);
        return names.map((name) => ({ resource: alarmArn(name), context: {} }));
      },
      execute: (input) => describeAlarms(alarms(), createdAt, input),
    },
    DescribeAlarmHistory: { checks: ofAlarm, execute: (input) => describeHistory(alarms(), input) },
    DescribeAlarmContributors: { checks: ofAlarm, execute: (input) => describeContributors(alarms(), input) },
    SetAlarmState: { checks: ofAlarm, execute: (input) => setAlarmState(alarms(), clock.now(), input) },
    GetDashboard: {
      checks: (input) => [{ resource: dashboardArn(textOf(input, 'DashboardName') ?? '*'), context: {} }],
      execute(input) {
        const name = textOf(input, 'DashboardName') ?? '';
        const body = dashboards().get(name);
        if (body === undefined) throw new ServiceError('ResourceNotFound', `Dashboard ${name} does not exist`, 404);
        return { DashboardName: name, DashboardArn: dashboardArn(name), DashboardBody: body };
      },
    },
    GetInsightRuleReport: {
      checks: (input) => [{ resource: ruleArn(textOf(input, 'RuleName') ?? '*'), context: {} }],
      execute(input) {
        const name = textOf(input, 'RuleName') ?? '';
        const rule = rules().find((one) => one.name === name);
        if (rule === undefined) throw new ServiceError('ResourceNotFoundException', `The insight rule ${name} does not exist.`, 404);
        const groups = rule.enabled ? logs.groups().filter(rule.reads) : [];
        return insightRuleReport(rule, groups.flatMap(logs.lines), input);
      },
    },
    ListDashboards: {
      checks: ANYTHING,
      execute: () => ({
        DashboardEntries: [...dashboards()].map(([name, body]) => ({
          ...{ DashboardName: name, DashboardArn: dashboardArn(name), Size: Buffer.byteLength(body), LastModified: new Date(createdAt) },
        })),
      }),
    },
  };

  return {
    name: 'monitoring',
    read(request) {
      if (isHttpApi(request)) return readHttpApi(request, engine, clock);
      const format = formatOf(request);
      const { operation: name, input } = format.read(request);
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (operation === undefined) {
        const supported = Object.keys(operations).join(', ');
        throw new ServiceError('InvalidAction', `The sandbox does not support the operation ${name} of CloudWatch: it has ${supported}`);
      }
      return {
        operation: name,
        checks: () => operation.checks(input).map((check) => ({ action: `cloudwatch:${name}`, ...check })),
        execute: () => format.reply(name, operation.execute(input)),
      };
    },
    error: (request, code, message, status) => errorOf(request)(code, message, status),
    denied: (request, { message }) => errorOf(request)('AccessDeniedException', message, 403),
  };
}

function errorOf(request: ServiceRequest): Format['error'] {
  return isHttpApi(request) ? httpApiError : formatOf(request).error;
}
