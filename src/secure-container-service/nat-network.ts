import { type IPeer, SubnetType } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { createVpc } from './made-vpc';
import type { NetworkParts, NetworkVariant } from './network-variant';
import type { ServiceLogs } from './service-logs';

/** A VPC whose tasks reach AWS services and the internet through NAT gateways. */
export class NatNetwork implements NetworkVariant {
  constructor(
    private readonly zones: number,
    private readonly httpsTo: readonly IPeer[],
  ) {}

  public create(scope: Construct, logs: ServiceLogs): NetworkParts {
    const { zones, httpsTo } = this;
    const { vpc, flowLogs } = createVpc(scope, { zones, hasNat: true }, logs);
    return { vpc, taskSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS }, httpsTo, logGroups: [flowLogs] };
  }
}
