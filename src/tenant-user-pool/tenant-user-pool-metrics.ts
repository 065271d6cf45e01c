import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { loggedMetric } from '../core/private/logged-metric';
import { summed } from '../core/private/measured';
import { METRIC_NAMESPACE, MetricName } from './metric-names';
import type { ITokenTrigger } from './token-trigger';

/** Metrics of a pool's trigger, with a period of one minute by default. */
export class TenantUserPoolMetrics {
  /**
   * Metrics of a pool.
   *
   * @param pool a TenantUserPool
   */
  public static fromTenantUserPool(pool: ITokenTrigger): TenantUserPoolMetrics {
    return new TenantUserPoolMetrics(pool);
  }

  private constructor(private readonly pool: ITokenTrigger) {}

  /** Tokens that were denied because the user has no membership or the tenant is not active; the sum. */
  public metricDenied(options?: MetricOptions): Metric {
    return this.logged(MetricName.DENIED, options);
  }

  /** Tokens that could not be issued for any other reason, such as a directory that could not be read in time; the sum. */
  public metricFailed(options?: MetricOptions): Metric {
    return this.logged(MetricName.FAILED, options);
  }

  /** Invocations of the trigger that were throttled; the sum. */
  public metricThrottles(options?: MetricOptions): Metric {
    return this.pool.trigger.metricThrottles(summed(options));
  }

  private logged(metricName: string, options?: MetricOptions): Metric {
    return loggedMetric(this.pool.trigger, { namespace: METRIC_NAMESPACE, metricName }, summed(options));
  }
}
