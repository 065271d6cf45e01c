import { embedded } from '../../runtime/embedded-metrics';
import { METRIC_NAMESPACE, MetricName } from '../metric-names';
import type { Outcome } from './erase';
import type { Status } from './open';
import type { OpenErasure } from './record';

/** An erasure that is open for longer than changes can arrive, and another day. */
const DAY_MS = 86_400_000;
/** Items that are written again and again let an erasure wait for ever. */
const LONGEST_DAYS = 10;

/** The log line of an erasure that was requested: no keys. */
export function openedLine({ id, tenant, state, passes }: Status): object {
  return { level: 'INFO', message: 'Erasure requested', id, tenant, state, passes };
}

/** The log line of one erasure: ids and counts only. */
export function outcomeLine({ id, tenant, state, passes, erased, left }: Outcome): object {
  const unread = left?.unread ?? 0;
  return { level: unread > 0 ? 'WARN' : 'INFO', message: 'Erasure', id, tenant, state, passes, ...erased, unread };
}

/** The log line of an invocation, with its metrics. */
export function openLine(open: readonly OpenErasure[], functionName: string, now: number, arrivalTime: number): object {
  const overdue = open.filter(
    ({ lastInTable, startedAt }) =>
      now - Date.parse(lastInTable) > arrivalTime + DAY_MS || now - Date.parse(startedAt) > LONGEST_DAYS * DAY_MS,
  );
  return {
    ...embedded(METRIC_NAMESPACE, functionName, now, {
      [MetricName.OPEN]: { unit: 'Count', value: open.length },
      [MetricName.OVERDUE]: { unit: 'Count', value: overdue.length },
    }),
    level: 'INFO',
    message: 'Open erasures',
  };
}
