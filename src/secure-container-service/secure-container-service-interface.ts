import type { IConnectable, IVpc } from 'aws-cdk-lib/aws-ec2';
import type { IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IGrantable, IRole } from 'aws-cdk-lib/aws-iam';
import type { IConstruct } from 'constructs';
import type { IApiTarget } from '../core';

/** A container service, created here or imported. */
export interface ISecureContainerService extends IConstruct, IApiTarget, IConnectable, IGrantable {
  /** The VPC of the tasks. */
  readonly vpc: IVpc;
  /** The role of the code: grant it what the code needs. */
  readonly taskRole: IRole;
  /** Name of the service of ECS or App Runner. */
  readonly serviceName?: string;
  /** Name of its cluster. Undefined with `Compute.appRunner`. */
  readonly clusterName?: string;
  /** Id of the service of App Runner, which is a dimension of its metrics. Undefined with other ways to run tasks. */
  readonly appRunnerServiceId?: string;
  /** The load balancer; undefined with `Exposure.none`. */
  readonly loadBalancer?: IApplicationLoadBalancer;
  /** Full name of the load balancer, which is the dimension of its metrics: `app/…/…`. Undefined with `Exposure.none`. */
  readonly loadBalancerFullName?: string;
  /** Full names of the target groups: one, or two with a blue/green deployment. */
  readonly targetGroupFullNames: string[];
  /** Name of the EventBridge rule that matches failed deployments. */
  readonly failedDeploymentsRuleName?: string;
}
