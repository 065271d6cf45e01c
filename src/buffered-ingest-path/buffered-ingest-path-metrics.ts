import { MathExpression, type MathExpressionOptions, type Metric, type MetricOptions, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { loggedMetric } from '../core/private/logged-metric';
import { highest, PERIOD, p95, summed } from '../core/private/measured';
import type { IBufferedIngestPath } from './buffered-ingest-path-interface';
import { METRIC_NAMESPACE, MetricName } from './metric-names';

/** What an ingest path measures, each per minute unless it is asked for otherwise. */
export class BufferedIngestPathMetrics {
  /**
   * Metrics of a path.
   *
   * @param path a BufferedIngestPath
   */
  public static fromBufferedIngestPath(path: IBufferedIngestPath): BufferedIngestPathMetrics {
    return new BufferedIngestPathMetrics(path);
  }

  private constructor(private readonly path: IBufferedIngestPath) {}

  /** Messages that the API put into the queue; the sum. */
  public metricAccepted(options?: MetricOptions): Metric {
    return this.path.queue.metricNumberOfMessagesSent(summed(options));
  }

  /** Messages that wait for their batch; the maximum. */
  public metricWaiting(options?: MetricOptions): Metric {
    return this.path.queue.metricApproximateNumberOfMessagesVisible(highest(options));
  }

  /** Age of the message that has waited longest, in seconds; the maximum. */
  public metricOldestMessageAge(options?: MetricOptions): Metric {
    return this.path.queue.metricApproximateAgeOfOldestMessage(highest(options));
  }

  /**
   * Receives of single messages, after they were not stored in their batch: a message that ends the writer each time counts three or four
   * times; the sum.
   */
  public metricRetried(options?: MetricOptions): Metric {
    return this.path.retryQueue.metricNumberOfMessagesReceived(summed(options));
  }

  /** Messages that wait for being received alone; the maximum. */
  public metricWaitingForRetry(options?: MetricOptions): Metric {
    return this.path.retryQueue.metricApproximateNumberOfMessagesVisible(highest(options));
  }

  /** Seconds since the message that has been in the retry queue longest came there; the maximum. */
  public metricOldestRetryAge(options?: MetricOptions): Metric {
    return this.path.retryQueue.metricApproximateAgeOfOldestMessage(highest(options));
  }

  /** Messages that could not be stored and wait for a person; the maximum. */
  public metricDeadLetters(options?: MetricOptions): Metric {
    return this.path.deadLetterQueue.metricApproximateNumberOfMessagesVisible(highest(options));
  }

  /** Items that came into the table; the sum. */
  public metricWritten(options?: MetricOptions): Metric {
    return this.logged(MetricName.WRITTEN, summed(options));
  }

  /** Messages whose item was there already; the sum. */
  public metricDuplicates(options?: MetricOptions): Metric {
    return this.logged(MetricName.DUPLICATES, summed(options));
  }

  /** Receives of messages that ended without an item: a message that fails five times counts five times; the sum. */
  public metricFailed(options?: MetricOptions): Metric {
    return this.logged(MetricName.FAILED, summed(options));
  }

  /** From the first call to the last answer of a batch, retries included, in milliseconds; p95. */
  public metricWriteLatency(options?: MetricOptions): Metric {
    return this.logged(MetricName.WRITE_LATENCY, p95(options), Unit.MILLISECONDS);
  }

  /** Share of the receives that ended without an item, in percent. */
  public metricFailedShare(options: MathExpressionOptions = {}): MathExpression {
    const { period = PERIOD } = options;
    return new MathExpression({
      expression: '100 * failed / (written + duplicates + failed)',
      usingMetrics: {
        written: this.metricWritten({ period }),
        duplicates: this.metricDuplicates({ period }),
        failed: this.metricFailed({ period }),
      },
      label: 'Failed, in percent',
      period,
      ...options,
    });
  }

  /** Batches that ended without an answer: timeouts, crashes, lost memory; the sum. */
  public metricWriterErrors(options?: MetricOptions): Metric {
    return this.path.writer.metricErrors(summed(options));
  }

  /** Batches that found no free concurrency in the account; the sum. */
  public metricWriterThrottles(options?: MetricOptions): Metric {
    return this.path.writer.metricThrottles(summed(options));
  }

  private logged(metricName: string, options: MetricOptions, unit?: Unit): Metric {
    return loggedMetric(this.path.writer, { namespace: METRIC_NAMESPACE, metricName, ...(unit === undefined ? {} : { unit }) }, options);
  }
}
