// Imported by the handler, too: nothing here may import the CDK.

/** Namespace of the metrics that the functions log. */
export const METRIC_NAMESPACE = 'Andamio/ResilientGovSync';

/** Names of the metrics that the function which starts attempts logs every 6 hours. Their only dimension is `FunctionName`. */
export const MetricName = {
  HEARTBEAT: 'Heartbeat',
  OPEN_PERIODS: 'OpenPeriods',
  CONSECUTIVE_FAILURES: 'ConsecutiveFailures',
  OVERDUE_REPORTS: 'OverdueReports',
  REPORTS_PUT_ASIDE: 'ReportsPutAside',
  BREAKER_OPEN: 'BreakerOpen',
} as const;
