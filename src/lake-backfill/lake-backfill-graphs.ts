import type { DashboardGraph } from '../core';
import type { LakeBackfillMetrics } from './lake-backfill-metrics';

/** How far a backfill is, and what of it failed. */
export function graphsOf(metrics: LakeBackfillMetrics): DashboardGraph[] {
  return [
    {
      title: 'Items of backfills',
      left: [
        metrics.metricSent({ label: 'Sent' }),
        metrics.metricSkipped({ label: 'Skipped' }),
        metrics.metricTooLarge({ label: 'Too large' }),
      ],
    },
    {
      title: 'Exports and files',
      left: [
        metrics.metricPending({ label: 'Pending' }),
        metrics.metricFailedExports({ label: 'Failed exports' }),
        metrics.metricDeadLetters({ label: 'Dead letters' }),
      ],
    },
  ];
}
