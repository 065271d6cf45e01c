import { stop } from '../isolation/not-supported';
import type { Choice, Given } from './choices';
import type { Model, Principal } from './model';
import type { Attached, Named, PolicyStatement } from './policies';

/** How a statement names a caller; see the evaluation of policies. */
export type Naming = 'direct' | 'role' | 'account';

/** Somebody who may reach data: a principal of the assembly, or one from outside that a policy names. */
export interface Caller {
  /** Its construct path, `everybody`, a service or an ARN. */
  readonly name: string;
  readonly kind: 'role' | 'user' | 'outside' | 'account' | 'service' | 'federated';
  /** Undefined for everybody, who stands for the principals of another account. */
  readonly arn?: string;
  readonly given: Given;
  /** Undefined for a principal whose policies are not in the assembly: they allow everything. */
  readonly identity?: readonly Attached[];
  readonly boundary: readonly Attached[];
  readonly trust: readonly Attached[];
  readonly tags: Readonly<Record<string, string>>;
}

/** An account that no assembly has. */
export const ANOTHER_ACCOUNT = '999999999999';

export const EVERYBODY: Caller = { name: 'everybody', kind: 'outside', given: [], boundary: [], trust: [], tags: {} };

/** The principals of the assembly, and all others that a policy names. */
export function callersOf({ principals, assembly }: Model, named: readonly Named[]): Caller[] {
  // Who is named in the policy of a resource may have other policies elsewhere.
  const own: Caller[] = principals
    .filter(({ arn, isElsewhere }) => !isElsewhere || !named.some((one) => one.kind === 'arn' && one.arn === arn))
    .map((principal: Principal) => ({ ...principal, name: principal.path }));
  const outside = new Map<string, Caller>();
  const add = (name: string, kind: Caller['kind'], arn: string) =>
    outside.set(name, { name, kind, arn, given: [], boundary: [], trust: [], tags: {} });
  for (const one of named) {
    if (one.kind === 'service') add(one.service, 'service', one.service);
    if (one.kind === 'federated') add(one.provider, 'federated', one.provider);
    if (one.kind === 'account')
      add(`arn:aws:iam::${one.account}:root`, one.account === assembly.account ? 'account' : 'outside', `arn:aws:iam::${one.account}:root`);
    if (one.kind === 'arn' && !own.some(({ arn }) => arn === one.arn)) add(one.arn, 'outside', one.arn);
  }
  return [...own, EVERYBODY, ...outside.values()];
}

/** How a statement names a caller; undefined if it does not. Documented: "AWS JSON policy elements: Principal" (IAM User Guide). */
export function namingOf({ named, where, effect }: PolicyStatement, { kind, arn }: Caller, account: string): Naming | undefined {
  if (named === undefined) return stop(where, 'a statement of a resource has no Principal, or NotPrincipal, which is not supported');
  if (named.kind === 'everyone') return 'direct';
  if (named.kind === 'service') return kind === 'service' && arn === named.service ? 'direct' : undefined;
  if (named.kind === 'federated') return kind === 'federated' && arn === named.provider ? 'direct' : undefined;
  if (kind === 'service' || kind === 'federated' || arn === undefined) return undefined;
  if (named.kind === 'arn') {
    if (named.arn === arn) return kind === 'role' ? 'role' : 'direct';
    // A denial for one session leaves the others.
    return kind === 'role' && effect === 'Allow' && named.arn.startsWith(`${sessionsOf(arn)}/`) ? 'direct' : undefined;
  }
  return accountOf(arn, account) === named.account ? 'account' : undefined;
}

/** `arn:aws:sts::…:assumed-role/name`, which does not have the path of the role. */
function sessionsOf(arn: string): string {
  return arn.replace(':iam:', ':sts:').replace(/:role\/.*$/s, `:assumed-role/${arn.slice(arn.lastIndexOf('/') + 1)}`);
}

export function accountOf(arn: string, account: string): string {
  return arn.split(':')[4] || account;
}

/** The name of a choice in output: `Stack.Name`. */
export function told(choices: ReadonlyMap<string, Choice['value']>): Record<string, Choice['value']> {
  return Object.fromEntries([...choices].map(([name, value]) => [name.slice(name.indexOf(' ') + 1), value]));
}
