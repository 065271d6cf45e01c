import {
  AlarmStatusWidget,
  Color,
  type Dashboard,
  GraphWidget,
  type IAlarm,
  type IMetric,
  type IWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IConstruct } from 'constructs';
import { AlarmSeverity, type DashboardGraph } from '../core';
import { invalid } from '../core/private/base/invalid';
import type { Routed } from './alarm-routing';
import { pathOf, type Watched } from './watched';

/** Documented: "CloudWatch service quotas", dashboards; AlarmStatusWidget. */
const MAX_WIDGETS = 500;
const MAX_METRICS = 2_500;
const MAX_METRICS_OF_A_GRAPH = 500;
const MAX_ALARMS_OF_A_WIDGET = 100;

const WIDTH = 24;
const GRAPH = { width: 8, height: 6 };
/** Alarms that fit into one row of a widget. */
const ALARMS_OF_A_ROW = 6;

/** What a dashboard shows. */
export interface Shown {
  readonly watched: readonly Watched[];
  readonly routed: readonly Routed[];
  readonly widgets: readonly IWidget[];
  /** A text with the links of the app. */
  readonly linked: (text: string) => string;
}

/** Fills the dashboard: the status of all alarms first, then the graphs of each construct under its name, then what the app adds. */
export function fillDashboard(where: IConstruct, dashboard: Dashboard, { watched, routed, widgets, linked }: Shown): void {
  const rows = [...statusRows(routed), ...watched.flatMap((one) => graphRows(one, linked)), ...widgets.map((widget) => [widget])];
  const count = rows.flat().length;
  if (count > MAX_WIDGETS)
    invalid(where, 'watch', `<${count} widgets>`, `at most ${MAX_WIDGETS} widgets, the limit of a dashboard: ${SPLIT}`);
  checkMetrics(where, watched);
  for (const row of rows) dashboard.addWidgets(...row);
}

const SPLIT = 'create an Operations for each part of the app';

function statusRows(routed: readonly Routed[]): IWidget[][] {
  const titles = { [AlarmSeverity.CRITICAL]: 'Critical alarms', [AlarmSeverity.WARNING]: 'Warnings' };
  return Object.values(AlarmSeverity).flatMap((severity) => {
    const alarms = routed.flatMap((one) => (one.severity === severity ? [one.alarm] : []));
    const parts = chunks<IAlarm>(alarms, MAX_ALARMS_OF_A_WIDGET);
    return parts.map((part, position) => [
      new AlarmStatusWidget({
        alarms: part,
        title: parts.length === 1 ? titles[severity] : `${titles[severity]}, ${position + 1} of ${parts.length}`,
        width: WIDTH,
        height: 1 + Math.ceil(part.length / ALARMS_OF_A_ROW),
      }),
    ]);
  });
}

function graphRows({ construct, alarms, graphs }: Watched, linked: Shown['linked']): IWidget[][] {
  if (graphs.length === 0) return [];
  const runbook = alarms.find((alarm) => alarm.runbook !== undefined)?.runbook;
  const markdown = [
    `## ${pathOf(construct).replaceAll('/', ' / ')}`,
    ...(runbook === undefined ? [] : [`[What to do](${linked(runbook)})`]),
  ].join('\n');
  const heading = new TextWidget({ markdown, width: WIDTH, height: runbook === undefined ? 1 : 2 });
  return [[heading], ...chunks(graphs.map(graphWidget), WIDTH / GRAPH.width)];
}

function graphWidget({ title, left, right = [], unit, limit }: DashboardGraph): IWidget {
  return new GraphWidget({
    ...GRAPH,
    title,
    left,
    right,
    leftYAxis: { min: 0, showUnits: false, ...(unit === undefined ? {} : { label: unit }) },
    ...(right.length === 0 ? {} : { rightYAxis: { min: 0, showUnits: false } }),
    leftAnnotations: limit === undefined ? [] : [{ value: limit, label: 'Alarm', color: Color.RED }],
  });
}

function checkMetrics(where: IConstruct, watched: readonly Watched[]): void {
  let sum = 0;
  for (const { construct, graphs } of watched) {
    for (const { title, left, right = [] } of graphs) {
      const count = [...left, ...right].reduce((before, metric) => before + metricsOf(metric), 0);
      sum += count;
      if (count <= MAX_METRICS_OF_A_GRAPH) continue;
      invalid(construct, `graph '${title}'`, `<${count} metrics>`, `at most ${MAX_METRICS_OF_A_GRAPH} metrics, the limit of a graph`);
    }
  }
  if (sum > MAX_METRICS) invalid(where, 'watch', `<${sum} metrics>`, `at most ${MAX_METRICS} metrics, the limit of a dashboard: ${SPLIT}`);
}

function metricsOf(metric: IMetric): number {
  const { mathExpression } = metric.toMetricConfig();
  if (mathExpression === undefined) return 1;
  return Object.values(mathExpression.usingMetrics).reduce((sum, used) => sum + metricsOf(used), 1);
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, position) => all.slice(position * size, (position + 1) * size));
}
