import { quotedText } from '../../runtime/log-line';
import { instantsOf, startOfDay, wallTime } from '../time-zone';

/** A quarter of a year in a time zone. */
export interface Period {
  /** `2026Q4` */
  readonly name: string;
  /** Its first instant, as ISO 8601 in UTC. */
  readonly start: string;
  /** The first instant after it, as ISO 8601 in UTC. */
  readonly end: string;
}

const NAME = /^(\d{4})Q([1-4])$/;
const MONTHS_OF_A_QUARTER = 3;

/**
 * The period of a name.
 *
 * @param timeZone a name of the tz database, `Europe/Berlin`
 * @throws if the name is not that of a quarter
 */
export function periodNamed(name: string, timeZone: string): Period {
  const [, year, quarter] = NAME.exec(name) ?? [];
  if (year === undefined) throw new Error(`invalid period ${quotedText(JSON.stringify(name), 60)}: expected a quarter, such as 2026Q4`);
  return quarterOf(Number(year), Number(quarter), timeZone);
}

/**
 * The last periods that have ended at an instant, the latest first.
 *
 * @param instant in milliseconds since the epoch
 */
export function endedPeriods(instant: number, timeZone: string, count: number): readonly Period[] {
  const { year, month } = wallTime(instant, timeZone);
  const current = year * 4 + Math.floor((month - 1) / MONTHS_OF_A_QUARTER);
  return Array.from({ length: count }, (_, index) => {
    const number = current - 1 - index;
    return quarterOf(Math.floor(number / 4), (number % 4) + 1, timeZone);
  });
}

/**
 * When the sync of a period starts: on a day of the month after it. Undefined if clocks are moved forward over the hour.
 *
 * @returns milliseconds since the epoch
 */
export function syncTime(period: Period, timeZone: string, day: number, hour: number): number | undefined {
  const { year, month } = wallTime(Date.parse(period.end), timeZone);
  return instantsOf(Date.UTC(year, month - 1, day, hour), timeZone)[0];
}

function quarterOf(year: number, quarter: number, timeZone: string): Period {
  const first = (quarter - 1) * MONTHS_OF_A_QUARTER + 1;
  const [nextYear, nextMonth] = quarter === 4 ? [year + 1, 1] : [year, first + MONTHS_OF_A_QUARTER];
  const iso = (instant: number) => new Date(instant).toISOString();
  return {
    name: `${year}Q${quarter}`,
    start: iso(startOfDay(year, first, 1, timeZone)),
    end: iso(startOfDay(nextYear, nextMonth, 1, timeZone)),
  };
}
