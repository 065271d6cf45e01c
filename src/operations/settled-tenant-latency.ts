import type { Duration } from 'aws-cdk-lib';

/** What the alarm and the graph of a latency need. */
export interface SettledTenantLatency {
  readonly metricName: string;
  readonly query: string;
  readonly reason: string;
  readonly graph: { readonly title: string; readonly query: string };
  readonly pendingPeriod: Duration;
  readonly alarmName?: string;
}
