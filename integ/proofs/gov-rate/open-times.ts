import type { Arrival } from '../../government-api';
import type { BreakerItem } from '../../systems/gov-sync/sync-table';

/** A time in which the breaker was open, as it was seen while everything waited. */
export interface OpenTime {
  readonly from: number;
  readonly until: number;
  readonly version: number;
}

/** The times in which the breaker was open. Nothing closes it before `openUntil`, so that it is seen whenever everything waits for that. */
export class OpenTimes {
  readonly all: OpenTime[] = [];

  see({ state, version, openUntil }: BreakerItem, now: number): void {
    if (state !== 'OPEN' || now >= openUntil || this.all.some((one) => one.version === version)) return;
    this.all.push({ from: now, until: openUntil, version });
  }

  /** Requests that arrived while the breaker was open: also those for a token, which every call needs. */
  arrivals(arrivals: readonly Arrival[]): number {
    return arrivals.filter(({ at }) => this.all.some(({ from, until }) => from < at && at < until)).length;
  }

  /** The most requests that arrived between two such times of a window. */
  mostBetween(arrivals: readonly Arrival[], from: number, until: number): number {
    const times = this.all.filter((one) => from <= one.from && one.from < until);
    const between = times.slice(1).map((next, place) => arrivals.filter(({ at }) => times[place].until <= at && at <= next.from));
    return Math.max(0, ...between.map(({ length }) => length));
  }

  /** How often it opened within a time. */
  within(from: number, until: number): number {
    return this.all.filter((one) => from <= one.from && one.from < until).length;
  }
}
