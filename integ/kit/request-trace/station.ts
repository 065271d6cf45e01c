/** What one place has of a request. */
export interface Station {
  /** The place: `API`, `Table`, … */
  readonly where: string;
  readonly what: string;
  /** By the clock of the sandbox, in milliseconds. @default - the place has no time */
  readonly at?: number;
  /** Whether the time is known to the second only. @default false */
  readonly toSecond?: boolean;
}

/** A place that has nothing, and why. */
export interface Gap {
  readonly where: string;
  readonly why: string;
}

/** The way of one request. */
export interface RequestTrace {
  readonly id: string;
  /** In the order in which requests pass through them. */
  readonly stations: readonly Station[];
  readonly gaps: readonly Gap[];
}

/** Stations in order of time: one that is known to the second only at its end, and those without a time last. */
export function inOrder(stations: readonly Station[]): Station[] {
  const time = ({ at, toSecond = false }: Station) => (at === undefined ? Number.MAX_SAFE_INTEGER : at + (toSecond ? 999 : 0));
  return [...stations].sort((one, other) => time(one) - time(other));
}
