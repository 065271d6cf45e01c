import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { invalid } from '../core/private/base/invalid';
import { highest, p95, summed } from '../core/private/measured';
import type { ISecureFunction } from './secure-function-interface';

/** What a function measures, each per minute unless it is asked for otherwise. */
export class SecureFunctionMetrics {
  /**
   * Metrics of a function.
   *
   * @param fn the function
   */
  public static fromSecureFunction(fn: ISecureFunction): SecureFunctionMetrics {
    return new SecureFunctionMetrics(fn);
  }

  private constructor(private readonly fn: ISecureFunction) {}

  /** Events that it was called for; the sum. */
  public metricInvocations(options?: MetricOptions): Metric {
    return this.fn.function.metricInvocations(summed(options));
  }

  /** Events that ended with an exception, a timeout or a crash; the sum. */
  public metricErrors(options?: MetricOptions): Metric {
    return this.fn.function.metricErrors(summed(options));
  }

  /** Events for which there was no free concurrency; the sum. */
  public metricThrottles(options?: MetricOptions): Metric {
    return this.fn.function.metricThrottles(summed(options));
  }

  /** How long an event took, in milliseconds; p95. */
  public metricDuration(options?: MetricOptions): Metric {
    return this.fn.function.metricDuration(p95(options));
  }

  /**
   * Failed events that wait for a person; the maximum.
   *
   * @throws when the function has no queue for them
   */
  public metricDeadLetters(options?: MetricOptions): Metric {
    const { deadLetterQueue } = this.fn;
    if (deadLetterQueue === undefined) return invalid(this.fn, 'deadLetters', 'DeadLetters.none', 'DeadLetters.queue() for this metric');
    return deadLetterQueue.metricApproximateNumberOfMessagesVisible(highest(options));
  }
}
