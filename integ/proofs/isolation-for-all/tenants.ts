import { stop } from '../isolation/not-supported';
import { almostTenant, type TenantRole, usedTags } from '../isolation/platform';
import { DEFINITIONS } from '../isolation/services';
import { factsOf, type Statement } from '../isolation/statements';
import type { Caller } from './callers';
import type { Deciding } from './question';
import { FURTHER } from './reach';

/** A tenant's role in every form that conditions and parameters give it; undefined for another role. */
export function tenantOf(
  caller: Caller,
  trust: readonly Statement[],
  { identity = [] }: Deciding,
  account: string,
): TenantRole | undefined {
  if (caller.kind !== 'role' || caller.arn === undefined) return undefined;
  const keys = trust.filter(({ effect }) => effect === 'Allow').flatMap(({ conditions }) => conditions.map(({ key }) => key));
  const demanded = [...new Set(keys.flatMap((key) => /^aws:RequestTag\/(.+)$/i.exec(key)?.[1] ?? []))];
  const role = { arn: caller.arn, account, path: caller.name, identity: [], trust: {} };
  if (demanded.length > 1) return stop(caller.name, `its trust demands ${demanded.join(' and ')}; a tenant's session has one tag`);
  if (demanded.length === 0) {
    const documents = (attached: Caller['trust']) => attached.map(({ document }) => document) as never[];
    const almost = usedTags({ Statement: documents(caller.trust) }, documents(caller.identity ?? []));
    if (almost === undefined) return undefined;
    return stop(
      caller.name,
      caller.trust.length > 0
        ? almostTenant(almost)
        : `its policies use ${almost}, and its trust is not in the assembly: prove an assembly that has both`,
    );
  }
  for (const { where, effect, actions, exceptActions } of identity) {
    const unknown = effect === 'Allow' && (exceptActions ? 'NotAction' : actions.find((action) => !isKnown(action)));
    if (unknown) stop(where, `${unknown} is not supported: it is not in the table of services, which has the context keys of each action`);
  }
  return { ...role, tag: demanded[0] };
}

const KNOWN = new Set(Object.values(FURTHER).flatMap((actions) => actions.map((action) => action.toLowerCase())));

function isKnown(action: string): boolean {
  return factsOf(action) !== undefined || DEFINITIONS.includes(action) || KNOWN.has(action.toLowerCase());
}
