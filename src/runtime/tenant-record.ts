/**
 * - onboarding: its key is being created, requests are not accepted yet;
 * - active: its users get tokens, and its key is on the plan of its tier;
 * - suspended: its key is disabled and no new tokens are issued; its data is kept.
 */
export type TenantState = 'onboarding' | 'active' | 'suspended';

/** The authoritative record of one tenant in the directory. */
export interface TenantRecord {
  readonly tenant: string;
  /** Name of a tier of the tenancy. */
  readonly tier: string;
  readonly state: TenantState;
  /** Of its key in API Gateway; absent until the key is made. */
  readonly apiKeyId?: string;
  /** ISO 8601. */
  readonly updatedAt: string;
}

/** The authoritative record of a user's belonging to one tenant. A user with two of them belongs to none. */
export interface MembershipRecord {
  /** The user's `sub`. */
  readonly user: string;
  readonly tenant: string;
  /** What the user is there: `teacher`, `director`; the platform's own words. */
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

/** Partition key of all that is known of a user; each sort key is `TENANT#<tenant>`. */
export function userPartition(user: string): string {
  return `USER#${user}`;
}
