import type { DashboardGraph } from '../core';
import type { LakeCompactionMetrics } from './lake-compaction-metrics';

/** What runs did, and what is left for the next one. */
export function graphsOf(metrics: LakeCompactionMetrics): DashboardGraph[] {
  return [
    {
      title: 'Folders of the lake',
      left: [
        metrics.metricCompacted({ label: 'Compacted' }),
        metrics.metricFailed({ label: 'Failed' }),
        metrics.metricLeft({ label: 'Left by the best run of a day' }),
      ],
      right: [metrics.metricFilesRemoved({ label: 'Files removed' })],
    },
  ];
}
