import { testMetrics } from '../../testing/metrics';
import { scheduleMetrics } from './metrics';

// Documented: "Monitoring Amazon EventBridge Scheduler with Amazon CloudWatch".
test('attempts are counted with their errors, and invocations that are given up', () => {
  const { metrics, sums } = testMetrics();
  const { attempted, dropped } = scheduleMetrics(metrics);
  attempted('default', {});
  attempted('default', { error: 'AccessDeniedException' });
  attempted('default', { error: 'TooManyRequestsException' });
  dropped('default', true);
  dropped('default', false);
  dropped('default', undefined);
  expect(sums()).toEqual(
    [
      ...['InvocationAttemptCount: 3', 'TargetErrorCount: 1', 'TargetErrorThrottledCount: 1', 'InvocationDroppedCount: 3'],
      ...['InvocationsSentToDeadLetterCount: 1', 'InvocationsFailedToBeSentToDeadLetterCount: 1'],
    ].map((line) => line.replace(':', '[ScheduleGroup=default]:')),
  );
});
