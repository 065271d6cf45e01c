import { Duration } from 'aws-cdk-lib';
import { type Metric, type MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { loggedMetric } from '../core/private/logged-metric';
import { highest, summed } from '../core/private/measured';
import type { ILakeCompaction } from './lake-compaction-interface';
import { METRIC_NAMESPACE, MetricName } from './metric-names';

/** Metrics of a compaction, with a period of one minute by default. */
export class LakeCompactionMetrics {
  /**
   * Metrics of a compaction.
   *
   * @param compaction a LakeCompaction, or an imported one
   */
  public static fromLakeCompaction(compaction: ILakeCompaction): LakeCompactionMetrics {
    return new LakeCompactionMetrics(compaction);
  }

  private constructor(private readonly compaction: ILakeCompaction) {}

  /** Folders that were compacted; the sum. */
  public metricCompacted(options?: MetricOptions): Metric {
    return this.logged(MetricName.COMPACTED, options);
  }

  /** Folders that could not be compacted; the sum. */
  public metricFailed(options?: MetricOptions): Metric {
    return this.logged(MetricName.FAILED, options);
  }

  /** Folders of years that the table does not have, which stay as they are; the maximum. */
  public metricOutside(options?: MetricOptions): Metric {
    return this.logged(MetricName.OUTSIDE, { statistic: Stats.MAXIMUM, ...options });
  }

  /** Files that were replaced by fewer ones; the sum. */
  public metricFilesRemoved(options?: MetricOptions): Metric {
    return this.logged(MetricName.FILES_REMOVED, options);
  }

  /** Folders that the best run of a day left to the next one; the minimum of a day by default. */
  public metricLeft(options?: MetricOptions): Metric {
    return this.logged(MetricName.LEFT, { period: Duration.days(1), statistic: Stats.MINIMUM, ...options });
  }

  /** Runs that ended with an error or a timeout; the sum. */
  public metricErrors(options?: MetricOptions): Metric {
    return this.compaction.function.metricErrors(summed(options));
  }

  /** Messages in the queue of runs that could not be started, or that ended with an error; the maximum. */
  public metricDeadLetters(options?: MetricOptions): Metric {
    return this.compaction.deadLetterQueue.metricApproximateNumberOfMessagesVisible(highest(options));
  }

  private logged(metricName: string, options?: MetricOptions): Metric {
    return loggedMetric(this.compaction.function, { namespace: METRIC_NAMESPACE, metricName }, summed(options));
  }
}
