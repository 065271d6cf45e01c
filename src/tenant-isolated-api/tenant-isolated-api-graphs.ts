import type { DashboardGraph } from '../core';
import { thresholdOf } from '../core/private/alarm-threshold';
import type { TenantIsolatedApiAlarms } from './tenant-isolated-api-alarms';
import type { TenantIsolatedApiMetrics } from './tenant-isolated-api-metrics';

/** What callers of an API get, and whether they are let in. */
export function graphsOf(
  metrics: TenantIsolatedApiMetrics,
  { recommended }: TenantIsolatedApiAlarms,
  hasFirewall: boolean,
): DashboardGraph[] {
  return [
    {
      title: 'Requests',
      inOverview: true,
      left: [
        metrics.metricRequests({ label: 'Requests' }),
        metrics.metricClientErrors({ label: 'Responses with 4xx' }),
        metrics.metricServerErrors({ label: 'Responses with 5xx' }),
      ],
    },
    {
      title: 'Share of server errors',
      inOverview: true,
      left: [metrics.metricServerErrorShare({ label: 'Responses with 5xx' })],
      unit: 'percent',
      limit: thresholdOf(recommended, 'ServerErrorShare'),
    },
    { title: 'Latency, p95', left: [metrics.metricLatency({ label: 'p95' })], inOverview: true, unit: 'milliseconds' },
    {
      title: 'Requests that were not let in',
      left: [
        metrics.metricUnauthorized({ label: 'Invalid tokens' }),
        metrics.metricUndecided({ label: 'Tokens that could not be verified' }),
        ...(hasFirewall ? [metrics.metricBlocked({ label: 'Blocked by the firewall' })] : []),
      ],
    },
    {
      title: 'Authorizer',
      left: [metrics.metricAuthorizerErrors({ label: 'Errors' }), metrics.metricAuthorizerThrottles({ label: 'Throttles' })],
    },
  ];
}
