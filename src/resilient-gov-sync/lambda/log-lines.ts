import type { Verdict } from './items';

/** The log line of a report that was put aside. The status page says which one. */
export function putAsideLine(period: string, verdict: Verdict): object {
  return { level: 'WARN', message: 'Report put aside', period, verdict };
}

/** The log line of a report that this attempt did not finish. */
export function leftLine(period: string, status: string): object {
  return { level: 'WARN', message: 'Report left for the next attempt', period, status };
}

/** The log line of a change of the circuit breaker. */
export function breakerLine(state: string): object {
  return { level: state === 'CLOSED' ? 'INFO' : 'WARN', message: 'Circuit breaker changed', state };
}

/** The log line of an attempt that ended, with the number of reports in each status. */
export function closedLine(period: string, result: string, counts: Readonly<Record<string, number>>): object {
  return { level: result === 'INCOMPLETE' ? 'WARN' : 'INFO', message: 'Attempt ended', period, result, counts };
}

/** The log line of an audit with objects that the sync did not write. Its closing record names them. */
export function foreignLine(period: string, objects: number): object {
  return { level: 'ERROR', message: 'The audit has objects that the sync did not write', period, objects };
}

/** The log line of a person's decision, with the number of reports of each result. The audit has who and why. */
export function resolvedLine(period: string, decision: string, counts: Readonly<Record<string, number>>): object {
  return { level: 'INFO', message: 'Reports resolved', period, decision, counts };
}
