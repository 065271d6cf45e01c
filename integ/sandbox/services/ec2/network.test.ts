import type { Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Assembly, Network, NetworkInterface } from '../../contracts';
import { assemblyOf, invalid, temporaryFolder } from '../../testing/engines';
import { loadNetwork } from './load';
import { createNetwork } from './network';

const folder = temporaryFolder();
const DYNAMODB = 'dynamodb.us-east-1.amazonaws.com';
const S3 = 'bucket.s3.us-east-1.amazonaws.com';

interface Built {
  readonly assembly: Assembly;
  readonly network: Network;
  /** An interface in a subnet of the VPC, with groups by their construct id. */
  attach(owner: string, kind: 'Public' | 'Private' | 'Isolated', groups: readonly string[], publicIp?: boolean): NetworkInterface;
}

/** A VPC of the CDK with one public, one private and one isolated subnet in a zone. */
function build(more: (vpc: ec2.Vpc, stack: Stack) => void = () => {}, natGateways = 1): Built {
  const assembly = assemblyOf(folder, (stack) => {
    const { PUBLIC, PRIVATE_WITH_EGRESS, PRIVATE_ISOLATED } = ec2.SubnetType;
    const kinds = natGateways === 0 ? [PUBLIC, PRIVATE_ISOLATED] : [PUBLIC, PRIVATE_WITH_EGRESS, PRIVATE_ISOLATED];
    const names = { [PUBLIC]: 'Public', [PRIVATE_WITH_EGRESS]: 'Private', [PRIVATE_ISOLATED]: 'Isolated' } as Record<string, string>;
    const vpc = new ec2.Vpc(stack, 'Vpc', {
      ...{ maxAzs: 1, natGateways, restrictDefaultSecurityGroup: false },
      subnetConfiguration: kinds.map((subnetType) => ({ subnetType, name: names[subnetType] })),
    });
    more(vpc, stack);
  });
  const network = createNetwork(loadNetwork(assembly));
  const find = (type: string, path: string) => {
    const resource = assembly.ofType(type).find((one) => one.path === path || one.path === `${path}/Resource`);
    if (!resource) throw new Error(`No ${type} at ${path}`);
    return resource;
  };
  return {
    assembly,
    network,
    attach: (owner, kind, groups, publicIp) => {
      const subnet = assembly.ref(find('AWS::EC2::Subnet', `Shop/Vpc/${kind}Subnet1/Subnet`));
      const ids = groups.map((id) => assembly.attribute(find('AWS::EC2::SecurityGroup', `Shop/${id}`), 'GroupId'));
      return network.attach(owner, subnet, ids, { publicIp });
    },
  };
}

function group(vpc: ec2.Vpc, stack: Stack, id: string, allowAllOutbound = true): ec2.SecurityGroup {
  return new ec2.SecurityGroup(stack, id, { vpc, allowAllOutbound });
}

describe('between two interfaces', () => {
  const built = build((vpc, stack) => {
    const [client, server, closed] = [group(vpc, stack, 'Client'), group(vpc, stack, 'Server'), group(vpc, stack, 'Closed', false)];
    server.connections.allowFrom(client, ec2.Port.tcpRange(8080, 8090));
    server.addIngressRule(closed, ec2.Port.allTcp());
  });
  const client = built.attach('Client', 'Isolated', ['Client']);
  const server = built.attach('Server', 'Private', ['Server']);
  const closed = built.attach('Closed', 'Isolated', ['Closed']);
  const blocked = (...parameters: Parameters<Network['blocked']>) => built.network.blocked(...parameters);

  // "Security group rules": a rule that names a group allows the interfaces that have it; everything else is denied.
  test('a rule allows the group that it names, at its ports', () => {
    expect([8080, 8090].map((port) => blocked(client, server, port))).toEqual([undefined, undefined]);
    expect(blocked(client, server, 8091)).toBe(
      `No ingress rule of Server (Shop/Server) allows TCP port 8091 from Client (${client.privateIp}).`,
    );
    expect(blocked(server, client, 8080)).toContain('No ingress rule of Client (Shop/Client) allows TCP port 8080 from Server');
  });

  // "Security groups": rules of both ends count; the template of `allowAllOutbound: false` removes the default egress rule.
  test('without an egress rule nothing leaves, whatever the other end allows', () => {
    expect(blocked(closed, server, 8080)).toBe(
      `No egress rule of Closed (Shop/Closed) allows TCP port 8080 to Server (${server.privateIp}).`,
    );
  });

  // "Subnet CIDR blocks": the first four addresses are reserved.
  test('addresses are those of the subnet, from the fifth on, and are free again after a release', () => {
    expect(client.privateIp).toMatch(/^10\.0\.\d+\.4$/);
    const next = built.attach('Next', 'Isolated', ['Client']);
    built.network.release(next);
    expect(built.attach('Again', 'Isolated', ['Client']).privateIp).toBe(next.privateIp);
  });

  test('a subnet or a group that is not in the assembly is named', () => {
    expect(() => built.network.attach('Task', 'subnet-1', [])).toThrow('Task: the subnet subnet-1 is not in the assembly');
    expect(() => built.network.attach('Task', client.subnetId, ['sg-1'])).toThrow('Task: the security group sg-1 is not in the assembly');
  });

  // "Default security groups for your VPCs": it allows itself, and all egress.
  test('without a group, an interface has the default group of the VPC', () => {
    const [one, other] = [built.attach('One', 'Isolated', []), built.attach('Other', 'Private', [])];
    expect(blocked(one, other, 5432)).toBeUndefined();
    expect(blocked(client, other, 5432)).toContain('the default security group of Shop/Vpc');
  });
});

