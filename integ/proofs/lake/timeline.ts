import { shuffled } from '../../kit/random';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MONTH_MS = 30.4 * DAY_MS;

export const MONTHS = 14;
/** How long the pipe stands still: a stream keeps changes for 24 hours. */
export const STANDSTILL_HOURS = 30;
/** In this month, counted from 0. */
const STANDSTILL_MONTH = 9;
const MOMENTS_PER_MONTH = 3;
/** What is killed, at one moment each: what both kills deliver again cannot be told apart. */
const KILLS: readonly Kill[] = ['pipe', 'pipe', 'pipe', 'delivery', 'delivery', 'delivery', 'both', 'both'];
export const THROTTLED = 8;
export const KILLS_OF = {
  pipe: KILLS.filter((kill) => kill !== 'delivery').length,
  delivery: KILLS.filter((kill) => kill !== 'pipe').length,
};

export type Kill = 'pipe' | 'delivery' | 'both';

/** A time at which schools change items, one after the other within some seconds. */
export interface Moment {
  /** Milliseconds after the start. */
  readonly at: number;
  readonly changes: number;
  /** Records that cannot be stored, one of each kind. */
  readonly bad: boolean;
  /** What is killed. */
  readonly kill?: Kill;
  /** Firehose answers that it is too busy, for single records and for whole calls. */
  readonly throttle: boolean;
  /** Hours since the pipe was stopped; undefined while it runs. */
  readonly standstill?: number;
}

/**
 * Fourteen months: three moments each month, and hourly ones while the pipe stands still.
 *
 * @param changes how many there are in all
 * @param bad how many records of each kind cannot be stored
 */
export function timeline(random: () => number, changes: number, bad: number): Moment[] {
  const hours = Array.from({ length: STANDSTILL_HOURS }, (_, hour) => ({
    at: STANDSTILL_MONTH * MONTH_MS + hour * HOUR_MS,
    standstill: hour,
  }));
  const free: { at: number; standstill?: number }[] = Array.from({ length: MONTHS * MOMENTS_PER_MONTH }, (_, index) => {
    const day = MONTH_MS / MOMENTS_PER_MONTH;
    // Not within the two days that belong to the standstill.
    const from = index === STANDSTILL_MONTH * MOMENTS_PER_MONTH ? 2.5 * DAY_MS : 0;
    return { at: index * day + from + random() * (day - from - 2 * HOUR_MS) };
  });
  const order = shuffled([...free.keys()], random);
  const kills = order.slice(0, KILLS.length);
  const [throttled, withBad] = [order.slice(KILLS.length, KILLS.length + THROTTLED), order.slice(-bad)];
  const times = [...free, ...hours].sort((one, other) => one.at - other.at);
  const counts = shares(changes, times.length, random);
  return times.map((time, index) => {
    const own = free.indexOf(time);
    return {
      ...time,
      changes: counts[index],
      bad: withBad.includes(own),
      kill: KILLS[kills.indexOf(own)],
      throttle: throttled.includes(own),
    };
  });
}

/** Parts of a total, none of them much larger than another. */
function shares(total: number, parts: number, random: () => number): number[] {
  const weights = Array.from({ length: parts }, () => 0.5 + random());
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const counts = weights.map((weight) => Math.floor((total * weight) / sum));
  for (let rest = total - counts.reduce((all, count) => all + count, 0), index = 0; rest > 0; rest--, index++) counts[index % parts]++;
  return counts;
}
