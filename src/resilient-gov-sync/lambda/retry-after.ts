import { type Headers, valuesOf } from './headers';
import { readHttpDate } from './http-date';

/** The longest time that an answer can make the sync wait: less than half of the lease of a period. */
export const MAX_HOLD_MS = 15 * 60_000;

/**
 * How long the API asks not to be called, by `Retry-After` in seconds or as a date. A date is compared with the `Date` of the same answer,
 * because the clock of the API can differ from ours.
 *
 * @returns 0 to 15 minutes, or undefined if the answer does not say it
 */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const sent = valuesOf(headers, 'date').flatMap((text) => readHttpDate(text, now) ?? [])[0] ?? now;
  const waits = valuesOf(headers, 'retry-after').flatMap((text) => secondsMs(text) ?? dateMs(text, sent, now) ?? []);
  return waits.length === 0 ? undefined : Math.min(MAX_HOLD_MS, Math.max(0, ...waits));
}

/** Text with more digits than a number holds exactly is longer than the maximum in any case. */
function secondsMs(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) * 1_000 : undefined;
}

function dateMs(text: string, sent: number, now: number): number | undefined {
  const date = readHttpDate(text, now);
  return date === undefined ? undefined : date - sent;
}
