import type { ContainerInsights } from 'aws-cdk-lib/aws-ecs';
import type { AccessLogs } from './access-logs';
import type { LogDelivery } from './log-delivery';
import type { OpenTelemetry } from './open-telemetry';

/** Logs, metrics and traces of a container service. */
export interface ServiceTelemetry {
  /**
   * What happens to log lines while CloudWatch Logs does not accept them.
   *
   * @default LogDelivery.nonBlocking()
   */
  readonly logDelivery?: LogDelivery;
  /**
   * Where the access log of the load balancer goes.
   *
   * @default AccessLogs.logGroup()
   */
  readonly accessLogs?: AccessLogs;
  /**
   * Container Insights of the cluster. CPU, memory and requests of the service are measured without it, free of charge. In us-east-1,
   * ENABLED costs 0.30 USD a month for each metric, which are 31 for one service, and ENHANCED 0.07 USD for each of these and of the
   * metrics for each task and container (November 2026). For a cluster of your own, its own setting counts.
   *
   * @see https://aws.amazon.com/cloudwatch/pricing/
   *
   * @default ContainerInsights.DISABLED
   */
  readonly containerInsights?: ContainerInsights;
  /**
   * How traces and metrics of the code reach AWS.
   *
   * @default OpenTelemetry.none()
   */
  readonly openTelemetry?: OpenTelemetry;
}
