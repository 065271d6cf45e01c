/**
 * The state of a tenant:
 *
 * - onboarding: the API key is being created, and requests are not accepted yet;
 * - active: users get tokens, and the API key is on the usage plan of the tenant's tier;
 * - suspended: there is no API key, and no new tokens are issued. Data and memberships are retained;
 * - offboarding: as suspended, for ever, while memberships are removed and open sessions end;
 * - departed: the tenant has left. The record remains, because it keeps the id from being given to another customer.
 */
export type TenantState = 'onboarding' | 'active' | 'suspended' | 'offboarding' | 'departed';

/** The authoritative record of one tenant in the directory. It is never deleted. */
export interface TenantRecord {
  readonly tenant: string;
  /** Name of a tier of the tenancy. Absent if the tenant was suspended before it was onboarded, or has departed. */
  readonly tier?: string;
  readonly state: TenantState;
  /** The customer that the id belongs to, as the operator named it. */
  readonly customer?: string;
  /** Id of the tenant's key in API Gateway. Absent while there is no key. */
  readonly apiKeyId?: string;
  /** Counts the changes of the record: a change is written only if the version is still the one that was read. */
  readonly version: number;
  /** ISO 8601. */
  readonly createdAt?: string;
  /** When key and memberships of a tenant that is being offboarded were removed, ISO 8601. */
  readonly accessEndedAt?: string;
  /** ISO 8601. */
  readonly updatedAt: string;
}

/** The authoritative record of a user's membership of a tenant. A user has one at most. */
export interface MembershipRecord {
  /** The user's `sub`. */
  readonly user: string;
  readonly tenant: string;
  /** The user's roles in the tenant, in the platform's own terms: `teacher`, `director`. */
  readonly roles?: string[];
  /** ISO 8601. */
  readonly updatedAt: string;
}

const TENANT_PARTITION = 'TENANT#';
const USER_PARTITION = 'USER#';
const MEMBERS_PARTITION = 'MEMBERS#';

/** Pattern of the partition keys of tenants' own records, which are never deleted. */
export const TENANT_PARTITIONS = `${TENANT_PARTITION}*`;

/** Patterns of the partition keys of memberships. */
export const MEMBERSHIP_PARTITIONS = [`${USER_PARTITION}*`, `${MEMBERS_PARTITION}*`];

/** Sort key of a tenant's own record. */
export const TENANT_SORT_KEY = 'TENANT';

/** Sort key of a user's membership. It does not name the tenant, so that a user has one membership at most. */
export const MEMBERSHIP_SORT_KEY = 'MEMBERSHIP';

/** Partition key and sort key of the list of tenants whose open sessions are denied. */
export const ENDED_SESSIONS = 'ENDED_SESSIONS';

/** Partition key of a tenant's own record. */
export function tenantPartition(tenant: string): string {
  return `${TENANT_PARTITION}${tenant}`;
}

/** The tenant of a record's partition key. */
export function tenantOfPartition(partition: string): string {
  return partition.slice(TENANT_PARTITION.length);
}

/** Partition key of a user's membership. In the list of a tenant's members, it is the sort key. */
export function userPartition(user: string): string {
  return `${USER_PARTITION}${user}`;
}

/** Partition key of the list of a tenant's members. */
export function membersPartition(tenant: string): string {
  return `${MEMBERS_PARTITION}${tenant}`;
}
