import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { invalid } from '../core/private/base/invalid';
import { highest, p95, summed } from '../core/private/measured';
import type { ISecureFunction } from './secure-function-interface';

/** Metrics of a function, with a period of one minute by default. */
export class SecureFunctionMetrics {
  /**
   * Metrics of a function.
   *
   * @param fn a SecureFunction, or an imported one
   */
  public static fromSecureFunction(fn: ISecureFunction): SecureFunctionMetrics {
    return new SecureFunctionMetrics(fn);
  }

  private constructor(private readonly fn: ISecureFunction) {}

  /** Invocations of the function; the sum. */
  public metricInvocations(options?: MetricOptions): Metric {
    return this.fn.function.metricInvocations(summed(options));
  }

  /** Invocations that ended with an exception, a timeout or a crash; the sum. */
  public metricErrors(options?: MetricOptions): Metric {
    return this.fn.function.metricErrors(summed(options));
  }

  /** Invocations that were throttled; the sum. */
  public metricThrottles(options?: MetricOptions): Metric {
    return this.fn.function.metricThrottles(summed(options));
  }

  /** Duration of an invocation, in milliseconds; p95. */
  public metricDuration(options?: MetricOptions): Metric {
    return this.fn.function.metricDuration(p95(options));
  }

  /**
   * Failed events in the dead-letter queue; the maximum.
   *
   * @throws when the function has no dead-letter queue
   */
  public metricDeadLetters(options?: MetricOptions): Metric {
    const { deadLetterQueue } = this.fn;
    if (deadLetterQueue === undefined)
      return invalid(
        this.fn,
        'deadLetterQueue',
        undefined,
        'DeadLetters.queue(), or deadLetterQueueArn of an imported function, for this metric',
      );
    return deadLetterQueue.metricApproximateNumberOfMessagesVisible(highest(options));
  }
}
