/** A network interface in a VPC: of a task, a load balancer's node, a VPC link or a function. */
export interface NetworkInterface {
  /** What it belongs to, for messages: `Platform.GradesService task 2`. */
  readonly owner: string;
  readonly vpcId: string;
  readonly subnetId: string;
  readonly availabilityZone: string;
  readonly securityGroupIds: readonly string[];
  /** An address of the subnet, as its owner and others see it. Connections on this machine use an `Address`. */
  readonly privateIp: string;
  /** Without one, an internet gateway passes nothing on: a public subnet alone is not enough. */
  readonly publicIp?: string;
}

/** One end of a connection: an interface in a VPC, or a host outside: a public name, or the public endpoint of an AWS service. */
export type NetworkEnd = NetworkInterface | { readonly host: string };

/** Security groups, route tables and endpoints of the assembly, and the question that every connection asks. */
export interface Network {
  /**
   * Creates an interface with the next free address of the subnet. Without security groups, it gets the default one of the VPC.
   *
   * @throws if subnet or security groups are not in the assembly
   */
  attach(owner: string, subnetId: string, securityGroupIds: readonly string[], options?: { readonly publicIp?: boolean }): NetworkInterface;
  release(networkInterface: NetworkInterface): void;
  /** Whether a client may connect to that address and port: undefined if so, or one sentence that names the missing rule or route. */
  blocked(from: NetworkEnd, to: NetworkEnd, port: number): string | undefined;
}
