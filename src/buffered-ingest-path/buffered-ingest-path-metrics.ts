import { MathExpression, type MathExpressionOptions, type Metric, type MetricOptions, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { loggedMetric } from '../core/private/logged-metric';
import { highest, PERIOD, p95, summed } from '../core/private/measured';
import type { IBufferedIngestPath } from './buffered-ingest-path-interface';
import { METRIC_NAMESPACE, MetricName } from './metric-names';

/** Metrics of an ingest path, with a period of one minute by default. */
export class BufferedIngestPathMetrics {
  /**
   * Metrics of a path.
   *
   * @param path a BufferedIngestPath, or an imported one
   */
  public static fromBufferedIngestPath(path: IBufferedIngestPath): BufferedIngestPathMetrics {
    return new BufferedIngestPathMetrics(path);
  }

  private constructor(private readonly path: IBufferedIngestPath) {}

  /** Messages that the API sent to the queue; the sum. */
  public metricAccepted(options?: MetricOptions): Metric {
    return this.path.queue.metricNumberOfMessagesSent(summed(options));
  }

  /** Messages that wait in the queue; the maximum. */
  public metricWaiting(options?: MetricOptions): Metric {
    return this.path.queue.metricApproximateNumberOfMessagesVisible(highest(options));
  }

  /** Age of the oldest message in the queue, in seconds; the maximum. */
  public metricOldestMessageAge(options?: MetricOptions): Metric {
    return this.path.queue.metricApproximateAgeOfOldestMessage(highest(options));
  }

  /**
   * Receives of messages from the retry queue; the sum. A message that crashes the writer each time counts three or four times.
   */
  public metricRetried(options?: MetricOptions): Metric {
    return this.path.retryQueue.metricNumberOfMessagesReceived(summed(options));
  }

  /** Messages that wait in the retry queue; the maximum. */
  public metricWaitingForRetry(options?: MetricOptions): Metric {
    return this.path.retryQueue.metricApproximateNumberOfMessagesVisible(highest(options));
  }

  /** Age of the oldest message in the retry queue, in seconds since it arrived there; the maximum. */
  public metricOldestRetryAge(options?: MetricOptions): Metric {
    return this.path.retryQueue.metricApproximateAgeOfOldestMessage(highest(options));
  }

  /** Messages in the dead-letter queue; the maximum. */
  public metricDeadLetters(options?: MetricOptions): Metric {
    return this.path.deadLetterQueue.metricApproximateNumberOfMessagesVisible(highest(options));
  }

  /** Items that were written to the table; the sum. */
  public metricWritten(options?: MetricOptions): Metric {
    return this.logged(MetricName.WRITTEN, summed(options));
  }

  /** Messages whose item already existed; the sum. */
  public metricDuplicates(options?: MetricOptions): Metric {
    return this.logged(MetricName.DUPLICATES, summed(options));
  }

  /** Receives of messages that failed; the sum. A message that fails five times counts five times. */
  public metricFailed(options?: MetricOptions): Metric {
    return this.logged(MetricName.FAILED, summed(options));
  }

  /**
   * Messages of tenants that have left, which were deleted without being stored; the sum. Only with `directory`. Above zero if dead letters
   * of such a tenant are replayed, or if messages waited in the queue for more than half an hour after its access ended.
   */
  public metricDiscarded(options?: MetricOptions): Metric {
    return this.logged(MetricName.DISCARDED, summed(options));
  }

  /** Time to write a batch, from the first call to the last response, including retries, in milliseconds; p95. */
  public metricWriteLatency(options?: MetricOptions): Metric {
    return this.logged(MetricName.WRITE_LATENCY, p95(options), Unit.MILLISECONDS);
  }

  /** Share of the receives that failed, in percent. */
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

  /** Invocations of the writer that failed as a whole, by a timeout, a crash or too little memory; the sum. */
  public metricWriterErrors(options?: MetricOptions): Metric {
    return this.path.writer.metricErrors(summed(options));
  }

  /** Invocations of the writer that were throttled; the sum. */
  public metricWriterThrottles(options?: MetricOptions): Metric {
    return this.path.writer.metricThrottles(summed(options));
  }

  private logged(metricName: string, options: MetricOptions, unit?: Unit): Metric {
    return loggedMetric(this.path.writer, { namespace: METRIC_NAMESPACE, metricName, ...(unit === undefined ? {} : { unit }) }, options);
  }
}
