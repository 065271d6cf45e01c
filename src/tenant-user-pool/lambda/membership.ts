import { isTenantId } from '../../runtime/tenant-id';
import { MEMBERSHIP_SORT_KEY, TENANT_SORT_KEY, tenantPartition, userPartition } from '../../runtime/tenant-record';

/** An item of the directory, unmarshalled. */
export type Item = Readonly<Record<string, unknown>>;

/** Strongly consistent reads from the directory. */
export interface Directory {
  /** Returns the first items of a partition, ordered by sort key. */
  query(partition: string, limit: number): Promise<readonly Item[]>;
  get(partition: string, sort: string): Promise<Item | undefined>;
}

export interface Membership {
  readonly tenant: string;
  readonly tier: string;
  readonly roles: readonly string[];
}

/** Thrown if a sign-in is denied. The message is only logged. */
export class NoMembership extends Error {
  /** @param tenant the tenant of the user, if it is certain */
  constructor(
    message: string,
    readonly tenant?: string,
  ) {
    super(message);
  }
}

/** Roles are joined with spaces in their claim, so a role must not contain one. */
const ROLE = /^[\w-]{1,64}$/;

/**
 * Returns the tenant that a user belongs to, with its tier and the user's roles.
 *
 * @param tiers names of the tenancy's tiers
 * @throws NoMembership unless the user has exactly one membership, and its tenant is active; or the directory's own error if it cannot be
 * read
 */
export async function membershipOf(directory: Directory, user: string, tiers: readonly string[]): Promise<Membership> {
  const found = await directory.query(userPartition(user), 2);
  if (found.length !== 1) throw new NoMembership(found.length === 0 ? 'the user has no membership' : 'the user has several memberships');
  const [{ tenant, user: member, sk, roles = [] }] = found;
  if (!isTenantId(tenant) || sk !== MEMBERSHIP_SORT_KEY || member !== user) throw new NoMembership('the membership is malformed');
  const deny = (reason: string): never => {
    throw new NoMembership(reason, tenant);
  };
  if (!Array.isArray(roles) || !roles.every((role) => typeof role === 'string' && ROLE.test(role))) deny('the roles are malformed');
  const record = (await directory.get(tenantPartition(tenant), TENANT_SORT_KEY)) ?? deny('the tenant has no record');
  const { tenant: named, state, tier } = record;
  if (named !== tenant) deny('the record of the tenant is malformed');
  if (state !== 'active') deny(`the tenant is ${String(state)}`);
  if (typeof tier !== 'string' || !tiers.includes(tier)) return deny(`the tenant has the unknown tier ${String(tier)}`);
  return { tenant, tier, roles: roles as string[] };
}
