/**
 * The state of a tenant:
 *
 * - onboarding: the API key is being created, and requests are not accepted yet;
 * - active: users get tokens, and the API key is on the usage plan of the tenant's tier;
 * - suspended: the API key is disabled, and no new tokens are issued. Data is retained.
 */
export type TenantState = 'onboarding' | 'active' | 'suspended';

/** The authoritative record of one tenant in the directory. */
export interface TenantRecord {
  readonly tenant: string;
  /** Name of a tier of the tenancy. */
  readonly tier: string;
  readonly state: TenantState;
  /** Id of the tenant's key in API Gateway. Absent until the key is created. */
  readonly apiKeyId?: string;
  /** ISO 8601. */
  readonly updatedAt: string;
}

/** The authoritative record of a user's membership of a tenant. A user with two memberships gets no token. */
export interface MembershipRecord {
  /** The user's `sub`. */
  readonly user: string;
  readonly tenant: string;
  /** The user's roles in the tenant, in the platform's own terms: `teacher`, `director`. */
  readonly roles?: string[];
  /** ISO 8601. */
  readonly updatedAt: string;
}

/** Sort key of a tenant's own record. */
export const TENANT_SORT_KEY = 'TENANT';

/** Partition key of a tenant's own record. */
export function tenantPartition(tenant: string): string {
  return `TENANT#${tenant}`;
}

/** Partition key of a user's memberships. Each has the sort key `TENANT#<tenant>`. */
export function userPartition(user: string): string {
  return `USER#${user}`;
}
