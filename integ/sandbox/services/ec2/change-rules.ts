import { listsOf } from '../../protocol/form';
import type { NetworkModel, Peer, Rule } from './definition';

export const RULE_OPERATION = /^(Authorize|Revoke)SecurityGroup(Ingress|Egress)$/;

/** A change of rules. It is made when the network is loaded, or at once. */
export type Change = (model: NetworkModel) => void;

/** What an operation on the rules of a security group changes. */
export function changeOf(operation: string, form: ReadonlyMap<string, string>): Change {
  const [, kind, way] = RULE_OPERATION.exec(operation) ?? [];
  const direction = way === 'Ingress' ? 'ingress' : 'egress';
  const rules = rulesOf(form);
  return ({ groups }) => {
    const group = groups.get(form.get('GroupId') ?? '');
    if (!group) return;
    const given = rules.map(keyOf);
    const others = group[direction].filter((rule) => !given.includes(keyOf(rule)));
    group[direction] = kind === 'Authorize' ? [...others, ...rules] : others;
  };
}

/** Equal for equal rules. */
function keyOf({ protocol, fromPort, toPort, peer }: Rule): string {
  return [protocol, fromPort, toPort, ...Object.values(peer)].join(' ');
}

/** `IpPermissions.1.IpRanges.1.CidrIp` and the like. */
function rulesOf(form: ReadonlyMap<string, string>): Rule[] {
  return (listsOf(form).get('IpPermissions') ?? []).flatMap((permission) => {
    const given = permission.get('IpProtocol') ?? '-1';
    if (given !== '-1' && given !== 'tcp') return [];
    const [fromPort, toPort] = given === '-1' ? [0, 65_535] : [Number(permission.get('FromPort')), Number(permission.get('ToPort'))];
    const protocol = given === 'tcp' ? 'tcp' : 'all';
    return [...listsOf(permission).values()].flat().map((member) => ({ peer: peerOf(member), protocol, fromPort, toPort }));
  });
}

function peerOf(member: ReadonlyMap<string, string>): Peer {
  const groupId = member.get('GroupId');
  if (groupId !== undefined) return { kind: 'group', groupId };
  const prefixListId = member.get('PrefixListId');
  if (prefixListId !== undefined) return { kind: 'prefix list', prefixListId };
  return { kind: 'cidr', cidr: member.get('CidrIp') ?? member.get('CidrIpv6') ?? '' };
}
