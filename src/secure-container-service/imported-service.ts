import { Duration, Fn, Resource, Token } from 'aws-cdk-lib';
import type { Connections, IVpc } from 'aws-cdk-lib/aws-ec2';
import { SecurityGroup, Connections as ServiceConnections } from 'aws-cdk-lib/aws-ec2';
import { ApplicationLoadBalancer, type IApplicationLoadBalancer } from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type { IPrincipal, IRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { ApiRoute, ApiTargetConfig } from '../core';
import { invalid } from '../core/private/base/invalid';
import { DURATION, having, listOf, STRING } from '../core/private/base/kinds';
import { checkProps, type PropKinds, required } from '../core/private/base/props';
import { bindContainerRoute } from './bind-container-route';
import type { SecureContainerServiceAttributes } from './secure-container-service-attributes';
import type { ISecureContainerService } from './secure-container-service-interface';

/** A service that another stack or another app creates. */
export class ImportedContainerService extends Resource implements ISecureContainerService {
  public readonly vpc: IVpc;
  public readonly taskRole: IRole;
  public readonly grantPrincipal: IPrincipal;
  public readonly connections: Connections;
  public readonly serviceName?: string;
  public readonly clusterName?: string;
  public readonly loadBalancer?: IApplicationLoadBalancer;
  public readonly loadBalancerFullName?: string;
  public readonly targetGroupFullNames: string[];
  public readonly failedDeploymentsRuleName?: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly attributes: SecureContainerServiceAttributes,
  ) {
    super(scope, id);
    checkProps(this, attributes, ATTRIBUTES);
    const { vpc, taskRole, serviceName, clusterName, securityGroupId, loadBalancerArn, targetGroupArns = [] } = attributes;
    this.vpc = vpc;
    this.taskRole = taskRole;
    this.grantPrincipal = taskRole.grantPrincipal;
    this.serviceName = serviceName;
    this.clusterName = clusterName;
    this.connections = new ServiceConnections({ securityGroups: [SecurityGroup.fromSecurityGroupId(this, 'TaskGroup', securityGroupId)] });
    this.loadBalancer = loadBalancerArn === undefined ? undefined : this.importLoadBalancer(loadBalancerArn);
    this.loadBalancerFullName = loadBalancerArn === undefined ? undefined : fullName(loadBalancerArn, 'loadbalancer/');
    this.targetGroupFullNames = targetGroupArns.map((arn) => fullName(arn, ''));
    this.failedDeploymentsRuleName = attributes.failedDeploymentsRuleName;
  }

  public bind(route: ApiRoute): ApiTargetConfig {
    const { loadBalancer, vpc, attributes } = this;
    const { domainName, requestTimeout = Duration.seconds(20) } = attributes;
    if (loadBalancer === undefined) {
      invalid(this, 'loadBalancerArn', undefined, 'the ARN of its internal load balancer: an API reaches a service through one');
    }
    return bindContainerRoute({ loadBalancer, vpc, domainName, port: domainName === undefined ? 80 : 443, requestTimeout }, route);
  }

  private importLoadBalancer(loadBalancerArn: string): IApplicationLoadBalancer {
    const { vpc, loadBalancerDnsName, loadBalancerSecurityGroupId } = this.attributes;
    if (loadBalancerSecurityGroupId === undefined) {
      invalid(this, 'loadBalancerSecurityGroupId', undefined, 'the security group of the load balancer, which has to let the API in');
    }
    return ApplicationLoadBalancer.fromApplicationLoadBalancerAttributes(this, 'LoadBalancer', {
      loadBalancerArn,
      loadBalancerDnsName,
      securityGroupId: loadBalancerSecurityGroupId,
      vpc,
    });
  }
}

/** What follows the account in an ARN, without the kind of a load balancer: `app/name/id`, `targetgroup/name/id`. */
function fullName(arn: string, kind: string): string {
  const resource = Fn.select(5, Fn.split(':', arn));
  if (kind === '') return resource;
  return Token.isUnresolved(resource) ? Fn.select(1, Fn.split(kind, resource)) : resource.slice(kind.length);
}

const ATTRIBUTES: PropKinds<SecureContainerServiceAttributes> = {
  vpc: required(having<IVpc>('a VPC', 'vpcId', 'privateSubnets')),
  serviceName: required(STRING),
  clusterName: required(STRING),
  taskRole: required(having<IRole>('a role', 'roleArn', 'grantPrincipal')),
  securityGroupId: required(STRING),
  loadBalancerArn: STRING,
  loadBalancerDnsName: STRING,
  loadBalancerSecurityGroupId: STRING,
  domainName: STRING,
  targetGroupArns: listOf(STRING, 'a list of ARNs'),
  failedDeploymentsRuleName: STRING,
  requestTimeout: DURATION,
};
