import { Duration } from 'aws-cdk-lib';
import { type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { loggedMetric } from '../core/private/logged-metric';
import { METRIC_NAMESPACE, MetricName } from './metric-names';

const PERIOD = Duration.minutes(1);

/** What a pool's trigger measures, each per minute. */
export class TenantUserPoolMetrics {
  /**
   * @param trigger what puts claims into tokens
   * @internal
   */
  public static _of(trigger: IFunction): TenantUserPoolMetrics {
    return new TenantUserPoolMetrics(trigger);
  }

  private constructor(private readonly trigger: IFunction) {}

  /** Tokens that were rejected because of what the directory says: users without a membership, suspended tenants; the sum. */
  public refused(): IMetric {
    return this.logged(MetricName.REFUSED);
  }

  /** Tokens that were not issued for any other reason, above all a directory that could not be read in time; the sum. */
  public failed(): IMetric {
    return this.logged(MetricName.FAILED);
  }

  /** Tokens for which there was no free concurrency; the sum. */
  public throttles(): IMetric {
    return this.trigger.metricThrottles({ period: PERIOD, statistic: Stats.SUM });
  }

  private logged(metricName: string): IMetric {
    return loggedMetric(this.trigger, { namespace: METRIC_NAMESPACE, metricName });
  }
}
