import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, type Metric, Stats, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { loggedMetric } from '../core/logged-metric';
import { METRIC_NAMESPACE, MetricName } from './metric-names';

const PERIOD = Duration.minutes(1);

/** What an ingest path measures, each per minute. */
export class IngestMetrics {
  /**
   * @param queue where messages wait
   * @param deadLetterQueue where they end that could not be stored
   * @param writer what stores them
   * @internal
   */
  public static _of(queue: IQueue, deadLetterQueue: IQueue, writer: IFunction): IngestMetrics {
    return new IngestMetrics(queue, deadLetterQueue, writer);
  }

  private constructor(
    private readonly queue: IQueue,
    private readonly deadLetterQueue: IQueue,
    private readonly writer: IFunction,
  ) {}

  /** Messages that the API put into the queue; the sum. */
  public accepted(): IMetric {
    return this.queue.metricNumberOfMessagesSent({ period: PERIOD, statistic: Stats.SUM });
  }

  /** Messages that wait; the maximum. */
  public waiting(): IMetric {
    return this.queue.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: Stats.MAXIMUM });
  }

  /** Age of the message that has waited longest, in seconds; the maximum. */
  public oldestMessageAge(): IMetric {
    return this.queue.metricApproximateAgeOfOldestMessage({ period: PERIOD, statistic: Stats.MAXIMUM });
  }

  /** Messages that could not be stored and wait for a person; the maximum. */
  public deadLetters(): IMetric {
    return this.deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period: PERIOD, statistic: Stats.MAXIMUM });
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
