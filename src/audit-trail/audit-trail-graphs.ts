import type { DashboardGraph } from '../core';
import type { AuditTrailMetrics } from './audit-trail-metrics';

/** Whether events are delivered, and whether anybody was rejected. */
export function graphsOf(metrics: AuditTrailMetrics): DashboardGraph[] {
  return [
    {
      title: 'Files of the trail',
      left: [metrics.metricDelivered({ label: 'Delivered' }), metrics.metricRejected({ label: 'Rejected requests' })],
      right: [metrics.metricDeliveredBytes({ label: 'Bytes delivered' })],
    },
  ];
}
