import { supported } from '../../assembly/resource-types';
import type { Identity, PropertySupport, ResourceType } from '../../contracts';

const TAGS = ['template only: the sandbox does not read tags', 'Tags'] as const;
const DESCRIPTION = 'template only: a description';
const IPAM = 'AWS only: no address manager is here';
const IPV6 = 'AWS only: interfaces here have IPv4 addresses';
const ONWARD = 'AWS only: no connection goes that way here; it is blocked with that reason';

const id =
  (prefix: string) =>
  (of: Identity): string =>
    `${prefix}-${of.token(17)}`;
const property =
  (name: string) =>
  (of: Identity): string =>
    String(of.property(name) ?? '');

function type(
  name: string,
  reason: string,
  ref: ResourceType['ref'],
  attributes: ResourceType['attributes'],
  properties: ResourceType['properties'],
): ResourceType {
  return { type: `AWS::EC2::${name}`, support: 'evaluated', reason, ref, attributes, properties };
}

const EXCLUSIONS =
  '{EgressOnlyInternetGateway,ElasticFileSystem,InternetGateway,Lambda,NatGateway,VirtualPrivateGateway,VpcLattice,VpcPeering}';

function rules(direction: 'Ingress' | 'Egress', peer: 'Source' | 'Destination', prefix: string): [PropertySupport, string][] {
  const at = prefix === '' ? '' : `SecurityGroup${direction}.`;
  return [
    ['evaluated', `${at}{CidrIp,CidrIpv6,FromPort,IpProtocol,ToPort,${peer}PrefixListId,${peer}SecurityGroupId}`],
    [DESCRIPTION, `${at}Description`],
  ];
}

const OTHER_SOURCES = 'AWS only: groups of other accounts and of EC2-Classic are not here';