test('a block of addresses allows those in it, of its family', () => {
  const { attach, network } = build((vpc, stack) => {
    group(vpc, stack, 'Client');
    const server = group(vpc, stack, 'Server');
    server.addIngressRule(ec2.Peer.ipv4('10.0.0.0/16'), ec2.Port.tcp(80));
    server.addIngressRule(ec2.Peer.ipv4('192.168.0.0/16'), ec2.Port.tcp(81));
    server.addIngressRule(ec2.Peer.ipv6('2001:db8::/32'), ec2.Port.tcp(82));
  });
  const [client, server] = [attach('Client', 'Isolated', ['Client']), attach('Server', 'Public', ['Server'], true)];
  expect([80, 81, 82].map((port) => network.blocked(client, server, port) === undefined)).toEqual([true, false, false]);
  expect(network.blocked({ host: '2001:db8::1' }, server, 82)).toBeUndefined();
  expect(network.blocked({ host: '2001:db9::1' }, server, 82)).toContain('No ingress rule of Server');
});

describe('to a host outside', () => {
  const egress = (vpc: ec2.Vpc, stack: Stack) => void group(vpc, stack, 'Client');

  // "Route tables": without a matching route the traffic is dropped.
  test('without a route the missing one is named', () => {
    const { attach, network } = build(egress);
    expect(network.blocked(attach('Task', 'Isolated', ['Client']), { host: 'api.example.com' }, 443)).toBe(
      'The route table Shop/Vpc/IsolatedSubnet1/RouteTable of Shop/Vpc/IsolatedSubnet1/Subnet has no route to api.example.com: add a route to a NAT gateway.',
    );
  });

  test('a NAT gateway leads out', () => {
    const { attach, network } = build(egress);
    expect(network.blocked(attach('Task', 'Private', ['Client']), { host: 'api.example.com' }, 443)).toBeUndefined();
  });

  // "Internet gateways": an instance needs a public address beside the route.
  test('an internet gateway leads out for interfaces with a public address', () => {
    const { attach, network } = build(egress);
    expect(network.blocked(attach('Task', 'Public', ['Client'], true), { host: 'api.example.com' }, 443)).toBeUndefined();
    expect(network.blocked(attach('Task', 'Public', ['Client']), { host: 'api.example.com' }, 443)).toContain('Task has no public address');
  });

  // "Regional NAT gateways": no subnet; EC2 gives it a route to the internet gateway.
  test('a regional NAT gateway needs no public subnet', () => {
    const { attach, network } = build((vpc, stack) => {
      group(vpc, stack, 'Client');
      const nat = new ec2.CfnNatGateway(stack, 'Nat', { vpcId: vpc.vpcId, availabilityMode: 'regional' });
      (vpc.isolatedSubnets[0] as ec2.Subnet).addRoute('Out', { routerId: nat.ref, routerType: ec2.RouterType.NAT_GATEWAY });
    });
    expect(network.blocked(attach('Task', 'Isolated', ['Client']), { host: 'api.example.com' }, 443)).toBeUndefined();
  });

  // "Gateway endpoints": traffic of the associated route tables to the service goes to the endpoint.
  test('a gateway endpoint leads to its service, and to no other', () => {
    const { attach, network } = build((vpc, stack) => {
      group(vpc, stack, 'Client');
      vpc.addGatewayEndpoint('Dynamodb', { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB });
    }, 0);
    const task = attach('Task', 'Isolated', ['Client']);
    expect(network.blocked(task, { host: DYNAMODB }, 443)).toBeUndefined();
    expect(network.blocked(task, { host: S3 }, 443)).toContain(`has no route to ${S3}: add a gateway endpoint for s3 to it`);
  });

  test('a gateway endpoint serves the subnets whose route table it names, and no others', () => {
    const { attach, network } = build((vpc, stack) => {
      group(vpc, stack, 'Client');
      const subnets = [{ subnetType: ec2.SubnetType.PRIVATE_ISOLATED }];
      vpc.addGatewayEndpoint('Dynamodb', { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB, subnets });
    });
    expect(network.blocked(attach('Task', 'Isolated', ['Client']), { host: DYNAMODB }, 443)).toBeUndefined();
    expect(network.blocked(attach('Task', 'Public', ['Client']), { host: DYNAMODB }, 443)).toContain('Task has no public address');
  });

  // "AWS-managed prefix lists": the ranges of S3 and DynamoDB in the Region, for rules of security groups.
  test('an egress rule for the prefix list of a service allows the service alone', () => {
    const { attach, network } = build((vpc, stack) => {
      group(vpc, stack, 'Client', false).addEgressRule(ec2.Peer.prefixList('pl-02cd2c6b'), ec2.Port.tcp(443));
    });
    const task = attach('Task', 'Private', ['Client']);
    expect(network.blocked(task, { host: DYNAMODB }, 443)).toBeUndefined();
    expect(network.blocked(task, { host: S3 }, 443)).toBe(`No egress rule of Task (Shop/Client) allows TCP port 443 to ${S3}.`);
  });

  // "Access an AWS service using an interface VPC endpoint": its security group must allow the client.
  test('an interface endpoint with private DNS is asked by its security group', () => {
    const { attach, network } = build((vpc, stack) => {
      group(vpc, stack, 'Client');
      group(vpc, stack, 'Other');
      const service = ec2.InterfaceVpcEndpointAwsService.SQS;
      const endpoint = vpc.addInterfaceEndpoint('Sqs', { service, open: false, subnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED } });
      endpoint.connections.allowFrom(
        ec2.SecurityGroup.fromSecurityGroupId(stack, 'ById', (stack.node.findChild('Client') as ec2.SecurityGroup).securityGroupId),
        ec2.Port.tcp(443),
      );
    }, 0);
    const host = 'sqs.us-east-1.amazonaws.com';
    expect(network.blocked(attach('Task', 'Isolated', ['Client']), { host }, 443)).toBeUndefined();
    expect(network.blocked(attach('Task', 'Isolated', ['Other']), { host }, 443)).toContain('No ingress rule of Shop/Vpc/Sqs');
  });
});

