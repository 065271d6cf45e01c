import { type InterfaceVpcEndpointAwsService, type IPeer, type IVpc, Peer, type SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { invalid } from '../core/private/base/invalid';
import { EndpointNetwork } from './endpoint-network';
import { GivenNetwork } from './given-network';
import { NatNetwork } from './nat-network';
import type { NetworkParts, NetworkVariant } from './network-variant';
import { SharedNetwork } from './shared-network';

/** What tasks of any network may connect to. */
export interface ServiceEgress {
  /**
   * What tasks may connect to on port 443: AWS services, and the services that the code calls. Narrow it to prefix lists and security
   * groups where they are known. Other ports are opened with `service.connections.allowTo`.
   *
   * @default [Peer.anyIpv4()]
   */
  readonly httpsTo?: IPeer[];
}

/** A VPC that a service creates. */
export interface NewNetworkOptions extends ServiceEgress {
  /**
   * Number of Availability Zones, at least 2. A stack without a known account and Region can have 2.
   *
   * @default 2
   */
  readonly zones?: number;
}

/** A VPC without a way to the internet. */
export interface EndpointNetworkOptions extends NewNetworkOptions {
  /**
   * AWS services that tasks call, besides S3, DynamoDB, ECR and CloudWatch Logs, which are always there: for example
   * `InterfaceVpcEndpointAwsService.STS`.
   *
   * @default []
   */
  readonly services?: InterfaceVpcEndpointAwsService[];
}

/** A VPC that exists already. */
export interface ExistingNetworkOptions extends ServiceEgress {
  /**
   * The subnets of the tasks and of the internal load balancer.
   *
   * @default - private subnets, or isolated ones if there are none
   */
  readonly subnets?: SubnetSelection;
}

/**
 * The VPC of a container service, and how its tasks reach AWS services. Traffic to S3 and DynamoDB takes gateway endpoints, which are free,
 * in each VPC that a service creates.
 */
export class ServiceNetwork {
  /**
   * A new VPC with a NAT gateway in each zone. Tasks reach all AWS services and the internet. Costs an hourly fee for each gateway and a
   * fee for each gigabyte.
   *
   * @param options zones, and what tasks may connect to
   */
  public static natGateways(options: NewNetworkOptions = {}): ServiceNetwork {
    return new ServiceNetwork(new NatNetwork(zonesOf(options), egressOf(options)));
  }

  /**
   * A new VPC without a way to the internet. Tasks reach AWS services through an interface endpoint for each, in each zone. Costs less than
   * NAT gateways for a few services and more for many, and no code can send data to hosts on the internet.
   *
   * @param options zones, and the services that tasks call
   */
  public static interfaceEndpoints(options: EndpointNetworkOptions = {}): ServiceNetwork {
    return new ServiceNetwork(new EndpointNetwork(zonesOf(options), egressOf(options), options.services ?? []));
  }

  /**
   * A VPC of your own. It needs private subnets in two zones, and a way to ECR and CloudWatch Logs. For that of another service, use the
   * other service's `network`.
   *
   * @param vpc the VPC
   * @param options subnets, and what tasks may connect to
   */
  public static existing(vpc: IVpc, options: ExistingNetworkOptions = {}): ServiceNetwork {
    return new ServiceNetwork(new GivenNetwork(vpc, egressOf(options), options.subnets));
  }

  /**
   * The network of a service, for others.
   *
   * @internal
   */
  public static _shared(parts: NetworkParts): ServiceNetwork {
    return new ServiceNetwork(new SharedNetwork(parts));
  }

  private constructor(
    /** @internal */
    public readonly _network: NetworkVariant,
  ) {}
}

function egressOf({ httpsTo }: ServiceEgress): IPeer[] {
  return httpsTo ?? [Peer.anyIpv4()];
}

/** Documented: "Application Load Balancers": at least two subnets of different zones. */
function zonesOf({ zones = 2 }: NewNetworkOptions): number {
  if (!Number.isInteger(zones) || zones < 2 || zones > 6) {
    invalid('ServiceNetwork', 'zones', zones, 'a whole number from 2 to 6: a load balancer needs two, and one zone alone can fail');
  }
  return zones;
}
