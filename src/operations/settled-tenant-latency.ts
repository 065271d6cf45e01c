import type { Duration } from 'aws-cdk-lib';

/** What the alarm of a latency needs. */
export interface SettledTenantLatency {
  readonly metricName: string;
  readonly query: string;
  readonly reason: string;
  readonly pendingPeriod: Duration;
  readonly alarmName?: string;
}
