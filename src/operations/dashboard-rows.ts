import {
  AlarmState,
  AlarmStatusWidget,
  AlarmStatusWidgetSortBy,
  Color,
  Column,
  GraphWidget,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { AlarmSeverity, type DashboardGraph } from '../core';
import type { Routed } from './alarm-routing';
import { PromqlGraph } from './promql-graph';
import type { TenantLatency } from './tenant-latency';
import { pathOf, type Watched } from './watched';

/** Documented: AlarmStatusWidget. */
const MAX_ALARMS_OF_A_WIDGET = 100;

const WIDTH = 24;
const GRAPH = { width: 8, height: 6 };
const OVERVIEW = { width: 6, height: 5 };
const STATUS_HEIGHT = 3;
/** Alarms that fit into one row of a widget. */
const ALARMS_OF_A_ROW = 6;

const SEVERITIES = [
  { severity: AlarmSeverity.CRITICAL, title: 'Critical alarms' },
  { severity: AlarmSeverity.WARNING, title: 'Warnings' },
];

/** A text with the links of the app. */
export type Linked = (text: string) => string;

/** The alarms that are not OK, critical ones on the left. */
export function statusRow(routed: readonly Routed[]): IWidget[][] {
  const parts = alarmParts(routed);
  return chunks(
    parts.map(
      ({ title, alarms }) =>
        new AlarmStatusWidget({
          ...{ alarms, title: `${title} that are not OK`, states: [AlarmState.ALARM, AlarmState.INSUFFICIENT_DATA] },
          ...{ width: parts.length === 1 ? WIDTH : WIDTH / 2, height: STATUS_HEIGHT },
          sortBy: AlarmStatusWidgetSortBy.STATE_UPDATED_TIMESTAMP,
        }),
    ),
    2,
  );
}

/** The first graphs of each construct, which say whether it does its work. */
export function overviewRows(watched: readonly Watched[]): IWidget[][] {
  const widgets = watched.flatMap(({ construct, graphs }) =>
    graphs.flatMap((graph) =>
      graph.inOverview ? [graphWidget({ ...graph, title: `${nameOf(construct)}: ${graph.title}` }, OVERVIEW)] : [],
    ),
  );
  return chunks(widgets, WIDTH / OVERVIEW.width);
}

/** Which tenant: the slowest ones over time, and the tables of each construct. */
export function tenantRows(watched: readonly Watched[], latencies: readonly TenantLatency[]): IWidget[][] {
  const width = Math.max(GRAPH.width, WIDTH / latencies.length);
  const graphs = latencies.map(({ _settled: { graph } }) => new PromqlGraph({ ...GRAPH, ...graph, width }));
  const tableWidgets = watched.flatMap(({ construct, tables }) =>
    tables.map(
      ({ title, query, logGroups }) =>
        new LogQueryWidget({
          ...{ ...GRAPH, title: `${nameOf(construct)}: ${title}`, view: LogQueryVisualizationType.TABLE },
          ...{ logGroupNames: logGroups.map(({ logGroupName }) => logGroupName), queryLines: query },
        }),
    ),
  );
  return [...chunks(graphs, WIDTH / GRAPH.width), ...chunks(tableWidgets, WIDTH / GRAPH.width)];
}

/** The graphs of each construct under its name. Constructs with one graph share rows, after the others. */
export function detailRows(watched: readonly Watched[], linked: Linked): IWidget[][] {
  const many = watched.filter(({ graphs }) => graphs.length > 1);
  const single = watched.filter(({ graphs }) => graphs.length === 1);
  return [
    ...many.flatMap((one) => [[headingOf(one, linked, WIDTH)], ...chunks(one.graphs.map(detailWidget), WIDTH / GRAPH.width)]),
    ...chunks(
      single.map((one) => new Column(headingOf(one, linked, GRAPH.width), ...one.graphs.map(detailWidget))),
      WIDTH / GRAPH.width,
    ),
  ];
}

/** Every alarm, whatever its state. */
export function alarmRows(routed: readonly Routed[]): IWidget[][] {
  return alarmParts(routed).map(({ title, alarms }) => [
    new AlarmStatusWidget({
      ...{ alarms, title: `All ${title.toLowerCase()}`, width: WIDTH },
      height: 1 + Math.ceil(alarms.length / ALARMS_OF_A_ROW),
    }),
  ]);
}

function alarmParts(routed: readonly Routed[]) {
  return SEVERITIES.flatMap(({ severity, title }) => {
    const alarms = routed.flatMap((one) => (one.severity === severity ? [one.alarm] : []));
    const parts = chunks(alarms, MAX_ALARMS_OF_A_WIDGET);
    return parts.map((part, position) => ({
      alarms: part,
      title: parts.length === 1 ? title : `${title}, ${position + 1} of ${parts.length},`,
    }));
  });
}

const nameOf = (construct: Watched['construct']) => pathOf(construct).replaceAll('/', ' / ');

function headingOf({ construct, alarms }: Watched, linked: Linked, width: number): IWidget {
  const runbook = alarms.find((alarm) => alarm.runbook !== undefined)?.runbook;
  const link = runbook === undefined ? '' : ` · [What to do](${linked(runbook)})`;
  return new TextWidget({ markdown: `### ${nameOf(construct)}${link}`, width, height: 1 });
}

const detailWidget = (graph: DashboardGraph): IWidget => graphWidget(graph, GRAPH);

function graphWidget({ title, left, right = [], unit, limit }: DashboardGraph, size: { width: number; height: number }): IWidget {
  return new GraphWidget({
    ...size,
    title,
    left,
    right,
    leftYAxis: { min: 0, showUnits: false, ...(unit === undefined ? {} : { label: unit }) },
    ...(right.length === 0 ? {} : { rightYAxis: { min: 0, showUnits: false } }),
    leftAnnotations: limit === undefined ? [] : [{ value: limit, label: 'Alarm', color: Color.RED }],
  });
}

function chunks<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, position) => all.slice(position * size, (position + 1) * size));
}
