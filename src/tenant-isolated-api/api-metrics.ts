import { Duration, Stack } from 'aws-cdk-lib';
import type { Stage } from 'aws-cdk-lib/aws-apigateway';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { loggedMetric } from '../core/private/logged-metric';
import { METRIC_NAMESPACE, MetricName } from './metric-names';

const PERIOD = Duration.minutes(1);

/** What an API measures, each per minute. */
export class ApiMetrics {
  /**
   * @param stage where requests come in
   * @param authorizer what decides who may come in
   * @param webAclName the firewall, where it is made with the API
   * @internal
   */
  public static _of(stage: Stage, authorizer: IFunction, webAclName: string | undefined): ApiMetrics {
    return new ApiMetrics(stage, authorizer, webAclName);
  }

  private constructor(
    private readonly stage: Stage,
    private readonly authorizer: IFunction,
    private readonly webAclName: string | undefined,
  ) {}

  /** Requests that reached API Gateway; the sum. */
  public requests(): IMetric {
    return this.stage.metricCount({ period: PERIOD, statistic: Stats.SUM });
  }

  /** Answers with 4xx, those of throttled tenants among them; the sum. */
  public clientErrors(): IMetric {
    return this.stage.metricClientError({ period: PERIOD, statistic: Stats.SUM });
  }

  /** Answers with 5xx; the sum. */
  public serverErrors(): IMetric {
    return this.stage.metricServerError({ period: PERIOD, statistic: Stats.SUM });
  }

  /** Share of the answers with 5xx, in percent. */
  public serverErrorShare(): IMetric {
    return new MathExpression({
      expression: '100 * errors / requests',
      usingMetrics: { errors: this.serverErrors(), requests: this.requests() },
      label: 'Answers with 5xx, in percent',
      period: PERIOD,
    });
  }

  /** From the request to the answer, in milliseconds; p95. */
  public latency(): IMetric {
    return this.stage.metricLatency({ period: PERIOD, statistic: Stats.percentile(95) });
  }

  /** Requests that were rejected because of their token: 401; the sum. Those of a decision that was kept are not among them. */
  public refused(): IMetric {
    return this.logged(MetricName.REFUSED);
  }

  /** Requests whose token could not be verified, good ones among them: the keys of the pool or the secret were out of reach; the sum. */
  public undecided(): IMetric {
    return this.logged(MetricName.UNDECIDED);
  }

  /** Errors of the authorizer by Lambda's own count: bad tokens, what could not be decided and what ran out of time, all in one; the sum. */
  public authorizerErrors(): IMetric {
    return this.authorizer.metricErrors({ period: PERIOD, statistic: Stats.SUM });
  }

  /** Decisions for which there was no free concurrency; the sum. */
  public authorizerThrottles(): IMetric {
    return this.authorizer.metricThrottles({ period: PERIOD, statistic: Stats.SUM });
  }

  /**
   * Requests that the firewall blocked; the sum.
   *
   * @throws when the firewall is made elsewhere: then its metrics are known there
   */
  public blocked(): IMetric {
    if (this.webAclName === undefined) throw new Error(`${this.stage.node.path}: the firewall is made elsewhere, and so are its metrics`);
    return new Metric({
      namespace: 'AWS/WAFV2',
      metricName: 'BlockedRequests',
      dimensionsMap: { WebACL: this.webAclName, Region: Stack.of(this.stage).region, Rule: 'ALL' },
      period: PERIOD,
      statistic: Stats.SUM,
    });
  }

  private logged(metricName: string): IMetric {
    return loggedMetric(this.authorizer, { namespace: METRIC_NAMESPACE, metricName });
  }
}
