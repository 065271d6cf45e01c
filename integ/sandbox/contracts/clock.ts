/** The clock for delays, windows, visibility timeouts, schedules and TTL. At speed 10, ten seconds of simulated time pass in one second. */
export interface Clock {
  readonly speed: number;
  /** Changes the speed from now on. Waits take what is left of them at the new speed; engines that count real time do not notice. */
  setSpeed(speed: number): void;
  /** Milliseconds since the epoch, in simulated time. */
  now(): number;
  /** What it showed at a time of this machine, as `Date.now()` has it: also if it was advanced or changed its speed since. */
  shownAt(machine: number): number;
  /** Waits in simulated time; rejects with the signal's reason if it is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Waits like `sleep`, for something that only observes what runs: `nextWait` does not count it. */
  watch(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Converts a duration of simulated time to real milliseconds. */
  real(milliseconds: number): number;
  /**
   * Moves the clock forward at once. What waits for a time until then is due now, the earliest first, and once, as on a machine that was
   * suspended. The engines of queues, S3 and user pools count real time, and do not notice.
   */
  advance(milliseconds: number): void;
  /** The time at which the earliest wait of `sleep` ends; undefined if nothing waits. */
  nextWait(): number | undefined;
}
