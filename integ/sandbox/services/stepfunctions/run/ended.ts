/** Ends an execution: nothing catches it. */
export class Ended extends Error {
  constructor(
    readonly status: 'FAILED' | 'TIMED_OUT' | 'ABORTED',
    readonly error: string | undefined,
    readonly cause: string | undefined,
  ) {
    super(`${status}: ${error ?? ''} ${cause ?? ''}`);
  }
}
