import type { Duration } from 'aws-cdk-lib';
import type { IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IRole } from 'aws-cdk-lib/aws-iam';

/** A container service of another stack or another app. */
export interface SecureContainerServiceAttributes {
  /** The VPC of the tasks. */
  readonly vpc: IVpc;
  /** Name of the ECS service. */
  readonly serviceName: string;
  /** Name of its cluster. */
  readonly clusterName: string;
  /** The role of the code. */
  readonly taskRole: IRole;
  /** Security group of the tasks. */
  readonly securityGroupId: string;
  /**
   * ARN of the load balancer.
   *
   * @default - no load balancer
   */
  readonly loadBalancerArn?: string;
  /**
   * DNS name of the load balancer. Needed for routes without `domainName`.
   *
   * @default - unknown
   */
  readonly loadBalancerDnsName?: string;
  /**
   * Security group of the load balancer. Needed with `loadBalancerArn`.
   *
   * @default - no load balancer
   */
  readonly loadBalancerSecurityGroupId?: string;
  /**
   * The name in the certificate of the listener, which then is on port 443.
   *
   * @default - plain HTTP on port 80
   */
  readonly domainName?: string;
  /**
   * ARNs of the target groups, for metrics.
   *
   * @default []
   */
  readonly targetGroupArns?: string[];
  /**
   * Name of the EventBridge rule that matches failed deployments, for its metric.
   *
   * @default - unknown
   */
  readonly failedDeploymentsRuleName?: string;
  /**
   * How long requests may last: the service's own `requestTimeout`.
   *
   * @default Duration.seconds(20)
   */
  readonly requestTimeout?: Duration;
}
