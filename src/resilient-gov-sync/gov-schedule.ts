import { Duration, type TimeZone, Token } from 'aws-cdk-lib';
import { invalid } from '../core/private/base/invalid';
import { DURATION, having, NUMBER } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import { isWholeBetween, wholeBetween } from '../core/private/duration-range';
import { instantsOf } from './time-zone';

/** When the quarterly sync starts. */
export interface QuarterlySchedule {
  /** The time zone in which quarters start and end, and of `hour`: `TimeZone.EUROPE_BERLIN`. */
  readonly timeZone: TimeZone;

  /** The day of January, April, July and October on which the sync of the quarter before starts, 1 to 28. */
  readonly day: number;

  /** The hour of that day at which it starts, 0 to 23. Every 6 hours from then on, what failed is started again. */
  readonly hour: number;

  /**
   * How much later than `hour` the first attempt may start, in whole minutes up to 6 hours. EventBridge Scheduler chooses the time, so that
   * not everybody calls an API in the same second.
   *
   * @default Duration.minutes(15)
   */
  readonly flexibleWindow?: Duration;
}

/** EventBridge Scheduler has a longest window of 24 hours; here it ends before an attempt is started again. */
const LONGEST_WINDOW = Duration.hours(6);
const FIRST_MONTHS = [1, 4, 7, 10];
/** Years for which changes of clocks are checked. Rules of time zones are known for the years to come, as far as they don't change. */
const CHECKED_YEARS = Array.from({ length: 31 }, (_, index) => 2025 + index);

/** When a ResilientGovSync starts. */
export class GovSchedule {
  /**
   * A sync after each quarter.
   *
   * @param props time zone, day and hour
   * @throws when the time zone is unknown, a number is out of range, or clocks of the time zone are moved forward over the hour in some year
   */
  public static quarterly(props: QuarterlySchedule): GovSchedule {
    checkProps('GovSchedule.quarterly', props, PROPS);
    return new GovSchedule(props);
  }

  /** The time zone in which quarters start and end. */
  public readonly timeZone: TimeZone;
  /** @internal */
  public readonly _day: number;
  /** @internal */
  public readonly _hour: number;
  /** @internal In minutes. */
  public readonly _flexibleMinutes: number;

  private constructor({ timeZone, day, hour, flexibleWindow = Duration.minutes(15) }: QuarterlySchedule) {
    const zone = checkedZone(timeZone);
    checkWhole('day', day, 1, 28);
    checkWhole('hour', hour, 0, 23);
    if (flexibleWindow.isUnresolved() || !isWholeBetween(flexibleWindow, 'minutes', Duration.minutes(0), LONGEST_WINDOW)) {
      const range = wholeBetween(flexibleWindow, 'minutes', Duration.minutes(0), LONGEST_WINDOW);
      invalid(WHERE, 'flexibleWindow', flexibleWindow, `${range}, known at synthesis`);
    }
    checkHourExists(zone, day, hour);
    this.timeZone = timeZone;
    this._day = day;
    this._hour = hour;
    this._flexibleMinutes = flexibleWindow.toMinutes();
  }
}

const WHERE = 'GovSchedule.quarterly';

const PROPS: PropKinds<QuarterlySchedule> = {
  timeZone: required(having<TimeZone>('a time zone, such as TimeZone.EUROPE_BERLIN', 'timezoneName')),
  day: required(NUMBER),
  hour: required(NUMBER),
  flexibleWindow: DURATION,
};

/** Scheduler takes names of the tz database as they are written there. `Intl` also accepts offsets, and other cases. */
function checkedZone(timeZone: TimeZone | undefined): string {
  const name: unknown = timeZone?.timezoneName;
  const expected = 'a name of the tz database, known at synthesis, such as TimeZone.EUROPE_BERLIN';
  if (typeof name !== 'string' || Token.isUnresolved(name) || !/^[A-Z]/.test(name)) return invalid(WHERE, 'timeZone', name, expected);
  try {
    const { timeZone: found } = new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions();
    if (found.toLowerCase() === name.toLowerCase() && found !== name) return invalid(WHERE, 'timeZone', name, found);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return invalid(WHERE, 'timeZone', name, expected);
  }
  return name;
}

function checkWhole(property: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  invalid(WHERE, property, value, `a whole number between ${least} and ${most}, known at synthesis`);
}

/** Documented: "Schedule types in EventBridge Scheduler": an invocation at a time that clocks leave out is skipped. */
function checkHourExists(timeZone: string, day: number, hour: number): void {
  for (const year of CHECKED_YEARS) {
    for (const month of FIRST_MONTHS) {
      const wall = Date.UTC(year, month - 1, day, hour);
      if (instantsOf(wall, timeZone).length > 0) continue;
      const date = new Date(wall).toISOString().slice(0, 10);
      invalid(
        WHERE,
        'hour',
        hour,
        `an hour that clocks in ${timeZone} show in each quarter: on ${date} they are moved forward over it, and the sync would not start`,
      );
    }
  }
}
