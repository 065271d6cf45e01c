import type { Metrics } from '../../contracts';
import type { Outcome } from './environment';
import { TooManyRequests } from './pool';

/** Runs an event of a function, and puts the metrics of the invocation. */
export type Measured = (functionName: string, run: () => Promise<Outcome>) => Promise<Outcome>;

/**
 * Documented: "Types of metrics for Lambda functions": each value for the function, and for all functions. Observed: an invocation without
 * an error has a value 0 of `Errors`, so that their average is the share of failures. A throttled event is neither an invocation nor an error.
 */
export function measuredInvocations(metrics: Metrics, account: { readonly inFlight: number }): Measured {
  const units = { Invocations: 'Count', Errors: 'Count', Throttles: 'Count', Duration: 'Milliseconds' };
  const put = metrics.source({ namespace: 'AWS/Lambda', units, dimensions: [['FunctionName'], []] });
  const concurrency = { namespace: 'AWS/Lambda', units: { ConcurrentExecutions: 'Count' } };
  const putOwn = metrics.source({ ...concurrency, dimensions: [['FunctionName']] });
  const putAll = metrics.source({ ...concurrency, dimensions: [[]] });
  const inFlight = new Map<string, number>();
  return async (FunctionName, run) => {
    const own = (inFlight.get(FunctionName) ?? 0) + 1;
    inFlight.set(FunctionName, own);
    try {
      const running = run();
      putOwn({ FunctionName }, { ConcurrentExecutions: own });
      putAll({}, { ConcurrentExecutions: account.inFlight });
      const outcome = await running;
      put({ FunctionName }, { Invocations: 1, Errors: outcome.failed ? 1 : 0, Throttles: 0, Duration: outcome.milliseconds });
      return outcome;
    } catch (error) {
      if (error instanceof TooManyRequests) put({ FunctionName }, { Throttles: 1 });
      throw error;
    } finally {
      inFlight.set(FunctionName, (inFlight.get(FunctionName) ?? 1) - 1);
    }
  };
}
