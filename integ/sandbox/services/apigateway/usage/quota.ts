import type { Quota } from './definition';

const DAY = 86_400_000;
/** The epoch was a Thursday; weeks begin on Sunday. */
const FIRST_SUNDAY = 3 * DAY;

/** The start of the current period of a quota, in UTC. */
export function periodBegan({ period }: Quota, now: number): number {
  if (period === 'DAY') return now - (now % DAY);
  if (period === 'WEEK') return now - ((((now - FIRST_SUNDAY) % (7 * DAY)) + 7 * DAY) % (7 * DAY));
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}
