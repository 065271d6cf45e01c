import type { DashboardGraph } from '../core';
import { thresholdOf } from '../core/private/alarm-threshold';
import type { SecureContainerServiceAlarms } from './secure-container-service-alarms';
import type { SecureContainerServiceMetrics } from './secure-container-service-metrics';

/** How fast a service answers, and how loaded its tasks are; without those of requests if nobody can send any. */
export function graphsOf(metrics: SecureContainerServiceMetrics, { recommended }: SecureContainerServiceAlarms): DashboardGraph[] {
  const has = (name: string) => recommended.some((alarm) => alarm.name === name);
  return [
    ...(has('Latency') ? requestGraphs(metrics, recommended) : []),
    {
      title: 'Load of the tasks',
      left: [metrics.metricCpuUtilization({ label: 'CPU' }), metrics.metricMemoryUtilization({ label: 'Memory' })],
      unit: 'percent',
      limit: thresholdOf(recommended, 'CpuUtilization'),
    },
    ...(has('UnhealthyTasks') ? [{ title: 'Unhealthy tasks', left: [metrics.metricUnhealthyTasks()] }] : []),
  ];
}

function requestGraphs(metrics: SecureContainerServiceMetrics, recommended: SecureContainerServiceAlarms['recommended']): DashboardGraph[] {
  return [
    {
      title: 'Latency, p95',
      inOverview: true,
      left: [metrics.metricLatency({ label: 'p95' })],
      unit: 'seconds',
      limit: thresholdOf(recommended, 'Latency'),
    },
    {
      title: 'Requests',
      left: [
        metrics.metricRequests({ label: 'Requests' }),
        metrics.metricTaskErrors({ label: 'Failed in a task' }),
        metrics.metricUnanswered({ label: 'Answered by no task' }),
      ],
    },
    {
      title: 'Share of server errors',
      left: [metrics.metricServerErrorShare({ label: 'Server errors' })],
      unit: 'percent',
      limit: thresholdOf(recommended, 'ServerErrorShare'),
    },
  ];
}
