import { randomUUID } from 'node:crypto';
import type { Assembly, EndpointService, ServiceReply } from '../../contracts';
import { type Lists, listsOf, readForm } from '../../protocol/form';
import { QUERY_CODES } from '../../protocol/query';
import { ServiceError } from '../../protocol/service-error';
import { element, type Xml, xmlDocument } from '../../protocol/xml';
import type { NetworkModel, Peer, Rule } from './definition';
import { managedPrefixLists } from './prefix-lists';

const NAMESPACE = 'http://ec2.amazonaws.com/doc/2016-11-15/';
const RULES = /^(Authorize|Revoke)SecurityGroup(Ingress|Egress)$/;
const KNOWN = /^(?:Action|Version|GroupId|IpPermissions\.\d+\..+|Filter\.\d+\.(?:Name|Value\.\d+))$/;

type Change = (model: NetworkModel) => void;

/**
 * The operations of EC2 that the custom resources of the CDK call: rules of security groups (`restrictDefaultSecurityGroup`), and the ids of
 * prefix lists.
 */
export function ec2Service(assembly: Assembly, changed: (change: Change) => void): EndpointService {
  return {
    name: 'ec2',
    read(request) {
      const form = readForm(request);
      const operation = form.get('Action') ?? 'unknown';
      const [, kind, direction] = RULES.exec(operation) ?? [];
      if (kind === undefined && operation !== 'DescribeManagedPrefixLists') {
        throw new ServiceError('InvalidAction', `The sandbox does not support the operation ${operation} of ec2`);
      }
      for (const name of form.keys()) {
        if (!KNOWN.test(name))
          throw new ServiceError('UnknownParameter', `The sandbox does not support the parameter ${name} of ${operation}`);
      }
      if (kind === undefined)
        return {
          operation,
          checks: () => [{ action: `ec2:${operation}`, resource: '*', context: {} }],
          execute: () => reply(operation, prefixLists(assembly, form)),
        };
      const id = form.get('GroupId') ?? '';
      const resource = `arn:${assembly.partition}:ec2:${assembly.region}:${assembly.account}:security-group/${id}`;
      return {
        operation,
        checks: () => [{ action: `ec2:${operation}`, resource, context: {} }],
        execute: () => {
          changed(changeOf(id, kind === 'Authorize', direction === 'Ingress' ? 'ingress' : 'egress', rulesOf(listsOf(form))));
          return reply(operation, [element('return', 'true')]);
        },
      };
    },
    error(_request, given, message, status) {
      const [code, own = status] = QUERY_CODES[given] ?? [given];
      const error = element('Error', [
        element('Code', code === 'AccessDenied' ? 'UnauthorizedOperation' : code),
        element('Message', message),
      ]);
      const body = `<?xml version="1.0"?>${element('Response', [element('Errors', [error]), element('RequestID', randomUUID())]).xml}`;
      return { status: own, headers: { 'content-type': 'text/xml' }, body, error: code };
    },
  };
}

function changeOf(id: string, authorizes: boolean, direction: 'ingress' | 'egress', rules: readonly Rule[]): Change {
  return ({ groups }) => {
    const group = groups.get(id);
    if (!group) return;
    const given = rules.map(keyOf);
    group[direction] = [...group[direction].filter((rule) => !given.includes(keyOf(rule))), ...(authorizes ? rules : [])];
  };
}

/** Equal for equal rules. */
function keyOf({ protocol, fromPort, toPort, peer }: Rule): string {
  return [protocol, fromPort, toPort, ...Object.values(peer)].join(' ');
}

/** `IpPermissions.1.IpRanges.1.CidrIp` and the like. */
function rulesOf(lists: Lists): Rule[] {
  return (lists.get('IpPermissions') ?? []).flatMap((permission) => {
    const protocol = permission.get('IpProtocol') ?? '-1';
    if (protocol !== '-1' && protocol !== 'tcp') return [];
    const [fromPort, toPort] = protocol === '-1' ? [0, 65_535] : [Number(permission.get('FromPort')), Number(permission.get('ToPort'))];
    return [...listsOf(permission).values()]
      .flat()
      .map((member) => ({ peer: peerOf(member), protocol: protocol === 'tcp' ? 'tcp' : 'all', fromPort, toPort }));
  });
}

function peerOf(member: ReadonlyMap<string, string>): Peer {
  const groupId = member.get('GroupId');
  if (groupId !== undefined) return { kind: 'group', groupId };
  const prefixListId = member.get('PrefixListId');
  if (prefixListId !== undefined) return { kind: 'prefix list', prefixListId };
  return { kind: 'cidr', cidr: member.get('CidrIp') ?? member.get('CidrIpv6') ?? '' };
}

function prefixLists(assembly: Assembly, form: ReadonlyMap<string, string>): Xml[] {
  const named = [...form].flatMap(([name, value]) => (/^Filter\.\d+\.Value\.\d+$/.test(name) ? [value] : []));
  const filters = [...form].filter(([name]) => name.endsWith('.Name')).map(([, value]) => value);
  if (filters.some((filter) => filter !== 'prefix-list-name'))
    throw new ServiceError(
      'InvalidParameterValue',
      `The sandbox filters prefix lists by prefix-list-name only, not by ${filters.join(', ')}`,
    );
  const lists = managedPrefixLists(assembly.region).filter(({ name }) => filters.length === 0 || named.includes(name));
  const items = lists.map(({ id, name }) =>
    element('item', [element('prefixListId', id), element('prefixListName', name), element('addressFamily', 'IPv4')]),
  );
  return [element('prefixListSet', items)];
}

function reply(operation: string, content: readonly Xml[]): ServiceReply {
  const body = xmlDocument(`${operation}Response`, NAMESPACE, [element('requestId', randomUUID()), ...content]);
  return { status: 200, headers: { 'content-type': 'text/xml' }, body };
}
