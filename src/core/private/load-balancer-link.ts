import { type CfnMethod, type IRestApi, type IVpcLink, type Method, VpcLink as VpcLinkV1 } from 'aws-cdk-lib/aws-apigateway';
import { VpcLink } from 'aws-cdk-lib/aws-apigatewayv2';
import { Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import type { ApiLoadBalancer } from '../api-target';
import { groupDescription } from './group-description';
import { childOnce } from './once';
import { privateSubnetsOf } from './private-subnets';
import { shortHash, uniqueName } from './unique-name';

const MOST_CHARACTERS = 128;

/** Names the load balancer in the method: the L2 of this version of the CDK has no property for it (aws-cdk#36184). */
export function reachThrough(method: Method, { loadBalancer }: ApiLoadBalancer): void {
  (method.node.defaultChild as CfnMethod).addPropertyOverride('Integration.IntegrationTarget', loadBalancer.loadBalancerArn);
}

/**
 * One VPC link for all routes of an API into one VPC, with a security group of its own. Documented ("Set up VPC links V2 in API Gateway"): its subnets
 * and security groups can't be changed, so that one more load balancer must be one more rule of the same group.
 */
export function loadBalancerLink(api: IRestApi, { vpc, loadBalancer, port }: ApiLoadBalancer): IVpcLink {
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
        subnets: { subnets: privateSubnetsOf(vpc) },
        securityGroups: [securityGroup],
      }),
  );
  // From the link's side: its stack may depend on that of the load balancer, which must not depend on it.
  securityGroup.connections.allowTo(loadBalancer, Port.tcp(port), 'Requests of API Gateway');
  return childOnce(api, `${id}Id`, (child) => VpcLinkV1.fromVpcLinkId(api, child, link.vpcLinkId));
}
