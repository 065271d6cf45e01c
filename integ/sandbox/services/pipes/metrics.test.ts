import { testMetrics } from '../../testing/metrics';
import { pipeMetrics } from './metrics';

// Documented: "Monitoring Amazon EventBridge Pipes" (Amazon EventBridge User Guide).
test('each execution counts its events, and whether all or some of them failed', () => {
  const { metrics, sum, now } = testMetrics();
  const pipe = pipeMetrics(metrics, { now: () => now });
  pipe.started('P').ended({ failed: [] }, 10);
  pipe.started('P').ended({ failed: [1] }, 10);
  pipe.started('P').ended({ failed: [0, 1] }, 2);
  pipe.started('P').failed(3);
  const names = ['Invocations', 'EventCount', 'ExecutionFailed', 'ExecutionPartiallyFailed'];
  expect(names.map((name) => sum(name, { PipeName: 'P' }))).toEqual([4, 25, 2, 1]);
});