describe('from a host outside', () => {
  test('a public address, a route and a rule let it in', () => {
    const { attach, network } = build((vpc, stack) => group(vpc, stack, 'Open').addIngressRule(ec2.Peer.anyIpv4(), ec2.Port.tcp(443)));
    expect(network.blocked({ host: '127.0.0.1' }, attach('Node', 'Public', ['Open'], true), 443)).toBeUndefined();
    expect(network.blocked({ host: '127.0.0.1' }, attach('Node', 'Public', ['Open'], true), 80)).toContain('No ingress rule of Node');
    expect(network.blocked({ host: '127.0.0.1' }, attach('Node', 'Public', ['Open']), 443)).toContain('Node has no public address');
    expect(network.blocked({ host: '127.0.0.1' }, attach('Node', 'Private', ['Open'], true), 443)).toContain(
      'no route to an internet gateway',
    );
  });

  // "Locations and IP address ranges of CloudFront edge servers": com.amazonaws.global.cloudfront.origin-facing.
  test('the prefix list of CloudFront lets CloudFront in alone', () => {
    const { attach, network } = build((vpc, stack) =>
      group(vpc, stack, 'Edge').addIngressRule(ec2.Peer.prefixList('pl-3b927c52'), ec2.Port.tcp(443)),
    );
    const node = attach('Node', 'Public', ['Edge'], true);
    expect(network.blocked({ host: 'd1.cloudfront.net' }, node, 443)).toBeUndefined();
    expect(network.blocked({ host: '203.0.113.9' }, node, 443)).toContain('No ingress rule of Node');
  });
});

