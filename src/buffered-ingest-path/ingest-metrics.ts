import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, type Metric, Stats, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { loggedMetric } from '../core/private/logged-metric';
import { METRIC_NAMESPACE, MetricName } from './metric-names';
import type { IngestQueues } from './queues';

const PERIOD = Duration.minutes(1);

/** What an ingest path measures, each per minute. */
export class IngestMetrics {
  /**
   * @param queues where messages wait, and where they end that could not be stored
   * @param writer what stores them
   * @internal
   */
  public static _of(queues: IngestQueues, writer: IFunction): IngestMetrics {
    return new IngestMetrics(queues, writer);
  }

  private constructor(
    private readonly queues: IngestQueues,
    private readonly writer: IFunction,
  ) {}

  /** Messages that the API put into the queue; the sum. */
  public accepted(): IMetric {
    return this.queues.queue.metricNumberOfMessagesSent({ period: PERIOD, statistic: Stats.SUM });
  }

  /** Messages that wait for their batch; the maximum. */
  public waiting(): IMetric {
    return this.queues.queue.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: Stats.MAXIMUM });
  }

  /** Age of the message that has waited longest, in seconds; the maximum. */
  public oldestMessageAge(): IMetric {
    return this.queues.queue.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: Stats.MAXIMUM });
  }

  /**
   * Receives of single messages, after they were not stored in their batch: a message that kills the writer each time counts three or four
   * times; the sum.
   */
  public retried(): IMetric {
    return this.queues.retryQueue.metricNumberOfMessagesReceived({ period: PERIOD, statistic: Stats.SUM });
  }

  /** Messages that wait for being received alone; the maximum. */
  public waitingForRetry(): IMetric {
    return this.queues.retryQueue.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: Stats.MAXIMUM });
  }

  /** Seconds since the message that has been in the retry queue longest came there; the maximum. */
  public oldestRetryAge(): IMetric {
    return this.queues.retryQueue.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: Stats.MAXIMUM });
  }

  /** Messages that could not be stored and wait for a person; the maximum. */
  public deadLetters(): IMetric {
    return this.queues.deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: Stats.MAXIMUM });
  }

  /** Items that came into the table; the sum. */
  public written(): IMetric {
    return this.logged(MetricName.WRITTEN, Stats.SUM, Unit.COUNT);
  }

  /** Messages whose item was there already; the sum. */
  public duplicates(): IMetric {
    return this.logged(MetricName.DUPLICATES, Stats.SUM, Unit.COUNT);
  }

  /** Receives of messages that ended without an item: a message that fails five times counts five times; the sum. */
  public failed(): IMetric {
    return this.logged(MetricName.FAILED, Stats.SUM, Unit.COUNT);
  }

  /** From the first call to the last answer of a batch, retries included, in milliseconds; p95. */
  public writeLatency(): IMetric {
    return this.logged(MetricName.WRITE_LATENCY, Stats.percentile(95), Unit.MILLISECONDS);
  }

  /** Share of the receives that ended without an item, in percent. */
  public failedShare(): IMetric {
    return new MathExpression({
      expression: '100 * failed / (written + duplicates + failed)',
      usingMetrics: { written: this.written(), duplicates: this.duplicates(), failed: this.failed() },
      label: 'Failed, in percent',
      period: PERIOD,
    });
  }

  /** Batches that ended without an answer: timeouts, crashes, lost memory; the sum. */
  public writerErrors(): IMetric {
    return this.writer.metricErrors({ period: PERIOD, statistic: Stats.SUM });
  }

  /** Batches that found no free concurrency in the account; the sum. */
  public writerThrottles(): IMetric {
    return this.writer.metricThrottles({ period: PERIOD, statistic: Stats.SUM });
  }

  private logged(metricName: string, statistic: string, unit: Unit): Metric {
    return loggedMetric(this.writer, { namespace: METRIC_NAMESPACE, metricName, statistic, unit });
  }
}
