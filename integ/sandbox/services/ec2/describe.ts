import type { Assembly } from '../../contracts';
import { listsOf } from '../../protocol/form';
import { ServiceError } from '../../protocol/service-error';
import { element, type Xml } from '../../protocol/xml';
import type { NetworkModel, Peer, Rule } from './definition';
import { managedPrefixLists } from './prefix-lists';

type Form = ReadonlyMap<string, string>;
/** What a filter compares, by its name. */
type Filterable = Readonly<Record<string, string>>;

export function describePrefixLists({ region }: Assembly, form: Form): Xml[] {
  const matches = filterOf(form, ['prefix-list-name', 'prefix-list-id']);
  const lists = managedPrefixLists(region).filter(({ id, name }) => matches({ 'prefix-list-id': id, 'prefix-list-name': name }));
  const items = lists.map(({ id, name }) =>
    element('item', [element('prefixListId', id), element('prefixListName', name), element('addressFamily', 'IPv4')]),
  );
  return [element('prefixListSet', items)];
}

/** The security groups of the template and the default one of each VPC, with their rules for TCP. */
export function describeGroups(assembly: Assembly, form: Form, { groups }: NetworkModel): Xml[] {
  const matches = filterOf(form, ['group-id', 'group-name', 'vpc-id']);
  const own = assembly.ofType('AWS::EC2::SecurityGroup').map((group) => {
    const { GroupName, GroupDescription, VpcId } = assembly.properties(group);
    const names = { name: String(GroupName ?? ''), description: String(GroupDescription ?? '') };
    return { ...names, id: assembly.attribute(group, 'GroupId'), vpcId: String(VpcId) };
  });
  const byDefault = assembly.ofType('AWS::EC2::VPC').map((vpc) => {
    const names = { name: 'default', description: 'default VPC security group' };
    return { ...names, id: assembly.attribute(vpc, 'DefaultSecurityGroup'), vpcId: assembly.ref(vpc) };
  });
  const found = [...own, ...byDefault].filter(({ id, name, vpcId }) => matches({ 'group-id': id, 'group-name': name, 'vpc-id': vpcId }));
  const items = found.map(({ id, name, description, vpcId }) =>
    element('item', [
      ...[element('ownerId', assembly.account), element('groupId', id), element('groupName', name)],
      ...[element('groupDescription', description), element('vpcId', vpcId)],
      element('ipPermissions', permissions(groups.get(id)?.ingress ?? [])),
      element('ipPermissionsEgress', permissions(groups.get(id)?.egress ?? [])),
    ]),
  );
  return [element('securityGroupInfo', items)];
}

/** One item for each protocol and range of ports, with all its peers. */
function permissions(rules: readonly Rule[]): Xml[] {
  const ranges = new Map<string, Rule[]>();
  for (const rule of rules) {
    const key = `${rule.protocol} ${rule.fromPort} ${rule.toPort}`;
    ranges.set(key, [...(ranges.get(key) ?? []), rule]);
  }
  return [...ranges.values()].map((same) => {
    const [{ protocol, fromPort, toPort }] = same;
    const ports = protocol === 'all' ? [] : [element('fromPort', String(fromPort)), element('toPort', String(toPort))];
    const peers = (list: string, member: string, of: (peer: Peer) => string | undefined) =>
      element(
        list,
        same.flatMap(({ peer }) => of(peer) ?? []).map((value) => element('item', [element(member, value)])),
      );
    const block = (isIpv6: boolean) => (peer: Peer) => (peer.kind === 'cidr' && peer.cidr.includes(':') === isIpv6 ? peer.cidr : undefined);
    return element('item', [
      ...[element('ipProtocol', protocol === 'all' ? '-1' : protocol), ...ports],
      peers('groups', 'groupId', (peer) => (peer.kind === 'group' ? peer.groupId : undefined)),
      ...[peers('ipRanges', 'cidrIp', block(false)), peers('ipv6Ranges', 'cidrIpv6', block(true))],
      peers('prefixListIds', 'prefixListId', (peer) => (peer.kind === 'prefix list' ? peer.prefixListId : undefined)),
    ]);
  });
}

/** All filters must match, each with one of its values. Filters that are not supported are rejected by name. */
function filterOf(form: Form, supported: readonly string[]): (one: Filterable) => boolean {
  const filters = (listsOf(form).get('Filter') ?? []).map((filter) => {
    const name = filter.get('Name') ?? '';
    if (!supported.includes(name)) {
      throw new ServiceError('InvalidParameterValue', `The sandbox does not support the filter ${name}: use ${supported.join(' or ')}`);
    }
    return { name, values: (listsOf(filter).get('Value') ?? []).map((value) => value.get('') ?? '') };
  });
  return (one) => filters.every(({ name, values }) => values.includes(one[name]));
}
