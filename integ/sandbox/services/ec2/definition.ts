import type { Resource } from '../../contracts';

/** A resource as messages name it. */
interface Named {
  readonly resource: Resource;
  readonly id: string;
  /** `Platform/Vpc/PublicSubnet1` */
  readonly name: string;
}

export interface Vpc extends Named {
  readonly cidr: string;
  /** The id of the security group that EC2 creates with the VPC. */
  readonly defaultGroup: string;
  /** Whether names of private hosted zones resolve in the VPC, which private DNS of an interface endpoint needs. */
  readonly privateDns: boolean;
}

export interface Subnet extends Named {
  readonly vpcId: string;
  readonly cidr: string;
  readonly availabilityZone: string;
}

/** Who is at the other end of a rule. */
export type Peer =
  | { readonly kind: 'cidr'; readonly cidr: string }
  | { readonly kind: 'group'; readonly groupId: string }
  | { readonly kind: 'prefix list'; readonly prefixListId: string };

/** A rule that allows TCP; rules for other protocols allow nothing that the sandbox connects. */
export interface Rule {
  readonly peer: Peer;
  readonly protocol: 'all' | 'tcp';
  readonly fromPort: number;
  readonly toPort: number;
}

/** A security group with its rules, those of other resources included. Calls of the EC2 API change them. */
export interface SecurityGroup {
  readonly id: string;
  readonly name: string;
  readonly vpcId: string;
  ingress: readonly Rule[];
  egress: readonly Rule[];
}

export interface Route {
  /** A block, or undefined for a prefix list. */
  readonly cidr?: string;
  readonly prefixListId?: string;
  /** `GatewayId igw-…`: the property that names the target, and the target. */
  readonly target: string;
  readonly targetKind: string;
}

export interface RouteTable extends Named {
  readonly vpcId: string;
  readonly routes: readonly Route[];
}

export interface NatGateway extends Named {
  /** Of a zonal gateway. A regional one has none: EC2 gives it a route table with a route to the internet gateway. */
  readonly subnetId?: string;
  readonly vpcId?: string;
  readonly isPublic: boolean;
}

export interface VpcEndpoint extends Named {
  readonly vpcId: string;
  readonly kind: 'Gateway' | 'Interface';
  /** `com.amazonaws.us-east-1.dynamodb` */
  readonly serviceName: string;
  readonly routeTableIds: readonly string[];
  readonly subnetIds: readonly string[];
  readonly groupIds: readonly string[];
  readonly privateDns: boolean;
}

/** Everything of the assembly that decides who reaches whom, by id. */
export interface NetworkModel {
  readonly region: string;
  readonly vpcs: ReadonlyMap<string, Vpc>;
  readonly subnets: ReadonlyMap<string, Subnet>;
  readonly groups: ReadonlyMap<string, SecurityGroup>;
  /** By the id of the subnet. A subnet without an entry has the main route table, which only has the local route. */
  readonly routeTables: ReadonlyMap<string, RouteTable>;
  readonly natGateways: ReadonlyMap<string, NatGateway>;
  /** Ids of internet gateways that are attached, with the VPC. */
  readonly internetGateways: ReadonlyMap<string, string>;
  readonly endpoints: readonly VpcEndpoint[];
  /** The blocks of the assembly's own prefix lists. */
  readonly prefixLists: ReadonlyMap<string, readonly string[]>;
}
