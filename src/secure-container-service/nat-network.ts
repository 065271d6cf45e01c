import { type IPeer, SubnetType } from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { createVpc } from './made-vpc';
import type { NetworkParts, NetworkVariant } from './network-variant';
import type { Retained } from './retained';

/** A VPC whose tasks reach AWS services and the internet through NAT gateways. */
export class NatNetwork implements NetworkVariant {
  constructor(
    private readonly zones: number,
    private readonly httpsTo: readonly IPeer[],
  ) {}

  public create(scope: Construct, retained: Retained): NetworkParts {
    const { zones, httpsTo } = this;
    const { vpc, flowLogs } = createVpc(scope, { zones, hasNat: true }, retained);
    return { vpc, taskSubnets: { subnetType: SubnetType.PRIVATE_WITH_EGRESS }, httpsTo, logGroups: [flowLogs] };
  }
}
