import { testMetrics } from '../../testing/metrics';
import type { Outcome } from './environment';
import { measuredInvocations } from './metrics';
import { TooManyRequests } from './pool';

const outcome = (failed: boolean): Outcome => ({ body: '{}', failed, milliseconds: 7 });

// Documented: "Types of metrics for Lambda functions" (AWS Lambda Developer Guide).
test('an invocation has a duration, and a value of errors and throttles, for the function and for all functions', async () => {
  const { metrics, sums } = testMetrics();
  const measured = measuredInvocations(metrics, { inFlight: 1 });
  await measured('F', async () => outcome(false));
  await measured('F', async () => outcome(true));
  for (const dimensions of ['[FunctionName=F]', '[]']) {
    expect(sums()).toEqual(
      expect.arrayContaining(
        ['Invocations%: 2', 'Errors%: 1', 'Throttles%: 0', 'Duration%: 14', 'ConcurrentExecutions%: 2'].map((line) =>
          line.replace('%', dimensions),
        ),
      ),
    );
  }
});

test('a throttled event is no invocation and no error', async () => {
  const { metrics, sum } = testMetrics();
  const measured = measuredInvocations(metrics, { inFlight: 1 });
  const throttled = measured('F', () => Promise.reject(new TooManyRequests('ConcurrentInvocationLimitExceeded')));
  await expect(throttled).rejects.toThrow('Rate Exceeded.');
  expect(['Throttles', 'Invocations', 'Errors'].map((name) => sum(name, { FunctionName: 'F' }))).toEqual([1, undefined, undefined]);
});

test('events at the same time are concurrent executions', async () => {
  const { metrics, now } = testMetrics();
  const measured = measuredInvocations(metrics, { inFlight: 2 });
  let end = () => {};
  const first = measured(
    'F',
    () =>
      new Promise((resolve) => {
        end = () => resolve(outcome(false));
      }),
  );
  await measured('F', async () => outcome(false));
  end();
  await first;
  const id = { namespace: 'AWS/Lambda', name: 'ConcurrentExecutions', dimensions: { FunctionName: 'F' } };
  expect(metrics.values(id, 'Maximum', 60, now, now + 60_000)).toEqual([2]);
});
