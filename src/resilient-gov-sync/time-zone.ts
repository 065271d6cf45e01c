/** The date and the time of day that a clock on the wall shows. */
export interface WallTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** @throws RangeError if the time zone is not in the tz database */
function formatIn(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, calendar: 'gregory', numberingSystem: 'latn', hourCycle: 'h23' },
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  formats.set(timeZone, format);
  return format;
}

/** What a clock in the time zone shows at an instant, in milliseconds since the epoch. */
export function wallTime(instant: number, timeZone: string): WallTime {
  const parts = formatIn(timeZone).formatToParts(instant);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((one) => one.type === type)?.value);
  return {
    ...{ year: part('year'), month: part('month'), day: part('day') },
    ...{ hour: part('hour'), minute: part('minute'), second: part('second') },
  };
}

/** Milliseconds that clocks in the time zone are ahead of UTC at an instant. */
function offset(instant: number, timeZone: string): number {
  const { year, month, day, hour, minute, second } = wallTime(instant, timeZone);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1_000) * 1_000;
}

const DAY_MS = 86_400_000;

/**
 * The instants at which clocks in the time zone show a time: none if clocks are moved forward over it, two if they are moved back over it.
 * The earliest comes first.
 *
 * @param wall the time, as if it were UTC, in milliseconds since the epoch
 */
export function instantsOf(wall: number, timeZone: string): readonly number[] {
  // No time zone changes its offset twice in two days.
  const offsets = new Set([offset(wall - DAY_MS, timeZone), offset(wall + DAY_MS, timeZone)]);
  return [...offsets]
    .map((one) => wall - one)
    .filter((instant) => instant + offset(instant, timeZone) === wall)
    .sort((one, other) => one - other);
}

/** The first instant of a day: midnight, or the end of a change of clocks that leaves it out. */
export function startOfDay(year: number, month: number, day: number, timeZone: string): number {
  const midnight = Date.UTC(year, month - 1, day);
  const [first] = instantsOf(midnight, timeZone);
  // With the offset from before the change, the time that does not exist is the instant of the change.
  return first ?? midnight - offset(midnight - DAY_MS, timeZone);
}
