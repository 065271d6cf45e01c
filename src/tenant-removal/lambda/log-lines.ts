import { embedded } from '../../runtime/embedded-metrics';
import { METRIC_NAMESPACE, MetricName } from '../metric-names';
import { isOpen, type Removal } from './removal';

const DAY_MS = 86_400_000;
/** A lake waits for two days, and has an alarm of its own after ten. A sync has alarms of its own, and its attempts take three days. */
const LONGEST_DAYS_OF_OTHERS = 10;

/** The log line of a removal that was worked on: numbers only, no keys. */
export function removalLine({ tenant, state, startedAt, pass, removed, found }: Removal): object {
  const total = (counts: Removal['found']) => Object.values(counts).reduce((sum, one) => sum + one, 0);
  return { level: 'INFO', message: 'Removal', tenant, state, startedAt, pass, found: total(found), removed: total(removed) };
}

/** The log line of an invocation, with its metrics. */
export function openLine(all: readonly Removal[], functionName: string, now: number): object {
  const open = all.filter(isOpen);
  const overdue = open.filter(({ progressAt, erasures, waiting }) => {
    const isWaiting = Object.keys(erasures).length > 0 || waiting !== undefined;
    const days = isWaiting ? LONGEST_DAYS_OF_OTHERS : 1;
    return now - Date.parse(progressAt) > days * DAY_MS;
  });
  return {
    ...embedded(METRIC_NAMESPACE, functionName, now, {
      [MetricName.OPEN]: { unit: 'Count', value: open.length },
      [MetricName.OVERDUE]: { unit: 'Count', value: overdue.length },
    }),
    level: 'INFO',
    message: 'Open removals',
  };
}
