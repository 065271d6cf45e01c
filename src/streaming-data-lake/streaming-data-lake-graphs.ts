import type { DashboardGraph } from '../core';
import { thresholdOf } from '../core/private/alarm-threshold';
import type { StreamingDataLakeAlarms } from './streaming-data-lake-alarms';
import type { StreamingDataLakeMetrics } from './streaming-data-lake-metrics';

/** Whether changes arrive in the lake, how late, and what did not. */
export function graphsOf(metrics: StreamingDataLakeMetrics, { recommended }: StreamingDataLakeAlarms): DashboardGraph[] {
  return [
    {
      title: 'Changes',
      left: [
        metrics.metricRead({ label: 'Read by the pipe' }),
        metrics.metricDelivered({ label: 'Delivered' }),
        metrics.metricPipeFailures({ label: 'Failed executions of the pipe' }),
      ],
      right: [metrics.metricWritten({ label: 'Write capacity of the table' })],
    },
    {
      title: 'Age of the oldest record in Firehose',
      inOverview: true,
      left: [metrics.metricFreshness({ label: 'Age' })],
      unit: 'seconds',
      limit: thresholdOf(recommended, 'Freshness'),
    },
    {
      title: 'Not in the lake',
      left: [metrics.metricConversionFailures({ label: 'Not converted' }), metrics.metricDeadLetters({ label: 'Dead letters' })],
      right: [metrics.metricQuarantined({ label: 'Put into quarantine, in bytes' })],
    },
    {
      title: 'Age of the oldest dead letter',
      left: [metrics.metricOldestDeadLetterAge({ label: 'Age' })],
      unit: 'seconds',
      limit: thresholdOf(recommended, 'OldestDeadLetterAge'),
    },
    { title: 'Active partitions', left: [metrics.metricActivePartitions({ label: 'Active partitions' })] },
  ];
}
