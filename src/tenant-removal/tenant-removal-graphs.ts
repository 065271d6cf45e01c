import type { DashboardGraph } from '../core';
import type { TenantRemovalMetrics } from './tenant-removal-metrics';

/** Removals that are not finished. */
export function graphsOf(metrics: TenantRemovalMetrics): DashboardGraph[] {
  return [
    {
      title: 'Open removals',
      left: [
        metrics.metricOpen({ label: 'Open' }),
        metrics.metricOverdue({ label: 'Overdue' }),
        metrics.metricErrors({ label: 'Failed invocations' }),
      ],
    },
  ];
}
