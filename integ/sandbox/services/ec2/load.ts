import { type Properties, propertiesOf, readEach } from '../../assembly/properties';
import type { Assembly, Resource } from '../../contracts';
import type { NatGateway, NetworkModel, Route, RouteTable, Rule, SecurityGroup, Subnet, Vpc, VpcEndpoint } from './definition';
import { readOwnRule, readSecurityGroup } from './read-rules';

/** What a template may route to, in the order in which messages look for it. */
const TARGETS = [
  'GatewayId',
  'NatGatewayId',
  'EgressOnlyInternetGatewayId',
  'VpcEndpointId',
  'VpcPeeringConnectionId',
  'TransitGatewayId',
  'NetworkInterfaceId',
  'InstanceId',
];

export function nameOf(resource: Resource): string {
  return resource.path?.replace(/\/Resource$/, '') ?? resource.id;
}

/** Everything of an assembly that decides who reaches whom. */
export function loadNetwork(assembly: Assembly): NetworkModel {
  const vpcs = readEach(assembly, 'AWS::EC2::VPC', readVpc);
  const tables = readEach(assembly, 'AWS::EC2::RouteTable', readTable);
  const routes = readEach(assembly, 'AWS::EC2::Route', readRoute);
  const associations = readEach(assembly, 'AWS::EC2::SubnetRouteTableAssociation', readAssociation);
  const tableOf = (id: string): RouteTable[] =>
    tables.filter((table) => table.id === id).map((table) => ({ ...table, routes: routes.filter(({ tableId }) => tableId === id) }));
  return {
    region: assembly.region,
    vpcs: byId(vpcs),
    subnets: byId(readEach(assembly, 'AWS::EC2::Subnet', readSubnet)),
    groups: byId([...groupsOf(assembly), ...vpcs.map(defaultGroup)]),
    routeTables: new Map(associations.flatMap(({ subnetId, tableId }) => tableOf(tableId).map((table) => [subnetId, table] as const))),
    natGateways: byId(readEach(assembly, 'AWS::EC2::NatGateway', readNatGateway)),
    internetGateways: new Map(
      readEach(assembly, 'AWS::EC2::VPCGatewayAttachment', readAttachment).flatMap(({ gatewayId, vpcId }) =>
        gatewayId === undefined ? [] : [[gatewayId, vpcId] as const],
      ),
    ),
    endpoints: readEach(assembly, 'AWS::EC2::VPCEndpoint', readEndpoint),
    prefixLists: new Map(readEach(assembly, 'AWS::EC2::PrefixList', readPrefixList)),
  };
}

function byId<T extends { readonly id: string }>(all: readonly T[]): ReadonlyMap<string, T> {
  return new Map(all.map((one) => [one.id, one]));
}

function named(assembly: Assembly, resource: Resource) {
  return { resource, id: assembly.ref(resource), name: nameOf(resource) };
}

export function readVpc(assembly: Assembly, resource: Resource): Vpc {
  const vpc = propertiesOf(assembly, resource);
  const on = (name: string, otherwise: boolean): boolean => (vpc.has(name) ? vpc.flag(name) : otherwise);
  return {
    ...named(assembly, resource),
    cidr: vpc.required('CidrBlock'),
    defaultGroup: assembly.attribute(resource, 'DefaultSecurityGroup'),
    // Documented: EnableDnsSupport is true and EnableDnsHostnames is false by default.
    privateDns: on('EnableDnsSupport', true) && on('EnableDnsHostnames', false),
  };
}

export function readSubnet(assembly: Assembly, resource: Resource): Subnet {
  const subnet = propertiesOf(assembly, resource);
  return {
    ...named(assembly, resource),
    vpcId: subnet.required('VpcId'),
    cidr: subnet.required('CidrBlock'),
    availabilityZone: subnet.text('AvailabilityZone') ?? `${assembly.region}a`,
  };
}

/**
 * The groups of the template, with the rules that are resources of their own. Observed: an egress rule of its own first removes a rule for
 * all traffic to everywhere, the default one and one of the template alike (aws-cdk issues 987, 3355, 22140).
 */
