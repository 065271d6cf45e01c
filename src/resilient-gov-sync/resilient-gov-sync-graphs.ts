import { Duration } from 'aws-cdk-lib';
import type { DashboardGraph } from '../core';
import { thresholdOf } from '../core/private/alarm-threshold';
import type { ResilientGovSyncAlarms } from './resilient-gov-sync-alarms';
import type { ResilientGovSyncMetrics } from './resilient-gov-sync-metrics';

/** The function that starts attempts logs a value every 6 hours. */
const period = Duration.hours(6);

/** How a sync is: what is open, what is overdue, and since when the API does not answer. */
export function graphsOf(metrics: ResilientGovSyncMetrics, { recommended }: ResilientGovSyncAlarms): DashboardGraph[] {
  return [
    {
      title: 'Status of the sync',
      left: [
        metrics.metricOpenPeriods({ period, label: 'Open periods' }),
        metrics.metricOverdueReports({ period, label: 'Reports overdue' }),
        metrics.metricReportsPutAside({ period, label: 'Reports put aside' }),
      ],
      right: [metrics.metricHeartbeat({ period, label: 'Runs of the schedule' })],
    },
    {
      title: 'Failed attempts',
      left: [
        metrics.metricConsecutiveFailures({ period, label: 'In a row' }),
        metrics.metricFailedAttempts({ period, label: 'Failed' }),
        metrics.metricScheduleDeadLetters({ period, label: 'Runs that could not be started' }),
      ],
      limit: thresholdOf(recommended, 'FailedAttempts'),
    },
    {
      title: 'Time without the API',
      left: [metrics.metricBreakerOpen({ period, label: 'Circuit breaker open' })],
      unit: 'milliseconds',
      limit: thresholdOf(recommended, 'BreakerOpen'),
    },
  ];
}
