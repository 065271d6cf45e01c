import { MathExpression, type MathExpressionOptions, Metric, type MetricOptions, Unit } from 'aws-cdk-lib/aws-cloudwatch';
import { invalid } from '../core/private/base/invalid';
import { highest, PERIOD, p95, summed } from '../core/private/measured';
import type { ISecureContainerService } from './secure-container-service-interface';

/** Metrics of a container service, with a period of one minute by default. AWS publishes all of them without a charge. */
export class SecureContainerServiceMetrics {
  /**
   * Metrics of a service.
   *
   * @param service a SecureContainerService, created here or imported
   */
  public static fromSecureContainerService(service: ISecureContainerService): SecureContainerServiceMetrics {
    return new SecureContainerServiceMetrics(service);
  }

  private constructor(private readonly service: ISecureContainerService) {}

  /** Average CPU utilization of the tasks, in percent. */
  public metricCpuUtilization(options?: MetricOptions): Metric {
    return ofTasks(this.service, 'CPUUtilization', options);
  }

  /** Average memory utilization of the tasks, in percent. */
  public metricMemoryUtilization(options?: MetricOptions): Metric {
    return ofTasks(this.service, 'MemoryUtilization', options);
  }

  /** Requests that the load balancer sent to tasks; the sum. */
  public metricRequests(options?: MetricOptions): Metric {
    return ofRequests(this.service, 'RequestCount', summed(options));
  }

  /** Time from sending a request to a task until its response begins, in seconds; p95. */
  public metricLatency(options?: MetricOptions): Metric {
    return ofRequests(this.service, 'TargetResponseTime', p95(options), Unit.SECONDS);
  }

  /** Responses of tasks with a status of 500 or more; the sum. */
  public metricTaskErrors(options?: MetricOptions): Metric {
    return ofRequests(this.service, 'HTTPCode_Target_5XX_Count', summed(options));
  }

  /** Responses with a status of 500 or more that the load balancer itself gave, because no task answered; the sum. */
  public metricUnanswered(options?: MetricOptions): Metric {
    return ofRequests(this.service, 'HTTPCode_ELB_5XX_Count', summed(options));
  }

  /** Share of requests that failed, in percent. */
  public metricServerErrorShare(options: MathExpressionOptions = {}): MathExpression {
    const { period = PERIOD } = options;
    return new MathExpression({
      expression: '100 * (FILL(task, 0) + FILL(unanswered, 0)) / (requests + FILL(unanswered, 0))',
      usingMetrics: {
        task: this.metricTaskErrors({ period }),
        unanswered: this.metricUnanswered({ period }),
        requests: this.metricRequests({ period }),
      },
      label: 'Server errors, in percent',
      period,
      ...options,
    });
  }

  /** Tasks that fail their health check; the maximum. */
  public metricUnhealthyTasks(options: MetricOptions = {}): MathExpression {
    const { targetGroupFullNames: names } = this.service;
    if (names.length === 0) invalid(this.service, 'targetGroupFullNames', names, 'a service with a load balancer');
    const usingMetrics = Object.fromEntries(
      names.map((TargetGroup, position) => [
        `group${position}`,
        new Metric({
          namespace: 'AWS/ApplicationELB',
          metricName: 'UnHealthyHostCount',
          dimensionsMap: { LoadBalancer: fullNameOf(this.service), TargetGroup },
          ...highest(options),
        }),
      ]),
    );
    return new MathExpression({
      expression: Object.keys(usingMetrics)
        .map((id) => `FILL(${id}, 0)`)
        .join(' + '),
      usingMetrics,
      label: 'Unhealthy tasks',
      period: options.period ?? PERIOD,
    });
  }

  /** Deployments that failed; the sum. With a rolling deployment, the service is then back on the version before. */
  public metricFailedDeployments(options?: MetricOptions): Metric {
    const { failedDeploymentsRuleName: RuleName } = this.service;
    if (RuleName === undefined)
      invalid(this.service, 'failedDeploymentsRuleName', undefined, 'the name of the rule that matches failed deployments');
    return new Metric({ namespace: 'AWS/Events', metricName: 'TriggeredRules', dimensionsMap: { RuleName }, ...summed(options) });
  }
}

function fullNameOf(service: ISecureContainerService): string {
  const { loadBalancerFullName } = service;
  if (loadBalancerFullName === undefined) invalid(service, 'loadBalancer', undefined, 'a service with a load balancer');
  return loadBalancerFullName;
}

function ofTasks(service: ISecureContainerService, metricName: string, options?: MetricOptions): Metric {
  const { clusterName: ClusterName, serviceName: ServiceName, appRunnerServiceId: ServiceID } = service;
  const [namespace, dimensionsMap] =
    ServiceID === undefined
      ? ['AWS/ECS', { ClusterName: `${ClusterName}`, ServiceName: `${ServiceName}` }]
      : ['AWS/AppRunner', { ServiceName: `${ServiceName}`, ServiceID }];
  return new Metric({ namespace, metricName, dimensionsMap, unit: Unit.PERCENT, period: PERIOD, ...options });
}

function ofRequests(service: ISecureContainerService, metricName: string, options: MetricOptions, unit?: Unit): Metric {
  const dimensionsMap = { LoadBalancer: fullNameOf(service) };
  return new Metric({ namespace: 'AWS/ApplicationELB', metricName, dimensionsMap, ...(unit === undefined ? {} : { unit }), ...options });
}