function groupsOf(assembly: Assembly): SecurityGroup[] {
  const own = (type: string) => readEach(assembly, type, readOwnRule);
  const [ingress, egress] = [own('AWS::EC2::SecurityGroupIngress'), own('AWS::EC2::SecurityGroupEgress')];
  const rulesOf = (id: string, all: typeof ingress): Rule[] => all.flatMap(({ groupId, rule }) => (groupId === id && rule ? [rule] : []));
  return readEach(assembly, 'AWS::EC2::SecurityGroup', readSecurityGroup).map((group) => {
    const replaced = egress.some(({ groupId }) => groupId === group.id);
    return {
      ...group,
      ingress: [...group.ingress, ...rulesOf(group.id, ingress)],
      egress: [...group.egress.filter((rule) => !(replaced && isForEverything(rule))), ...rulesOf(group.id, egress)],
    };
  });
}

function isForEverything({ protocol, peer }: Rule): boolean {
  return protocol === 'all' && peer.kind === 'cidr' && peer.cidr === '0.0.0.0/0';
}

/** Documented: "Default security groups for your VPCs": all traffic from itself, and all traffic out. */
function defaultGroup({ id: vpcId, name, defaultGroup: id }: Vpc): SecurityGroup {
  const all = { protocol: 'all', fromPort: 0, toPort: 65_535 } as const;
  return {
    id,
    name: `the default security group of ${name}`,
    vpcId,
    ingress: [{ ...all, peer: { kind: 'group', groupId: id } }],
    egress: [{ ...all, peer: { kind: 'cidr', cidr: '0.0.0.0/0' } }],
  };
}

export function readTable(assembly: Assembly, resource: Resource): RouteTable {
  return { ...named(assembly, resource), vpcId: propertiesOf(assembly, resource).required('VpcId'), routes: [] };
}

export function readRoute(assembly: Assembly, resource: Resource): Route & { readonly tableId: string } {
  const route = propertiesOf(assembly, resource);
  const targetKind = TARGETS.find((name) => route.has(name));
  if (targetKind === undefined) throw route.invalid('GatewayId', 'is missing: a route needs a target');
  return {
    tableId: route.required('RouteTableId'),
    cidr: route.text('DestinationCidrBlock') ?? route.text('DestinationIpv6CidrBlock'),
    prefixListId: route.text('DestinationPrefixListId'),
    target: route.required(targetKind),
    targetKind,
  };
}

export function readAssociation(assembly: Assembly, resource: Resource) {
  const association = propertiesOf(assembly, resource);
  return { subnetId: association.required('SubnetId'), tableId: association.required('RouteTableId') };
}

export function readAttachment(assembly: Assembly, resource: Resource) {
  const attachment = propertiesOf(assembly, resource);
  return { gatewayId: attachment.text('InternetGatewayId'), vpcId: attachment.required('VpcId') };
}

export function readNatGateway(assembly: Assembly, resource: Resource): NatGateway {
  const gateway = propertiesOf(assembly, resource);
  return {
    ...named(assembly, resource),
    subnetId: gateway.text('SubnetId'),
    vpcId: gateway.text('VpcId'),
    isPublic: (gateway.text('ConnectivityType') ?? 'public') === 'public',
  };
}

export function readEndpoint(assembly: Assembly, resource: Resource): VpcEndpoint {
  const endpoint = propertiesOf(assembly, resource);
  const kind = endpoint.text('VpcEndpointType') ?? 'Gateway';
  if (kind !== 'Gateway' && kind !== 'Interface') throw endpoint.invalid('VpcEndpointType', `${kind} is not supported`);
  return {
    ...named(assembly, resource),
    kind,
    vpcId: endpoint.required('VpcId'),
    serviceName: endpoint.required('ServiceName'),
    routeTableIds: textsOf(endpoint, 'RouteTableIds'),
    subnetIds: textsOf(endpoint, 'SubnetIds'),
    groupIds: textsOf(endpoint, 'SecurityGroupIds'),
    privateDns: endpoint.flag('PrivateDnsEnabled'),
  };
}

export function readPrefixList(assembly: Assembly, resource: Resource): readonly [string, readonly string[]] {
  const entries = propertiesOf(assembly, resource).list('Entries');
  return [assembly.ref(resource), entries.map((entry) => entry.required('Cidr'))];
}

export function textsOf(owner: Properties, name: string): string[] {
  const value = owner.raw(name) ?? [];
  if (!Array.isArray(value)) throw owner.invalid(name, 'must be a list');
  return value.map(String);
}
