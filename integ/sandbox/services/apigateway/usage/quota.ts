import type { Quota } from './definition';

const DAY = 86_400_000;
/** The epoch began on a Thursday; weeks begin on a Sunday. */
const FIRST_SUNDAY = 3 * DAY;

/** The beginning of the period of a quota in which a moment lies, in UTC. */
export function periodBegan({ period }: Quota, now: number): number {
  if (period === 'DAY') return now - (now % DAY);
  if (period === 'WEEK') return now - ((((now - FIRST_SUNDAY) % (7 * DAY)) + 7 * DAY) % (7 * DAY));
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
}
