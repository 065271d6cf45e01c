import { Cron } from 'croner';
import type { Clock } from '../contracts';

/** Returns the first time after another one, both in milliseconds since the epoch. Undefined if there is none. */
export type NextTime = (after: number) => number | undefined;

export interface ExpressionOptions {
  /** A name of the tz database. */
  readonly timeZone: string;
  /** When a rate begins; with it, the first time is this one. */
  readonly startDate?: number;
  /** When the schedule was created: the first time of a rate without a start. */
  readonly createdAt: number;
}

/** The characters that each field may have. Documented: "Cron-based schedules" of EventBridge Scheduler. */
const FIELDS: readonly (readonly [name: string, allowed: RegExp])[] = [
  ['minutes', /^[\d,*/-]+$/],
  ['hours', /^[\d,*/-]+$/],
  ['day of the month', /^[\d,*/?LW-]+$/],
  ['month', /^[\dA-Z,*/-]+$/],
  ['day of the week', /^[\dA-Z,*?#-]+$/],
  ['year', /^[\d,*/-]+$/],
];
const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
/** No change of clocks is longer. */
const LONGEST_CHANGE_MS = 3 * 3_600_000;

/**
 * The times of a schedule expression: `cron(…)`, `rate(…)` or `at(…)`.
 *
 * @throws if EventBridge Scheduler would reject it, or the library does not support it
 */
export function timesOf(expression: string, options: ExpressionOptions): NextTime {
  const [, kind, value] = /^(cron|rate|at)\(([^()]*)\)$/.exec(expression) ?? [];
  switch (kind) {
    case 'cron':
      return cronTimes(value, options.timeZone);
    case 'rate':
      return rateTimes(value, options.startDate ?? options.createdAt);
    case 'at':
      return atTime(value, options.timeZone);
    default:
      throw new Error(`"${expression}" is not a schedule expression: cron(…), rate(…) or at(…) is expected`);
  }
}

/**
 * Calls `run` at each time after another one, until there is none. A clock that is advanced can pass several times: `run` is called once,
 * for the first of them.
 */
export async function atTimes(
  next: NextTime,
  after: number,
  clock: Pick<Clock, 'now' | 'sleep'>,
  signal: AbortSignal,
  run: (time: number) => void,
): Promise<void> {
  let last = after;
  for (let time = next(last); time !== undefined; time = next(last)) {
    await clock.sleep(time - clock.now(), signal);
    run(time);
    last = Math.max(time, clock.now());
  }
}

function cronTimes(text: string, timeZone: string): NextTime {
  const fields = text.split(' ');
  if (fields.length !== FIELDS.length) throw new Error(`cron(${text}) has ${fields.length} fields: six are expected`);
  for (const [index, [name, allowed]] of FIELDS.entries()) {
    if (!allowed.test(fields[index])) throw new Error(`"${fields[index]}" is not a value for the ${name} of cron(${text})`);
  }
  if ((fields[2] === '?') === (fields[4] === '?')) {
    throw new Error(`cron(${text}) must have ? either as the day of the month or as the day of the week`);
  }
  const cron = new Cron(`0 ${text}`, { timezone: timeZone, mode: '7-part', alternativeWeekdays: true, sloppyRanges: true, paused: true });
  return (after) => {
    for (let time = cron.nextRun(new Date(after)); time !== null; time = cron.nextRun(time)) {
      // Documented: "Daylight savings time on EventBridge Scheduler". A time that does not exist is skipped, and the library runs it after
      // the change; a time that is repeated is invoked once, and the library repeats some.
      if (cron.match(time) && !isRepeated(time.getTime(), timeZone)) return time.getTime();
    }
    return undefined;
  };
}

function rateTimes(text: string, start: number): NextTime {
  const [, value, unit] = /^(\d{1,9}) (minute|hour|day)s?$/.exec(text) ?? [];
  const interval = Number(value) * UNIT_MS[unit];
  if (!(interval > 0)) throw new Error(`rate(${text}) is not a rate: a positive number of minutes, hours or days is expected`);
  // Documented: a day is 24 hours, also if clocks are moved.
  return (after) => (after < start ? start : start + (Math.floor((after - start) / interval) + 1) * interval);
}

function atTime(text: string, timeZone: string): NextTime {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(text))
    throw new Error(`at(${text}) is not a time: at(yyyy-mm-ddThh:mm:ss) is expected`);
  const once = new Cron(text, { timezone: timeZone, paused: true });
  return (after) => once.nextRun(new Date(after))?.getTime();
}

/** Whether clocks have shown the same time before. */
function isRepeated(time: number, timeZone: string): boolean {
  const wall = (at: number) => wallTime(at, timeZone);
  const change = wall(time - LONGEST_CHANGE_MS) - (time - LONGEST_CHANGE_MS) - (wall(time) - time);
  return change > 0 && wall(time - change) === wall(time);
}

/** What clocks show, as if it were UTC. */
function wallTime(at: number, timeZone: string): number {
  return Date.parse(`${new Date(at).toLocaleString('sv-SE', { timeZone }).replace(' ', 'T')}Z`);
}
