import type { Assembly } from '../../contracts';
import { listsOf } from '../../protocol/form';
import { ServiceError } from '../../protocol/service-error';
import { element, type Xml } from '../../protocol/xml';
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

/** The security groups of the template, and the default one of each VPC. */
export function describeGroups(assembly: Assembly, form: Form): Xml[] {
  const matches = filterOf(form, ['group-id', 'group-name', 'vpc-id']);
  const own = assembly.ofType('AWS::EC2::SecurityGroup').map((group) => {
    const { GroupName, VpcId } = assembly.properties(group);
    return { id: assembly.attribute(group, 'GroupId'), name: String(GroupName ?? ''), vpcId: String(VpcId) };
  });
  const byDefault = assembly.ofType('AWS::EC2::VPC').map((vpc) => {
    return { id: assembly.attribute(vpc, 'DefaultSecurityGroup'), name: 'default', vpcId: assembly.ref(vpc) };
  });
  const found = [...own, ...byDefault].filter(({ id, name, vpcId }) => matches({ 'group-id': id, 'group-name': name, 'vpc-id': vpcId }));
  const items = found.map(({ id, name, vpcId }) =>
    element('item', [element('groupId', id), element('groupName', name), element('vpcId', vpcId)]),
  );
  return [element('securityGroupInfo', items)];
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
