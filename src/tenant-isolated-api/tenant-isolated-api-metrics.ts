import { Stack } from 'aws-cdk-lib';
import { MathExpression, type MathExpressionOptions, Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { invalid } from '../core/private/base/invalid';
import { loggedMetric } from '../core/private/logged-metric';
import { PERIOD, p95, summed } from '../core/private/measured';
import { METRIC_NAMESPACE, MetricName } from './metric-names';
import type { ITenantIsolatedApi } from './tenant-isolated-api-interface';

/** Metrics of an API, with a period of one minute by default. */
export class TenantIsolatedApiMetrics {
  /**
   * Metrics of an API.
   *
   * @param api a TenantIsolatedApi, or an imported one
   */
  public static fromTenantIsolatedApi(api: ITenantIsolatedApi): TenantIsolatedApiMetrics {
    return new TenantIsolatedApiMetrics(api);
  }

  private constructor(private readonly api: ITenantIsolatedApi) {}

  /** Requests that reached API Gateway; the sum. */
  public metricRequests(options?: MetricOptions): Metric {
    return this.ofStage('Count', summed(options));
  }

  /** Responses with a 4xx status, including those to throttled tenants; the sum. */
  public metricClientErrors(options?: MetricOptions): Metric {
    return this.ofStage('4XXError', summed(options));
  }

  /** Responses with a 5xx status; the sum. */
  public metricServerErrors(options?: MetricOptions): Metric {
    return this.ofStage('5XXError', summed(options));
  }

  /** Share of responses with a 5xx status, in percent. */
  public metricServerErrorShare(options: MathExpressionOptions = {}): MathExpression {
    const { period = PERIOD } = options;
    return new MathExpression({
      expression: '100 * errors / requests',
      usingMetrics: { errors: this.metricServerErrors({ period }), requests: this.metricRequests({ period }) },
      label: 'Responses with 5xx, in percent',
      period,
      ...options,
    });
  }

  /** Time from request to response, in milliseconds; p95. */
  public metricLatency(options?: MetricOptions): Metric {
    return this.ofStage('Latency', p95(options));
  }

  /** Requests that got a 401 because of their token; the sum. Requests that were decided from the cache are not counted. */
  public metricUnauthorized(options?: MetricOptions): Metric {
    return this.logged(MetricName.UNAUTHORIZED, options);
  }

  /**
   * Requests whose token could not be verified, valid or not, because the keys of the user pool or the secret were not available; the sum.
   */
  public metricUndecided(options?: MetricOptions): Metric {
    return this.logged(MetricName.UNDECIDED, options);
  }

  /** Errors of the authorizer as Lambda counts them: invalid tokens, tokens that could not be verified, and timeouts; the sum. */
  public metricAuthorizerErrors(options?: MetricOptions): Metric {
    return this.api.authorizerFunction.metricErrors(summed(options));
  }

  /** Invocations of the authorizer that were throttled; the sum. */
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
        'webAclName',
        undefined,
        'Firewall.blocking(), or the webAclName of an imported API, for this metric: the owner of a web ACL chooses the name of its metrics, which its ARN does not contain',
      );
    }
    return new Metric({
      namespace: 'AWS/WAFV2',
      metricName: 'BlockedRequests',
      ...summed(options),
      dimensionsMap: { WebACL: webAclName, Region: Stack.of(this.api).region, Rule: 'ALL', ...options?.dimensionsMap },
    });
  }

  /** Documented: "Amazon API Gateway dimensions and metrics". */
  private ofStage(metricName: string, options: MetricOptions): Metric {
    const { restApiName, stageName } = this.api;
    const dimensionsMap = { ApiName: restApiName, Stage: stageName };
    return new Metric({ namespace: 'AWS/ApiGateway', metricName, dimensionsMap, ...options }).attachTo(this.api);
  }

  private logged(metricName: string, options?: MetricOptions): Metric {
    return loggedMetric(this.api.authorizerFunction, { namespace: METRIC_NAMESPACE, metricName }, summed(options));
  }
}
