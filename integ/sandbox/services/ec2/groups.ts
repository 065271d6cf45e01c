import { isIP } from 'node:net';
import type { NetworkInterface } from '../../contracts';
import { contains, isEverything } from './addresses';
import type { NetworkModel, Peer, Rule } from './definition';
import { managedPrefixLists } from './prefix-lists';
import { isHostOf } from './services';

/** The other end of a connection, as rules see it. */
export type RuleEnd = NetworkInterface | { readonly host: string };

/** Whether a rule of one of the groups allows the other end at that port. */
export function allows(
  model: NetworkModel,
  groupIds: readonly string[],
  direction: 'ingress' | 'egress',
  end: RuleEnd,
  port: number,
): boolean {
  const rules = groupIds.flatMap((id): readonly Rule[] => model.groups.get(id)?.[direction] ?? []);
  return rules.some(({ peer, fromPort, toPort }) => fromPort <= port && port <= toPort && matches(model, peer, end));
}

function matches(model: NetworkModel, peer: Peer, end: RuleEnd): boolean {
  switch (peer.kind) {
    case 'group':
      return 'privateIp' in end && end.securityGroupIds.includes(peer.groupId);
    case 'cidr':
      return isIn(peer.cidr, end);
    case 'prefix list':
      return isListed(model, peer.prefixListId, end);
  }
}

/** A public name has an address that is not known here: only a block of all addresses surely contains it. */
function isIn(cidr: string, end: RuleEnd): boolean {
  if ('privateIp' in end) return contains(cidr, end.privateIp);
  return isIP(end.host) === 0 ? isEverything(cidr) && !cidr.includes(':') : contains(cidr, end.host);
}

function isListed(model: NetworkModel, id: string, end: RuleEnd): boolean {
  const own = model.prefixLists.get(id);
  if (own) return own.some((cidr) => isIn(cidr, end));
  const managed = managedPrefixLists(model.region).find((list) => list.id === id);
  return managed !== undefined && 'host' in end && isHostOf(managed.name, end.host, model.region);
}
