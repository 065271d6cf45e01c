import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { loggedMetric } from '../core/private/logged-metric';
import { highest, summed } from '../core/private/measured';
import type { ILakeErasure } from './lake-erasure-interface';
import { METRIC_NAMESPACE, MetricName } from './metric-names';

/** Metrics of a LakeErasure, with a period of one minute by default. */
export class LakeErasureMetrics {
  /**
   * Metrics of an erasure.eraseFunction.
   *
   * @param erasure a LakeErasure
   */
  public static fromLakeErasure(erasure: ILakeErasure): LakeErasureMetrics {
    return new LakeErasureMetrics(erasure);
  }

  private constructor(private readonly erasure: ILakeErasure) {}

  /** Erasures that are not finished; the maximum. */
  public metricOpen(options?: MetricOptions): Metric {
    return this.logged(MetricName.OPEN, options);
  }

  /** Erasures that could have been finished for a day, and are not; the maximum. */
  public metricOverdue(options?: MetricOptions): Metric {
    return this.logged(MetricName.OVERDUE, options);
  }

  /** Invocations that ended with an error, including requests that are not valid; the sum. */
  public metricErrors(options?: MetricOptions): Metric {
    return this.erasure.eraseFunction.metricErrors(summed(options));
  }

  private logged(metricName: string, options?: MetricOptions): Metric {
    return loggedMetric(this.erasure.eraseFunction, { namespace: METRIC_NAMESPACE, metricName }, highest(options));
  }
}
