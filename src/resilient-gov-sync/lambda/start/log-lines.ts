import { type EmbeddedMetric, embedded } from '../../../runtime/embedded-metrics';
import { METRIC_NAMESPACE, MetricName } from '../../metric-names';
import type { Outcome } from './attempts';
import type { Measured } from './open-periods';

const count = (value: number): EmbeddedMetric => ({ unit: 'Count', value });

/** What became of a period. It has neither who started the attempt nor why: they are in the table. */
export function outcomeLine({ period, attempt, result }: Outcome): object {
  return { level: result === 'EXHAUSTED' ? 'WARN' : 'INFO', message: 'Attempt', period, attempt, result };
}

/** What the alarms read, every 6 hours. */
export function measuredLine(measured: Measured, functionName: string, at: number): object {
  const metrics = {
    [MetricName.HEARTBEAT]: count(1),
    [MetricName.OPEN_PERIODS]: count(measured.open),
    [MetricName.CONSECUTIVE_FAILURES]: count(measured.consecutiveFailures),
    [MetricName.OVERDUE_REPORTS]: count(measured.overdue),
    [MetricName.REPORTS_PUT_ASIDE]: count(measured.putAside),
    [MetricName.BREAKER_OPEN]: { unit: 'Milliseconds', value: measured.breakerOpenMs } as const,
  };
  return { level: 'INFO', message: 'Periods', ...embedded(METRIC_NAMESPACE, functionName, at, metrics) };
}