/** What decides who reaches whom. Every connection asks it; the connection itself goes over this machine's loopback interface. */
export const ec2Types: ResourceType[] = [
  type(
    'VPC',
    'which interfaces share a local route',
    id('vpc'),
    {
      VpcId: id('vpc'),
      CidrBlock: property('CidrBlock'),
      DefaultSecurityGroup: id('sg'),
      DefaultNetworkAcl: id('acl'),
    },
    supported(
      ['evaluated', 'CidrBlock EnableDnsHostnames EnableDnsSupport'],
      ['template only: this machine is shared', 'InstanceTenancy'],
      [IPAM, 'Ipv4IpamPoolId Ipv4NetmaskLength'],
      [
        'AWS only: no packet is encrypted here',
        `VpcEncryptionControl.{EgressOnlyInternetGatewayExclusion,ElasticFileSystemExclusion,InternetGatewayExclusion,LambdaExclusion,Mode}`,
        'VpcEncryptionControl.{NatGatewayExclusion,State,StateMessage,VirtualPrivateGatewayExclusion,VpcEncryptionControlId,VpcId}',
        'VpcEncryptionControl.{VpcLatticeExclusion,VpcPeeringExclusion}',
        `VpcEncryptionControl.ResourceExclusions.${EXCLUSIONS}.{State,StateMessage}`,
      ],
      TAGS,
    ),
  ),
  type(
    'Subnet',
    'where interfaces get their addresses and their routes',
    id('subnet'),
    {
      SubnetId: id('subnet'),
      VpcId: property('VpcId'),
      CidrBlock: property('CidrBlock'),
      AvailabilityZone: property('AvailabilityZone'),
    },
    supported(
      ['evaluated', 'AvailabilityZone CidrBlock VpcId'],
      ['template only: tasks and load balancers say themselves whether they have a public address', 'MapPublicIpOnLaunch'],
      [IPAM, 'Ipv4IpamPoolId Ipv4NetmaskLength Ipv6IpamPoolId'],
      [IPV6, 'AssignIpv6AddressOnCreation EnableDns64 Ipv6CidrBlock Ipv6Native Ipv6NetmaskLength'],
      ['AWS only: a zone is known by its name here', 'AvailabilityZoneId'],
      ['AWS only: no outpost is here', 'EnableLniAtDeviceIndex OutpostArn'],
      [
        'AWS only: no instance gets a name',
        'PrivateDnsNameOptionsOnLaunch.{EnableResourceNameDnsAAAARecord,EnableResourceNameDnsARecord,HostnameType}',
      ],
      ['AWS only: no instance gets a name', 'PrivateDnsNameOptionsOnLaunch'],
      TAGS,
    ),
  ),
  type('RouteTable', 'the routes of subnets', id('rtb'), { RouteTableId: id('rtb') }, supported(['evaluated', 'VpcId'], TAGS)),
  type(
    'Route',
    'a way out of the VPC: to an internet gateway or a NAT gateway',
    id('r'),
    { CidrBlock: property('DestinationCidrBlock') },
    supported(
      ['evaluated', 'DestinationCidrBlock DestinationIpv6CidrBlock DestinationPrefixListId GatewayId NatGatewayId RouteTableId'],
      [ONWARD, 'EgressOnlyInternetGatewayId InstanceId NetworkInterfaceId TransitGatewayId VpcEndpointId VpcPeeringConnectionId'],
    ),
  ),
  type(
    'SubnetRouteTableAssociation',
    'which routes a subnet has',
    id('rtbassoc'),
    { Id: id('rtbassoc') },
    supported(['evaluated', 'RouteTableId SubnetId']),
  ),
  type('InternetGateway', 'a way out for interfaces with a public address', id('igw'), { InternetGatewayId: id('igw') }, supported(TAGS)),
  type(
    'VPCGatewayAttachment',
    'which VPC an internet gateway serves',
    id('attachment'),
    {},
    supported(['evaluated', 'InternetGatewayId VpcId'], ['AWS only: no private network of a customer is here', 'VpnGatewayId']),
  ),
  type(
    'NatGateway',
    'a way out for interfaces without a public address',
    id('nat'),
    { NatGatewayId: id('nat') },
    supported(
      ['evaluated', 'AvailabilityMode ConnectivityType SubnetId VpcId'],
      [
        'template only: hosts outside see the address of this machine',
        'AllocationId AvailabilityZoneAddresses.{AllocationIds,AvailabilityZone,AvailabilityZoneId} PrivateIpAddress SecondaryAllocationIds',
        'SecondaryPrivateIpAddressCount SecondaryPrivateIpAddresses',
      ],
      ['template only: no address is taken away here', 'MaxDrainDurationSeconds'],
      TAGS,
    ),
  ),
  type(
    'EIP',
    'an address of a NAT gateway',
    (of) => `203.0.113.${1 + (Number.parseInt(of.token(4), 36) % 250)}`,
    { AllocationId: id('eipalloc'), PublicIp: (of) => `203.0.113.${1 + (Number.parseInt(of.token(4), 36) % 250)}` },
    supported([
      'template only: hosts outside see the address of this machine',
      'Address Domain InstanceId IpamPoolId NetworkBorderGroup PublicIpv4Pool TransferAddress Tags',
    ]),
  ),
  type(
    'SecurityGroup',
    'its rules, at both ends of every connection',
    id('sg'),
    { GroupId: id('sg'), Id: id('sg'), VpcId: property('VpcId') },
    supported(
      ['evaluated', 'VpcId'],
      [DESCRIPTION, 'GroupDescription GroupName'],
      ...rules('Ingress', 'Source', 'in'),
      ...rules('Egress', 'Destination', 'in'),
      [OTHER_SOURCES, 'SecurityGroupIngress.{SourceSecurityGroupName,SourceSecurityGroupOwnerId}'],
      TAGS,
    ),
  ),
  type(
    'SecurityGroupIngress',
    'a rule of a security group',
    id('sgr'),
    { Id: id('sgr') },
    supported(['evaluated', 'GroupId'], ...rules('Ingress', 'Source', ''), [
      OTHER_SOURCES,
      'GroupName SourceSecurityGroupName SourceSecurityGroupOwnerId',
    ]),
  ),
  type(
    'SecurityGroupEgress',
    'a rule of a security group',
    id('sgr'),
    { Id: id('sgr') },
    supported(['evaluated', 'GroupId'], ...rules('Egress', 'Destination', '')),
  ),
  type(
    'PrefixList',
    'the blocks that rules of security groups name',
    id('pl'),
    { PrefixListId: id('pl'), Arn: (of) => `arn:aws:ec2:${of.region}:${of.account}:prefix-list/pl-${of.token(17)}` },
    supported(
      ['evaluated', 'AddressFamily Entries.Cidr'],
      [DESCRIPTION, 'Entries.Description PrefixListName'],
      ['template only', 'MaxEntries'],
      TAGS,
    ),
  ),
  type(
    'VPCEndpoint',
    'how a service is reached from a VPC: by the routes of subnets, or by an interface with security groups',
    id('vpce'),
    { Id: id('vpce') },
    supported(
      ['evaluated', 'PrivateDnsEnabled RouteTableIds SecurityGroupIds ServiceName SubnetIds VpcEndpointType VpcId'],
      ['AWS only: no call passes an endpoint here, so that its policy is not evaluated', 'PolicyDocument'],
      [
        'AWS only: names resolve to IPv4 here',
        'DnsOptions.{DnsRecordIpType,PrivateDnsOnlyForInboundResolverEndpoint,PrivateDnsPreference,PrivateDnsSpecifiedDomains} IpAddressType',
      ],
      ['AWS only: no service of another VPC or Region is here', 'ResourceConfigurationArn ServiceNetworkArn ServiceRegion'],
      TAGS,
    ),
  ),
];
