import { Stack } from 'aws-cdk-lib';
import { type CfnVPCEndpoint, type IPeer, type IVpc, type SubnetSelection, Vpc } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { checkAtSynthesis } from '../core/private/app-resources';
import { warnLate } from '../core/private/late-warning';
import { privateSubnetsOf } from '../core/private/private-subnets';
import type { NetworkParts, NetworkVariant } from './network-variant';

/** A VPC that somebody else owns. */
export class GivenNetwork implements NetworkVariant {
  constructor(
    private readonly vpc: IVpc,
    private readonly httpsTo: readonly IPeer[],
    private readonly subnets?: SubnetSelection,
  ) {}

  public create(scope: Construct): NetworkParts {
    const { vpc, httpsTo } = this;
    if (vpc instanceof Vpc) warnWithoutGateways(scope, vpc);
    return { vpc, taskSubnets: this.subnets ?? { subnets: privateSubnetsOf(vpc) }, httpsTo, logGroups: [] };
  }
}

/** Of an imported VPC, nothing is known here. */
function warnWithoutGateways(scope: Construct, vpc: Vpc): void {
  checkAtSynthesis(scope, (app) => {
    const ids = app
      .ofType<CfnVPCEndpoint>('AWS::EC2::VPCEndpoint')
      .filter((endpoint) => endpoint.vpcEndpointType === 'Gateway' && endpoint.node.path.startsWith(`${vpc.node.path}/`))
      .map((endpoint) => JSON.stringify(Stack.of(endpoint).resolve(endpoint.serviceName)));
    const missing = ['s3', 'dynamodb'].filter((service) => !ids.some((id) => id.includes(`.${service}"`)));
    if (missing.length > 0) {
      warnLate(
        scope,
        'vpcWithoutGatewayEndpoints',
        `${scope.node.path}: ${vpc.node.path} has no gateway endpoint for ${missing.join(' and ')}, so that all data of tasks to and from there ` +
          "passes NAT gateways, which charge by the gigabyte. Gateway endpoints are free: vpc.addGatewayEndpoint('S3', { service: GatewayVpcEndpointAwsService.S3 }).",
        'where that traffic goes',
      );
    }
    return [];
  });
}
