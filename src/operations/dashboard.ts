import type { Dashboard, IMetric, IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import type { IConstruct } from 'constructs';
import { invalid } from '../core/private/base/invalid';
import type { Routed } from './alarm-routing';
import { alarmRows, detailRows, type Linked, overviewRows, statusRow, tenantRows } from './dashboard-rows';
import type { TenantLatency } from './tenant-latency';
import type { Watched } from './watched';

/** Documented: "CloudWatch service quotas", dashboards. */
const MAX_WIDGETS = 500;
const MAX_METRICS = 2_500;
const MAX_METRICS_OF_A_GRAPH = 500;

/** What a dashboard shows. */
export interface Shown {
  readonly watched: readonly Watched[];
  readonly routed: readonly Routed[];
  readonly tenantLatency: readonly TenantLatency[];
  readonly widgets: readonly IWidget[];
  readonly linked: Linked;
}

/**
 * Fills the dashboard in the order of an operator's questions: is something wrong, which part, which tenant; then what the app adds, the
 * graphs of each construct, and all alarms.
 */
export function fillDashboard(where: IConstruct, dashboard: Dashboard, shown: Shown): void {
  const { watched, routed, tenantLatency, widgets, linked } = shown;
  checkMetrics(where, watched);
  const rows = [
    ...statusRow(routed),
    ...overviewRows(watched),
    ...tenantRows(watched, tenantLatency),
    ...widgets.map((widget) => [widget]),
    ...detailRows(watched, linked),
    ...alarmRows(routed),
  ];
  const count = rows.flat().reduce((sum, widget) => sum + widget.toJson().length, 0);
  if (count > MAX_WIDGETS)
    invalid(where, 'watch', `<${count} widgets>`, `at most ${MAX_WIDGETS} widgets, the limit of a dashboard: ${SPLIT}`);
  for (const row of rows) dashboard.addWidgets(...row);
}

const SPLIT = 'create an Operations for each part of the app';

function checkMetrics(where: IConstruct, watched: readonly Watched[]): void {
  let sum = 0;
  for (const { construct, graphs } of watched) {
    for (const { title, left, right = [], inOverview = false } of graphs) {
      const count = [...left, ...right].reduce((before, metric) => before + metricsOf(metric), 0);
      sum += inOverview ? 2 * count : count;
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
