import { InterfaceVpcEndpointAwsService, type IPeer, SecurityGroup, SubnetType } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { createVpc } from './made-vpc';
import type { NetworkParts, NetworkVariant } from './network-variant';
import type { ServiceLogs } from './service-logs';

/** What each task needs: its image, and its log. */
const REQUIRED: readonly InterfaceVpcEndpointAwsService[] = [
  InterfaceVpcEndpointAwsService.ECR,
  InterfaceVpcEndpointAwsService.ECR_DOCKER,
  InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
];

/** A VPC without a way to the internet: tasks reach AWS services through interface endpoints. */
export class EndpointNetwork implements NetworkVariant {
  constructor(
    private readonly zones: number,
    private readonly httpsTo: readonly IPeer[],
    private readonly services: readonly InterfaceVpcEndpointAwsService[],
  ) {}

  public create(scope: Construct, logs: ServiceLogs): NetworkParts {
    const { zones, httpsTo, services } = this;
    const { vpc, flowLogs } = createVpc(scope, { zones, hasNat: false }, logs);
    const group = new SecurityGroup(scope, 'EndpointGroup', {
      vpc,
      allowAllOutbound: false,
      description: 'Interface endpoints of AWS services',
    });
    const byName = new Map([...REQUIRED, ...services].map((service) => [service.shortName, service]));
    for (const [shortName, service] of byName) {
      vpc.addInterfaceEndpoint(idOf(shortName), { service, securityGroups: [group], open: false });
    }
    return { vpc, taskSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED }, httpsTo, endpointGroup: group, logGroups: [flowLogs] };
  }
}

/** `ecr.dkr` becomes `EcrDkr`. */
function idOf(shortName: string): string {
  return shortName
    .split(/[^A-Za-z0-9]/)
    .map((part) => `${part.slice(0, 1).toUpperCase()}${part.slice(1)}`)
    .join('');
}
