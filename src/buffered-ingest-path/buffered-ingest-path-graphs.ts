import type { DashboardGraph } from '../core';
import { thresholdOf } from '../core/private/alarm-threshold';
import type { BufferedIngestPathAlarms } from './buffered-ingest-path-alarms';
import type { BufferedIngestPathMetrics } from './buffered-ingest-path-metrics';

/** What operators look at first: whether messages arrive, whether they wait, and whether they are lost. */
export function graphsOf(metrics: BufferedIngestPathMetrics, { recommended }: BufferedIngestPathAlarms): DashboardGraph[] {
  return [
    {
      title: 'Messages',
      left: [
        metrics.metricAccepted({ label: 'Accepted' }),
        metrics.metricWritten({ label: 'Written' }),
        metrics.metricDuplicates({ label: 'Repeated' }),
        metrics.metricFailed({ label: 'Failed' }),
        metrics.metricDiscarded({ label: 'Discarded' }),
      ],
    },
    {
      title: 'Age of the oldest message',
      inOverview: true,
      left: [metrics.metricOldestMessageAge({ label: 'In the queue' }), metrics.metricOldestRetryAge({ label: 'In the retry queue' })],
      unit: 'seconds',
      limit: thresholdOf(recommended, 'OldestMessageAge'),
    },
    {
      title: 'Waiting messages',
      inOverview: true,
      left: [
        metrics.metricWaiting({ label: 'In the queue' }),
        metrics.metricWaitingForRetry({ label: 'In the retry queue' }),
        metrics.metricDeadLetters({ label: 'Dead letters' }),
      ],
    },
    {
      title: 'Failed receives',
      left: [metrics.metricFailedShare({ label: 'Failed' })],
      unit: 'percent',
      limit: thresholdOf(recommended, 'FailedShare'),
    },
    {
      title: 'Writer',
      left: [metrics.metricWriterErrors({ label: 'Errors' }), metrics.metricWriterThrottles({ label: 'Throttles' })],
      right: [metrics.metricWriteLatency({ label: 'p95 of a write, in ms' })],
    },
  ];
}
