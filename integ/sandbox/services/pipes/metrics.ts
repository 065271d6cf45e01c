import type { Clock, Metrics } from '../../contracts';
import type { Delivery } from '../../streams/consumer';

/** Puts the metrics of one execution of a pipe. */
export interface PipeExecution {
  ended(delivery: Delivery, size: number): void;
  failed(size: number): void;
}

export interface PipeMetrics {
  started(pipeName: string): PipeExecution;
}

/** Documented: "Monitoring Amazon EventBridge Pipes", metrics. A batch that is delivered again is another execution. */
export function pipeMetrics(metrics: Metrics, clock: Pick<Clock, 'now'>): PipeMetrics {
  const put = metrics.source({
    namespace: 'AWS/EventBridge/Pipes',
    units: {
      ...{ Invocations: 'Count', EventCount: 'Count', Duration: 'Milliseconds' },
      ...{ ExecutionFailed: 'Count', ExecutionPartiallyFailed: 'Count' },
    },
    dimensions: [['PipeName']],
  });
  return {
    started(PipeName) {
      const began = clock.now();
      const done = (EventCount: number, more: { readonly ExecutionFailed?: number; readonly ExecutionPartiallyFailed?: number }) =>
        put({ PipeName }, { Invocations: 1, EventCount, Duration: clock.now() - began, ...more });
      return {
        ended({ failed: { length: count } }, size) {
          done(size, count === 0 ? {} : count < size ? { ExecutionPartiallyFailed: 1 } : { ExecutionFailed: 1 });
        },
        failed: (size) => done(size, { ExecutionFailed: 1 }),
      };
    },
  };
}
