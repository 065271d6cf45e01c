import type { DashboardGraph } from '../core';
import type { SecureFunctionMetrics } from './secure-function-metrics';

/** Whether a function works, and how long it takes. */
export function graphsOf(metrics: SecureFunctionMetrics, hasDeadLetters: boolean): DashboardGraph[] {
  return [
    {
      title: 'Invocations',
      left: [
        metrics.metricInvocations({ label: 'Invocations' }),
        metrics.metricErrors({ label: 'Errors' }),
        metrics.metricThrottles({ label: 'Throttles' }),
        ...(hasDeadLetters ? [metrics.metricDeadLetters({ label: 'Dead letters' })] : []),
      ],
    },
    { title: 'Duration', left: [metrics.metricDuration({ label: 'p95' })], unit: 'milliseconds' },
  ];
}
