import { CustomResource, Duration } from 'aws-cdk-lib';
import { type IVpcOrigin, OriginProtocolPolicy, OriginSslPolicy, VpcOrigin, VpcOriginEndpoint } from 'aws-cdk-lib/aws-cloudfront';
import { Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct, IConstruct } from 'constructs';
import type { Problems } from '../core/private/problems';
import { acknowledge, REGULATED } from '../core/private/rule-packs';
import { checkDomain } from './check-domain';
import { createCustomResourceFunction } from './custom-resource-function';
import type { Entrance, ExposureVariant } from './exposure-variant';
import { acknowledgePlaintext } from './internal-exposure';
import type { ServiceDomain } from './service-domain';
import type { ServiceLogs } from './service-logs';

/** Reached by distributions of CloudFront only, within the VPC. */
export class CloudFrontExposure implements ExposureVariant {
  public readonly isReachable = true;
  public readonly isPublic = false;
  public readonly apiProblem =
    'Exposure.internal or Exposure.internalPlaintext: a service behind CloudFront can be called without the API, so it cannot trust the headers of one';

  constructor(public readonly domain?: ServiceDomain) {}

  public check(scope: IConstruct, problems: Problems): void {
    if (this.domain !== undefined) checkDomain(scope, problems, this.domain);
  }

  public admit(scope: Construct, { loadBalancer, listener, port }: Entrance, logs: ServiceLogs): IVpcOrigin {
    const vpcOrigin = new VpcOrigin(scope, 'VpcOrigin', {
      endpoint: VpcOriginEndpoint.applicationLoadBalancer(loadBalancer),
      ...(this.domain === undefined
        ? { protocolPolicy: OriginProtocolPolicy.HTTP_ONLY, httpPort: port }
        : { protocolPolicy: OriginProtocolPolicy.HTTPS_ONLY, httpsPort: port, originSslProtocols: [OriginSslPolicy.TLS_V1_2] }),
    });
    const group = groupOf(scope, loadBalancer, vpcOrigin, logs);
    loadBalancer.connections.allowFrom(group, Port.tcp(port), 'VPC origins of CloudFront');
    acknowledge(
      loadBalancer,
      REGULATED,
      'ALBWAFEnabled',
      'The load balancer is internal and admits CloudFront only, whose distribution has the web ACL.',
    );
    if (this.domain === undefined) acknowledgePlaintext(listener);
    return vpcOrigin;
  }
}

/** CloudFront creates the group with the first VPC origin of a VPC, and CloudFormation does not know its id. */
function groupOf(scope: Construct, { vpc }: Entrance['loadBalancer'], vpcOrigin: VpcOrigin, logs: ServiceLogs) {
  const { function: finder, role } = createCustomResourceFunction(scope, 'CloudFrontGroupFinder', {
    asset: 'secure-container-service/cloud-front-group',
    description: `Finds the security group of CloudFront's VPC origins for ${scope.node.path}`,
    timeout: Duration.minutes(6),
    settings: {},
    variables: {},
    logs,
    suffix: 'cloud-front-group',
  });
  role.addToPolicy(new PolicyStatement({ actions: ['ec2:DescribeSecurityGroups'], resources: ['*'] }));
  acknowledge(
    role.node.findChild('DefaultPolicy'),
    ['AwsSolutions'],
    'IAM5[Resource::*]',
    'ec2:DescribeSecurityGroups has no resources. It reads only.',
  );
  const found = new CustomResource(scope, 'CloudFrontGroup', {
    serviceToken: finder.functionArn,
    resourceType: 'Custom::CloudFrontGroup',
    serviceTimeout: Duration.minutes(7),
    properties: { VpcId: vpc?.vpcId },
  });
  found.node.addDependency(vpcOrigin, role);
  return SecurityGroup.fromSecurityGroupId(scope, 'CloudFrontVpcOrigins', found.getAttString('GroupId'), { mutable: false });
}
