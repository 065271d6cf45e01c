import { schoolDay } from '../pruning/school-day';

/** May 2026 has 21 weekdays. */
const DAYS = Array.from({ length: 31 }, (_, index) => index + 1).filter(
  (day) => ![0, 6].includes(new Date(Date.UTC(2026, 4, day)).getUTCDay()),
);
const SCHOOLS = 40;
const INTERVAL_SECONDS = 900;

/** What Firehose delivers as one file of a school. */
export interface Delivery {
  readonly school: number;
  /** Seconds since 1970 of each change. */
  readonly times: readonly number[];
}

/** The deliveries of a month of forty schools, in the order of their intervals. */
export function deliveries(): Delivery[] {
  return DAYS.flatMap((day) => {
    const midnight = Date.UTC(2026, 4, day) / 1_000;
    const { times, schools } = schoolDay(SCHOOLS, day);
    const found = new Map<string, { school: number; times: number[] }>();
    times.forEach((time, index) => {
      const key = `${Math.floor(time / INTERVAL_SECONDS)}-${schools[index]}`;
      const delivery = found.get(key) ?? { school: schools[index], times: [] };
      found.set(key, delivery);
      delivery.times.push(Math.floor(midnight + time));
    });
    return [...found.values()];
  });
}
