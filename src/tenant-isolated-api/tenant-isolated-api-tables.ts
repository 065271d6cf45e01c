import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { DashboardTable } from '../core';

const MOST = 'limit 10';

/** Which tenants send the most, wait the longest and get errors, from the access log: a metric for each tenant would be billed for each. */
export function tablesOf(accessLog: ILogGroup, noun: string): DashboardTable[] {
  const table = (title: string, ...query: string[]): DashboardTable => ({ title, query: [...query, MOST], logGroups: [accessLog] });
  return [
    table(`Requests by ${noun}`, 'stats count(*) as requests by tenant', 'sort requests desc'),
    table(`Latency by ${noun}, p95 in ms`, 'stats pct(latency, 95) as p95, count(*) as requests by tenant', 'sort p95 desc'),
    table(
      `Errors and throttling by ${noun}`,
      'filter status >= 500 or status = 429',
      'stats count(*) as responses by tenant, status',
      'sort responses desc',
    ),
  ];
}
