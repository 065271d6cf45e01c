import { type Properties, propertiesOf } from '../../assembly/properties';
import type { Assembly, Resource } from '../../contracts';
import type { Peer, Rule, SecurityGroup } from './definition';

type Direction = 'ingress' | 'egress';

/** The property that names each kind of peer. */
const PEERS: Readonly<Record<Direction, { readonly group: string; readonly prefixList: string }>> = {
  ingress: { group: 'SourceSecurityGroupId', prefixList: 'SourcePrefixListId' },
  egress: { group: 'DestinationSecurityGroupId', prefixList: 'DestinationPrefixListId' },
};

/** Protocols whose rules allow TCP. Documented: `IpProtocol` is `tcp`, its number, or -1 for all, whatever ports are given. */
const TCP = ['tcp', '6'];
const ALL = '-1';
const OTHERS = /^(?:udp|icmp|icmpv6|\d{1,3})$/;

/** A security group with the rules in it. Without egress rules, it has the default one for everything. */
export function readSecurityGroup(assembly: Assembly, resource: Resource): SecurityGroup {
  const group = propertiesOf(assembly, resource);
  const rules = (name: string, direction: Direction): (Rule | undefined)[] => group.list(name).map((rule) => readRule(rule, direction));
  const egress = rules('SecurityGroupEgress', 'egress');
  return {
    id: assembly.attribute(resource, 'GroupId'),
    name: resource.path?.replace(/\/Resource$/, '') ?? resource.id,
    vpcId: group.required('VpcId'),
    ingress: rules('SecurityGroupIngress', 'ingress').filter((rule) => rule !== undefined),
    egress: egress.length === 0 ? EVERYWHERE : egress.filter((rule) => rule !== undefined),
  };
}

/** Documented: "Remove the default egress rule" (CloudFormation User Guide). */
const EVERYWHERE: readonly Rule[] = [{ protocol: 'all', peer: { kind: 'cidr', cidr: '0.0.0.0/0' }, fromPort: 0, toPort: 65_535 }];

/** A rule that is a resource of its own. */
export function readOwnRule(assembly: Assembly, resource: Resource): { readonly groupId: string; readonly rule: Rule | undefined } {
  const properties = propertiesOf(assembly, resource);
  const direction = resource.type.endsWith('Ingress') ? 'ingress' : 'egress';
  return { groupId: properties.required('GroupId'), rule: readRule(properties, direction) };
}

/** Undefined for a rule that is not about TCP. */
function readRule(rule: Properties, direction: Direction): Rule | undefined {
  const peer = peerOf(rule, direction);
  const protocol = rule.required('IpProtocol').toLowerCase();
  if (protocol === ALL) return { peer, protocol: 'all', fromPort: 0, toPort: 65_535 };
  if (!TCP.includes(protocol)) {
    if (!OTHERS.test(protocol)) throw rule.invalid('IpProtocol', `${protocol} is not a protocol`);
    return undefined;
  }
  const [fromPort, toPort] = [rule.number('FromPort'), rule.number('ToPort')];
  if (fromPort === undefined || toPort === undefined) throw rule.invalid('FromPort', 'and ToPort are required for tcp');
  if (fromPort < 0 || toPort > 65_535 || fromPort > toPort)
    throw rule.invalid('FromPort', `${fromPort} to ${toPort} is not a range of ports`);
  return { peer, protocol: 'tcp', fromPort, toPort };
}

function peerOf(rule: Properties, direction: Direction): Peer {
  const names = ['CidrIp', 'CidrIpv6', PEERS[direction].group, PEERS[direction].prefixList];
  const given = names.filter((name) => rule.has(name));
  if (given.length !== 1) throw rule.invalid(names[0], `must be the only one of ${names.join(', ')}, and one of them is required`);
  const [name] = given;
  const value = rule.required(name);
  if (name === PEERS[direction].group) return { kind: 'group', groupId: value };
  return name === PEERS[direction].prefixList ? { kind: 'prefix list', prefixListId: value } : { kind: 'cidr', cidr: value };
}
