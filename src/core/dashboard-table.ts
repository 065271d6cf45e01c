import type { ILogGroup } from 'aws-cdk-lib/aws-logs';

/** A table that operators look at first: the answer to a query of Logs Insights, on the dashboard of Operations. */
export interface DashboardTable {
  /** What the table shows, as people read it: `Slowest tenants`. */
  readonly title: string;
  /** The commands of the query, in their order: `['filter status >= 500', 'stats count(*) as errors by tenant', 'sort errors desc']`. */
  readonly query: string[];
  /** The log groups that the query reads: each time that somebody looks at the table, all of the time range of the dashboard. */
  readonly logGroups: ILogGroup[];
}
