import { Stack } from 'aws-cdk-lib';
import { MathExpression, type MathExpressionOptions, Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { invalid } from '../core/private/base/invalid';
import { loggedMetric } from '../core/private/logged-metric';
import { PERIOD, p95, summed } from '../core/private/measured';
import { METRIC_NAMESPACE, MetricName } from './metric-names';
import type { ITenantIsolatedApi } from './tenant-isolated-api-interface';

/** What an API measures, each per minute unless it is asked for otherwise. */
export class TenantIsolatedApiMetrics {
  /**
   * Metrics of an API.
   *
   * @param api a TenantIsolatedApi
   */
  public static fromTenantIsolatedApi(api: ITenantIsolatedApi): TenantIsolatedApiMetrics {
    return new TenantIsolatedApiMetrics(api);
  }

  private constructor(private readonly api: ITenantIsolatedApi) {}

  /** Requests that reached API Gateway; the sum. */
  public metricRequests(options?: MetricOptions): Metric {
    return this.api.stage.metricCount(summed(options));
  }

  /** Answers with 4xx, those of throttled tenants among them; the sum. */
  public metricClientErrors(options?: MetricOptions): Metric {
    return this.api.stage.metricClientError(summed(options));
  }

  /** Answers with 5xx; the sum. */
  public metricServerErrors(options?: MetricOptions): Metric {
    return this.api.stage.metricServerError(summed(options));
  }

  /** Share of the answers with 5xx, in percent. */
  public metricServerErrorShare(options: MathExpressionOptions = {}): MathExpression {
    const { period = PERIOD } = options;
    return new MathExpression({
      expression: '100 * errors / requests',
      usingMetrics: { errors: this.metricServerErrors({ period }), requests: this.metricRequests({ period }) },
      label: 'Answers with 5xx, in percent',
      period,
      ...options,
    });
  }

  /** From the request to the answer, in milliseconds; p95. */
  public metricLatency(options?: MetricOptions): Metric {
    return this.api.stage.metricLatency(p95(options));
  }

  /** Requests that were answered with 401 because of their token; the sum. Those of a cached decision are not among them. */
  public metricUnauthorized(options?: MetricOptions): Metric {
    return this.logged(MetricName.UNAUTHORIZED, options);
  }

  /** Requests whose token could not be verified, good ones among them: the keys of the pool or the secret were out of reach; the sum. */
  public metricUndecided(options?: MetricOptions): Metric {
    return this.logged(MetricName.UNDECIDED, options);
  }

  /** Errors of the authorizer by Lambda's own count: bad tokens, what could not be decided and what ran out of time, all in one; the sum. */
  public metricAuthorizerErrors(options?: MetricOptions): Metric {
    return this.api.authorizerFunction.metricErrors(summed(options));
  }

  /** Decisions for which there was no free concurrency; the sum. */
  public metricAuthorizerThrottles(options?: MetricOptions): Metric {
    return this.api.authorizerFunction.metricThrottles(summed(options));
  }

  /**
   * Requests that the firewall blocked; the sum.
   *
   * @throws when the web ACL was created elsewhere: only its owner knows its name
   */
  public metricBlocked(options?: MetricOptions): Metric {
    const { webAclName } = this.api;
    if (webAclName === undefined) {
      return invalid(
        this.api,
        'firewall',
        'Firewall.fromWebAclArn',
        'Firewall.blocking() for this metric: only the owner of a web ACL knows the name that its metrics have',
      );
    }
    return new Metric({
      namespace: 'AWS/WAFV2',
      metricName: 'BlockedRequests',
      ...summed(options),
      dimensionsMap: { WebACL: webAclName, Region: Stack.of(this.api).region, Rule: 'ALL', ...options?.dimensionsMap },
    });
  }

  private logged(metricName: string, options?: MetricOptions): Metric {
    return loggedMetric(this.api.authorizerFunction, { namespace: METRIC_NAMESPACE, metricName }, summed(options));
  }
}
