import {
  type CfnMethod,
  ConnectionType,
  Integration,
  type IntegrationConfig,
  IntegrationType,
  type IRestApi,
  type IVpcLink,
  type Method,
  VpcLink as VpcLinkV1,
} from 'aws-cdk-lib/aws-apigateway';
import { VpcLink } from 'aws-cdk-lib/aws-apigatewayv2';
import { Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { ApiLoadBalancer } from '../api-target';
import { groupDescription } from './group-description';
import { childOnce } from './once';
import { shortHash, uniqueName } from './unique-name';

const MOST_CHARACTERS = 128;

/** An integration that reaches an application load balancer through a VPC link. */
export class LinkedIntegration extends Integration {
  constructor(
    private readonly integration: Integration,
    private readonly target: ApiLoadBalancer,
  ) {
    // What it is decides the integration that it wraps, when it is bound.
    super({ type: IntegrationType.MOCK });
  }

  public override bind(method: Method): IntegrationConfig {
    const config = this.integration.bind(method);
    const vpcLink = linkTo(method.api, this.target);
    return { ...config, options: { ...config.options, connectionType: ConnectionType.VPC_LINK, vpcLink } };
  }
}

/** Names the load balancer in the method: the L2 of this version of the CDK has no property for it (aws-cdk#36184). */
export function reachThrough(method: Method, { loadBalancer }: ApiLoadBalancer): void {
  (method.node.defaultChild as CfnMethod).addPropertyOverride('Integration.IntegrationTarget', loadBalancer.loadBalancerArn);
}

/**
 * One VPC link for all routes of an API into one VPC, with a security group of its own. Documented ("Set up VPC links V2 in API Gateway"): its subnets
 * and security groups can't be changed, so that one more load balancer must be one more rule of the same group.
 */
function linkTo(api: IRestApi, { vpc, loadBalancer, port }: ApiLoadBalancer): IVpcLink {
  const id = `LoadBalancerLink${shortHash(vpc.node.addr).toUpperCase()}`;
  const securityGroup = childOnce(
    api,
    `${id}Group`,
    (child) =>
      new SecurityGroup(api, child, {
        vpc,
        allowAllOutbound: false,
        description: groupDescription(`API Gateway to load balancers of ${api.node.path}`),
      }),
  );
  const link = childOnce(
    api,
    id,
    (child) =>
      new VpcLink(api, child, {
        vpcLinkName: uniqueName(api, MOST_CHARACTERS),
        vpc,
        subnets: { subnets: vpc.privateSubnets.length > 0 ? vpc.privateSubnets : vpc.isolatedSubnets },
        securityGroups: [securityGroup],
      }),
  );
  // From the link's side: its stack may depend on that of the load balancer, which must not depend on it.
  securityGroup.connections.allowTo(loadBalancer, Port.tcp(port), 'Requests of API Gateway');
  return childOnce(api, `${id}Id`, (child) => VpcLinkV1.fromVpcLinkId(api, child, link.vpcLinkId));
}
