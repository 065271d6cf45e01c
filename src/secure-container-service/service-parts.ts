import type { IVpcOrigin } from 'aws-cdk-lib/aws-cloudfront';
import type { Connections } from 'aws-cdk-lib/aws-ec2';
import type { Cluster, FargateService, FargateTaskDefinition, ICluster } from 'aws-cdk-lib/aws-ecs';
import type { ApplicationListener, ApplicationLoadBalancer, ApplicationTargetGroup } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { Rule } from 'aws-cdk-lib/aws-events';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { NetworkParts } from './network-variant';

/** A load balancer with what leads through it to the tasks. */
export interface Balancer {
  readonly loadBalancer: ApplicationLoadBalancer;
  readonly listener: ApplicationListener;
  /** One, or two that a blue/green deployment alternates between. */
  readonly targetGroups: readonly ApplicationTargetGroup[];
  readonly port: number;
  readonly vpcOrigin?: IVpcOrigin;
}

/** What a service consists of. */
export interface ServiceParts {
  readonly taskRole: Role;
  readonly connections: Connections;
  readonly network: NetworkParts;
  readonly cluster: ICluster | Cluster;
  readonly service: FargateService;
  readonly taskDefinition: FargateTaskDefinition;
  readonly balancer?: Balancer;
  /** Events of deployments that failed. */
  readonly failedDeployments: Rule;
  readonly logGroups: readonly ILogGroup[];
}
