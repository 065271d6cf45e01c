import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { loggedMetric } from '../core/private/logged-metric';
import { highest, summed } from '../core/private/measured';
import type { ILakeBackfill } from './lake-backfill-interface';
import { METRIC_NAMESPACE, MetricName } from './metric-names';

/** Metrics of backfills, with a period of one minute by default. */
export class LakeBackfillMetrics {
  /**
   * Metrics of a backfill.
   *
   * @param backfill a LakeBackfill
   */
  public static fromLakeBackfill(backfill: ILakeBackfill): LakeBackfillMetrics {
    return new LakeBackfillMetrics(backfill);
  }

  private constructor(private readonly backfill: ILakeBackfill) {}

  /** Exports and files in the dead-letter queue; the maximum. */
  public metricDeadLetters(options?: MetricOptions): Metric {
    return this.backfill.deadLetterQueue.metricApproximateNumberOfMessagesVisible(highest(options));
  }

  /** Exports and files in the queue, those that wait for an export among them; the maximum. */
  public metricPending(options?: MetricOptions): Metric {
    return this.backfill.queue.metricApproximateNumberOfMessagesVisible(highest(options));
  }

  /** Items that were sent to the delivery stream of the lake; the sum. */
  public metricSent(options?: MetricOptions): Metric {
    return this.logged(MetricName.SENT, options);
  }

  /** Items that were removed in their span, or had expired when the table was exported; the sum. They are not sent. */
  public metricSkipped(options?: MetricOptions): Metric {
    return this.logged(MetricName.SKIPPED, options);
  }

  /** Items that are too large for Firehose; the sum. They are put into quarantine. */
  public metricTooLarge(options?: MetricOptions): Metric {
    return this.logged(MetricName.TOO_LARGE, options);
  }

  /** Exports that DynamoDB reported as failed; the sum. Each is requested three times. */
  public metricFailedExports(options?: MetricOptions): Metric {
    return this.logged(MetricName.FAILED_EXPORTS, options);
  }

  /** Invocations of the sending function that failed; the sum. */
  public metricErrors(options?: MetricOptions): Metric {
    return this.backfill.sendFunction.metricErrors(summed(options));
  }

  private logged(metricName: string, options?: MetricOptions): Metric {
    return loggedMetric(this.backfill.sendFunction, { namespace: METRIC_NAMESPACE, metricName }, summed(options));
  }
}
