import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { invalid } from '../core/private/base/invalid';
import { loggedMetric } from '../core/private/logged-metric';
import { summed } from '../core/private/measured';
import { METRIC_NAMESPACE, MetricName } from './metric-names';
import type { ITenantUserPool } from './tenant-user-pool-interface';

/** Metrics of a pool, from its trigger, with a period of one minute by default. */
export class TenantUserPoolMetrics {
  /**
   * Metrics of a pool.
   *
   * @param pool a TenantUserPool, or one that is imported with its trigger
   */
  public static fromTenantUserPool(pool: ITenantUserPool): TenantUserPoolMetrics {
    return new TenantUserPoolMetrics(pool);
  }

  private constructor(private readonly pool: ITenantUserPool) {}

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
    return this.trigger.metricThrottles(summed(options));
  }

  private get trigger(): IFunction {
    return this.pool.trigger ?? invalid(this.pool, 'triggerArn', undefined, 'the ARN of the trigger of an imported pool, for its metrics');
  }

  private logged(metricName: string, options?: MetricOptions): Metric {
    return loggedMetric(this.trigger, { namespace: METRIC_NAMESPACE, metricName }, summed(options));
  }
}
