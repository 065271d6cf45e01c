import { setTimeout as pause } from 'node:timers/promises';

/** The time of one run. The clock of the sandbox is one, so that both can share it. */
export interface ApiClock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Rejects when the signal is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** A clock for an API that is started before the sandbox, which needs its address: this machine's until it follows another one. */
export function laterClock(): { readonly clock: ApiClock; follow(next: ApiClock): void } {
  let followed: ApiClock = { now: Date.now, sleep: (milliseconds, signal) => pause(milliseconds, undefined, { signal }) };
  return {
    clock: { now: () => followed.now(), sleep: (milliseconds, signal) => followed.sleep(milliseconds, signal) },
    follow(next) {
      followed = next;
    },
  };
}

/** A maintenance window: from its start until before its end, in milliseconds since the epoch. */
export interface Maintenance {
  readonly from: number;
  readonly until: number;
}

const DAY_MS = 24 * 60 * 60 * 1_000;

export const httpDate = (milliseconds: number) => new Date(milliseconds).toUTCString();

/** A window of two days. */
export function twoDaysFrom(from: number): Maintenance {
  return { from, until: from + 2 * DAY_MS };
}

export function windowAt(windows: readonly Maintenance[], now: number): Maintenance | undefined {
  return windows.find(({ from, until }) => from <= now && now < until);
}
