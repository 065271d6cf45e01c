import type { Metrics, ScheduledInvocation } from '../../contracts';

/** Documented: "Monitoring Amazon EventBridge Scheduler with Amazon CloudWatch", of a schedule group. */
export interface ScheduleMetrics {
  attempted(group: string, invocation: Pick<ScheduledInvocation, 'error'>): void;
  /** All attempts have failed. @param sent whether there is a dead-letter queue, and it took the invocation */
  dropped(group: string, sent: boolean | undefined): void;
}

/** Errors with which a target says that it has too much to do. */
const THROTTLED = /Throttl|TooManyRequests|LimitExceeded/;

export function scheduleMetrics(metrics: Metrics): ScheduleMetrics {
  const put = metrics.source({
    namespace: 'AWS/Scheduler',
    units: {
      ...{
        InvocationAttemptCount: 'Count',
        TargetErrorCount: 'Count',
        TargetErrorThrottledCount: 'Count',
        InvocationDroppedCount: 'Count',
      },
      ...{ InvocationsSentToDeadLetterCount: 'Count', InvocationsFailedToBeSentToDeadLetterCount: 'Count' },
    },
    dimensions: [['ScheduleGroup']],
  });
  return {
    attempted(ScheduleGroup, { error }) {
      const failure = error === undefined ? {} : THROTTLED.test(error) ? { TargetErrorThrottledCount: 1 } : { TargetErrorCount: 1 };
      put({ ScheduleGroup }, { InvocationAttemptCount: 1, ...failure });
    },
    dropped(ScheduleGroup, sent) {
      const letters =
        sent === undefined ? {} : sent ? { InvocationsSentToDeadLetterCount: 1 } : { InvocationsFailedToBeSentToDeadLetterCount: 1 };
      put({ ScheduleGroup }, { InvocationDroppedCount: 1, ...letters });
    },
  };
}
