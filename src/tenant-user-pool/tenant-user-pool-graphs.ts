import type { DashboardGraph } from '../core';
import type { TenantUserPoolMetrics } from './tenant-user-pool-metrics';

/** Whether users get tokens. */
export function graphsOf(metrics: TenantUserPoolMetrics): DashboardGraph[] {
  return [
    {
      title: 'Tokens that were not issued',
      left: [
        metrics.metricDenied({ label: 'No membership' }),
        metrics.metricFailed({ label: 'Failed' }),
        metrics.metricThrottles({ label: 'Throttled' }),
      ],
    },
  ];
}
