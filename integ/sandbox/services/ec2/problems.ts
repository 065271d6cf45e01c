import { propertiesOf, unreadable } from '../../assembly/properties';
import type { Assembly, Problem, Resource, ResourceReader } from '../../contracts';
import { contains, isBlock, overlap } from './addresses';
import type { Subnet, Vpc } from './definition';
import {
  readAssociation,
  readAttachment,
  readEndpoint,
  readNatGateway,
  readPrefixList,
  readRoute,
  readSubnet,
  readTable,
  readVpc,
} from './load';
import { readOwnRule, readSecurityGroup } from './read-rules';

/** What EC2 would reject, and what the sandbox does not support. */
export function problemsOf(assembly: Assembly): Problem[] {
  const vpcs = new Map(settledOf(assembly, 'AWS::EC2::VPC', readVpc).map((vpc) => [vpc.id, vpc]));
  const subnets = settledOf(assembly, 'AWS::EC2::Subnet', readSubnet);
  return [
    ...unreadable(assembly, READERS),
    ...[...vpcs.values()].flatMap((vpc) => notABlock(assembly, vpc)),
    ...subnets.flatMap((subnet) => problemsOfSubnet(assembly, subnet, subnets, vpcs.get(subnet.vpcId))),
    ...settledOf(assembly, 'AWS::EC2::VPCEndpoint', readEndpoint).flatMap((endpoint) => {
      const { resource, kind, privateDns, subnetIds } = endpoint;
      const invalid = (name: string, problem: string): Problem => ({
        resource,
        message: propertiesOf(assembly, resource).invalid(name, problem).message,
      });
      if (kind !== 'Interface') return [];
      if (subnetIds.length === 0) return [invalid('SubnetIds', 'is missing: an interface endpoint needs a subnet')];
      // Documented: "To use private DNS, you must set enableDnsHostnames and enableDnsSupport to true" (PrivateDnsEnabled).
      const needsNames = privateDns && vpcs.get(endpoint.vpcId)?.privateDns === false;
      return needsNames ? [invalid('PrivateDnsEnabled', 'needs EnableDnsHostnames and EnableDnsSupport of the VPC')] : [];
    }),
  ];
}

const READERS: readonly (readonly [string, ResourceReader<unknown>])[] = [
  ['AWS::EC2::VPC', readVpc],
  ['AWS::EC2::Subnet', readSubnet],
  ['AWS::EC2::SecurityGroup', readSecurityGroup],
  ['AWS::EC2::SecurityGroupIngress', readOwnRule],
  ['AWS::EC2::SecurityGroupEgress', readOwnRule],
  ['AWS::EC2::VPCEndpoint', readEndpoint],
  ['AWS::EC2::RouteTable', readTable],
  ['AWS::EC2::Route', readRoute],
  ['AWS::EC2::SubnetRouteTableAssociation', readAssociation],
  ['AWS::EC2::VPCGatewayAttachment', readAttachment],
  ['AWS::EC2::NatGateway', readNatGateway],
  ['AWS::EC2::PrefixList', readPrefixList],
];

/** The resources that can be read now. */
function settledOf<T>(assembly: Assembly, type: string, reader: ResourceReader<T>): T[] {
  return assembly.ofType(type).flatMap((resource) => {
    try {
      return [assembly.read(resource, reader)];
    } catch {
      return [];
    }
  });
}

function notABlock(assembly: Assembly, { resource, cidr }: { readonly resource: Resource; readonly cidr: string }): Problem[] {
  if (isBlock(cidr)) return [];
  return [{ resource, message: propertiesOf(assembly, resource).invalid('CidrBlock', `${cidr} is not a block of addresses`).message }];
}

function problemsOfSubnet(assembly: Assembly, subnet: Subnet, all: readonly Subnet[], vpc: Vpc | undefined): Problem[] {
  const { resource, cidr, vpcId } = subnet;
  const malformed = notABlock(assembly, subnet);
  if (malformed.length > 0 || vpc === undefined) return malformed;
  const invalid = (problem: string): Problem[] => [
    { resource, message: propertiesOf(assembly, resource).invalid('CidrBlock', problem).message },
  ];
  const [network, prefix] = cidr.split('/');
  if (!contains(vpc.cidr, network) || Number(prefix) < Number(vpc.cidr.split('/')[1]))
    return invalid(`${cidr} is not within ${vpc.cidr} of its VPC`);
  const conflict = all.slice(0, all.indexOf(subnet)).find((other) => other.vpcId === vpcId && overlap(cidr, other.cidr));
  return conflict ? invalid(`${cidr} conflicts with ${conflict.cidr} of ${conflict.name}`) : [];
}
