import { quantile, round } from '../statistics';
import type { Answer } from './load-client';

/** Latencies in milliseconds, from when a request was due. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Failed requests count with the time that they took. */
export function percentiles(answers: readonly Answer[]): Percentiles {
  const milliseconds = answers.map((answer) => answer.milliseconds);
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => round(quantile(milliseconds, share), 1));
  return { p50, p95, p99 };
}

/** The failed requests by kind: `status 503`, `timeout`, `ECONNRESET`, `unexpected body`. Every status except 2xx is a failure. */
export function errorsByKind(answers: readonly Answer[]): Readonly<Record<string, number>> {
  const kinds: Record<string, number> = {};
  for (const { status, error } of answers) {
    const kind = status !== 0 && (status < 200 || status > 299) ? `status ${status}` : error;
    if (kind !== undefined) kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  return kinds;
}

export function errorCount(answers: readonly Answer[]): number {
  return Object.values(errorsByKind(answers)).reduce((sum, count) => sum + count, 0);
}
