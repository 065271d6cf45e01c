/** One attempt of EventBridge Scheduler to invoke the target of a schedule. Times are milliseconds since the epoch, by the clock. */
export interface ScheduledInvocation {
  readonly scheduleArn: string;
  /** The time of the schedule, `<aws.scheduler.scheduled-time>`. */
  readonly scheduledAt: number;
  /** When the target was invoked: later in a flexible window, and for another attempt. */
  readonly at: number;
  /** From 1. */
  readonly attempt: number;
  readonly executionId: string;
  /** The code of the error, if the target was not invoked. */
  readonly error?: string;
}

/** The schedules of EventBridge Scheduler. */
export interface Schedules {
  /** The last 10,000 attempts, in the order in which they ended. */
  invocations(): readonly ScheduledInvocation[];
}
