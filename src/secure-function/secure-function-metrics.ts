import { Duration } from 'aws-cdk-lib';
import { type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';

const PERIOD = Duration.minutes(1);

/** What a function measures, each per minute. */
export class SecureFunctionMetrics {
  /**
   * @param handler the function
   * @param deadLetterQueue where its failed events end; none where it has no such queue
   * @internal
   */
  public static _of(handler: IFunction, deadLetterQueue?: IQueue): SecureFunctionMetrics {
    return new SecureFunctionMetrics(handler, deadLetterQueue);
  }

  private constructor(
    private readonly handler: IFunction,
    private readonly deadLetterQueue?: IQueue,
  ) {}

  /** Events that it was called for; the sum. */
  public invocations(): IMetric {
    return this.handler.metricInvocations({ period: PERIOD, statistic: Stats.SUM });
  }

  /** Events that ended with an exception, a timeout or a crash; the sum. */
  public errors(): IMetric {
    return this.handler.metricErrors({ period: PERIOD, statistic: Stats.SUM });
  }

  /** Events for which there was no free concurrency; the sum. */
  public throttles(): IMetric {
    return this.handler.metricThrottles({ period: PERIOD, statistic: Stats.SUM });
  }

  /** How long an event took, in milliseconds; p95. */
  public duration(): IMetric {
    return this.handler.metricDuration({ period: PERIOD, statistic: Stats.percentile(95) });
  }

  /** Failed events that wait for a person; the maximum. Undefined where the function has no queue for them. */
  public deadLetters(): IMetric | undefined {
    return this.deadLetterQueue?.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: Stats.MAXIMUM });
  }
}
