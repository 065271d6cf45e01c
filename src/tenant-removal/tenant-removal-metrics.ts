import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { loggedMetric } from '../core/private/logged-metric';
import { highest, summed } from '../core/private/measured';
import { METRIC_NAMESPACE, MetricName } from './metric-names';
import type { ITenantRemoval } from './tenant-removal-interface';

/** Metrics of a TenantRemoval, with a period of one minute by default. */
export class TenantRemovalMetrics {
  /**
   * Metrics of a removal.
   *
   * @param removal a TenantRemoval
   */
  public static fromTenantRemoval(removal: ITenantRemoval): TenantRemovalMetrics {
    return new TenantRemovalMetrics(removal);
  }

  private constructor(private readonly removal: ITenantRemoval) {}

  /** Counts and removals that are not finished; the maximum. */
  public metricOpen(options?: MetricOptions): Metric {
    return this.logged(MetricName.OPEN, options);
  }

  /** Counts and removals that have made no progress for a day, or for ten days while a lake erases rows; the maximum. */
  public metricOverdue(options?: MetricOptions): Metric {
    return this.logged(MetricName.OVERDUE, options);
  }

  /** Invocations that ended with an error, including requests that are not valid; the sum. */
  public metricErrors(options?: MetricOptions): Metric {
    return this.removal.function.metricErrors(summed(options));
  }

  private logged(metricName: string, options?: MetricOptions): Metric {
    return loggedMetric(this.removal.function, { namespace: METRIC_NAMESPACE, metricName }, highest(options));
  }
}
