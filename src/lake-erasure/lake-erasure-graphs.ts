import type { DashboardGraph } from '../core';
import type { LakeErasureMetrics } from './lake-erasure-metrics';

/** Erasures that people wait for. */
export function graphsOf(metrics: LakeErasureMetrics): DashboardGraph[] {
  return [
    {
      title: 'Open erasures',
      left: [
        metrics.metricOpen({ label: 'Open' }),
        metrics.metricOverdue({ label: 'Overdue' }),
        metrics.metricErrors({ label: 'Failed invocations' }),
      ],
    },
  ];
}
