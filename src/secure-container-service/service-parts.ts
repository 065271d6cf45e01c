import type { CfnService } from 'aws-cdk-lib/aws-apprunner';
import type { IVpcOrigin } from 'aws-cdk-lib/aws-cloudfront';
import type { Connections } from 'aws-cdk-lib/aws-ec2';
import type { FargateService, FargateTaskDefinition, ICluster } from 'aws-cdk-lib/aws-ecs';
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

/** Tasks on ECS. */
export interface EcsParts {
  readonly cluster: ICluster;
  readonly service: FargateService;
  readonly taskDefinition: FargateTaskDefinition;
  /** Events of deployments that failed. */
  readonly failedDeployments: Rule;
}

/** A service of App Runner. */
export interface AppRunnerParts {
  readonly resource: CfnService;
  readonly serviceName: string;
  readonly serviceId: string;
  readonly url: string;
}

/** What a service consists of. */
export interface ServiceParts {
  readonly taskRole: Role;
  readonly connections: Connections;
  readonly network: NetworkParts;
  readonly ecs?: EcsParts;
  readonly appRunner?: AppRunnerParts;
  readonly balancer?: Balancer;
  readonly logGroups: readonly ILogGroup[];
}
