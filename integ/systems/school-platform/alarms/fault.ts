import type { WatchedPlatform } from './watched-platform';

/** What a fault is, for a run that draws some of each. `metric`: nothing on this machine can cause it, and its metric is put. */
export type FaultKind =
  | 'engine restarts'
  | 'kills'
  | 'clock jumps'
  | 'full queues'
  | 'slow or throttled'
  | 'invalid data'
  | 'operators'
  | 'metric';

/** A fault while it lasts. */
export interface RunningFault {
  /** Called in each minute, before the clock moves on. @default - nothing but the usual requests */
  everyMinute?(): Promise<void>;
  /** Ends it, as an operator who was notified does. */
  end(): void | Promise<void>;
}

/** A fault, and the alarms that go off for it. */
export interface AlarmFault {
  /** What goes wrong: `the table answers slowly`. */
  readonly what: string;
  readonly kind: FaultKind;
  /** The names of the alarms that send a message, without the prefix of all. No other fault is in charge of them. */
  readonly rings: readonly string[];
  /** Alarms that may go off by the same cause, with the reason. */
  readonly mayRing?: Readonly<Record<string, string>>;
  /** Within how many minutes of the clock the last of them has sent its message. */
  readonly withinMinutes: number;
  /** Within how many minutes after the end each alarm that has gone off sends its OK. @default 30 */
  readonly recoversWithinMinutes?: number;
  /** How many minutes the clock moves at a time. @default 1 */
  readonly stepMinutes?: number;
  /** Whether queues or health checks count time, which they do in this machine's: the clock is then not moved. @default false */
  readonly inMachineTime?: boolean;
  /** Whether teachers and students send their usual requests. @default true */
  readonly usualRequests?: boolean;
  begin(platform: WatchedPlatform): Promise<RunningFault>;
}
