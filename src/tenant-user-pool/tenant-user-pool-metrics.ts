import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { loggedMetric } from '../core/private/logged-metric';
import { summed } from '../core/private/measured';
import { METRIC_NAMESPACE, MetricName } from './metric-names';
import type { ITokenTrigger } from './token-trigger';

/** What a pool's trigger measures, each per minute unless it is asked for otherwise. */
export class TenantUserPoolMetrics {
  /**
   * Metrics of a pool that this app creates.
   *
   * @param pool a TenantUserPool
   */
  public static fromTenantUserPool(pool: ITokenTrigger): TenantUserPoolMetrics {
    return new TenantUserPoolMetrics(pool);
  }

  private constructor(private readonly pool: ITokenTrigger) {}

  /** Tokens that were denied because of what the directory says: users without a membership, suspended tenants; the sum. */
  public metricDenied(options?: MetricOptions): Metric {
    return this.logged(MetricName.DENIED, options);
  }

  /** Tokens that were not issued for any other reason, above all a directory that could not be read in time; the sum. */
  public metricFailed(options?: MetricOptions): Metric {
    return this.logged(MetricName.FAILED, options);
  }

  /** Tokens for which there was no free concurrency; the sum. */
  public metricThrottles(options?: MetricOptions): Metric {
    return this.pool.trigger.metricThrottles(summed(options));
  }

  private logged(metricName: string, options?: MetricOptions): Metric {
    return loggedMetric(this.pool.trigger, { namespace: METRIC_NAMESPACE, metricName }, summed(options));
  }
}