describe('the default egress rule', () => {
  const rule = { ipProtocol: 'tcp', fromPort: 1, toPort: 1, cidrIp: '10.0.0.0/8' };
  const egressOf = (more: (group: ec2.CfnSecurityGroup, stack: Stack) => void, inline?: ec2.CfnSecurityGroup.EgressProperty[]) => {
    const assembly = assemblyOf(folder, (stack) => {
      const vpc = new ec2.CfnVPC(stack, 'Vpc', { cidrBlock: '10.0.0.0/16' });
      more(new ec2.CfnSecurityGroup(stack, 'Group', { groupDescription: 'g', vpcId: vpc.ref, securityGroupEgress: inline }), stack);
    });
    const id = assembly.attribute(assembly.ofType('AWS::EC2::SecurityGroup')[0], 'GroupId');
    return loadNetwork(assembly)
      .groups.get(id)
      ?.egress.map(({ peer }) => (peer.kind === 'cidr' ? peer.cidr : peer));
  };

  // "Remove the default egress rule" (CloudFormation User Guide)
  test('is there without rules, and replaced by rules in the group', () => {
    expect(egressOf(() => {})).toEqual(['0.0.0.0/0']);
    expect(egressOf(() => {}, [rule])).toEqual(['10.0.0.0/8']);
  });

  // Observed: aws-cdk issues 987 and 22140.
  test('is removed by a rule that is a resource of its own, also where the template has it', () => {
    const own = (group: ec2.CfnSecurityGroup, stack: Stack) =>
      void new ec2.CfnSecurityGroupEgress(stack, 'Rule', { groupId: group.attrGroupId, ...rule });
    expect(egressOf(own)).toEqual(['10.0.0.0/8']);
    expect(egressOf(own, [{ ipProtocol: '-1', cidrIp: '0.0.0.0/0' }])).toEqual(['10.0.0.0/8']);
  });
});

test('what EC2 would reject is named', () => {
  const assembly = assemblyOf(folder, (stack) => {
    const vpc = new ec2.CfnVPC(stack, 'Vpc', { cidrBlock: '10.0.0.0/16' });
    const subnet = (id: string, cidrBlock: string) => new ec2.CfnSubnet(stack, id, { vpcId: vpc.ref, cidrBlock });
    subnet('A', '10.0.0.0/24');
    subnet('B', '10.0.0.128/25');
    subnet('C', '10.1.0.0/24');
    subnet('D', '10.0.2.1/24');
    const group = new ec2.CfnSecurityGroup(stack, 'Group', { groupDescription: 'g', vpcId: vpc.ref });
    new ec2.CfnSecurityGroupIngress(stack, 'None', { groupId: group.attrGroupId, ipProtocol: 'tcp', fromPort: 1, toPort: 2 });
    new ec2.CfnRoute(stack, 'Nowhere', {
      routeTableId: new ec2.CfnRouteTable(stack, 'Table', { vpcId: vpc.ref }).ref,
      destinationCidrBlock: '0.0.0.0/0',
    });
    new ec2.CfnVPCEndpoint(stack, 'Sqs', {
      ...{ vpcId: vpc.ref, serviceName: 'com.amazonaws.us-east-1.sqs', vpcEndpointType: 'Interface', privateDnsEnabled: true },
      subnetIds: ['subnet-1'],
    });
  });
  expect(invalid(assembly)).toEqual([
    'AWS::EC2::SecurityGroupIngress.CidrIp must be the only one of CidrIp, CidrIpv6, SourceSecurityGroupId, SourcePrefixListId, and one of them is required (Shop.None)',
    'AWS::EC2::Route.GatewayId is missing: a route needs a target (Shop.Nowhere)',
    'AWS::EC2::Subnet.CidrBlock 10.0.0.128/25 conflicts with 10.0.0.0/24 of Shop/A (Shop.B)',
    'AWS::EC2::Subnet.CidrBlock 10.1.0.0/24 is not within 10.0.0.0/16 of its VPC (Shop.C)',
    'AWS::EC2::Subnet.CidrBlock 10.0.2.1/24 is not a block of addresses (Shop.D)',
    'AWS::EC2::VPCEndpoint.PrivateDnsEnabled needs EnableDnsHostnames and EnableDnsSupport of the VPC (Shop.Sqs)',
  ]);
});
