/** What the model holds of a tenant. */
export interface Tenant {
  readonly state: 'none' | 'onboarding' | 'active' | 'suspended' | 'offboarding' | 'departed';
  readonly tier?: string;
  readonly customer?: string;
  /** Whether its API key lets requests in; `either` after an operation that was executed in part. */
  readonly key: 'enabled' | 'none' | 'either';
  /** Since when it is not active, by the clock; the latest time that is possible. */
  readonly inactiveSince?: number;
  /** When the wait of its offboarding began, by the clock: between these times. */
  readonly waitsSince?: readonly [from: number, to: number];
  /** Counts the customers that got its id. */
  readonly incarnation: number;
}

export interface Membership {
  readonly tenant: string;
  readonly roles: readonly string[];
}

/** A state of the whole platform that agrees with everything that was seen so far. */
export interface Candidate {
  readonly tenants: Readonly<Record<string, Tenant>>;
  /** By the name of the user. */
  readonly members: Readonly<Record<string, Membership>>;
}

export const NOTHING: Candidate = { tenants: {}, members: {} };

const NEVER_ONBOARDED: Tenant = { state: 'none', key: 'none', incarnation: 0 };

export function tenantOf({ tenants }: Candidate, tenant: string): Tenant {
  return tenants[tenant] ?? NEVER_ONBOARDED;
}

export function withTenant(candidate: Candidate, tenant: string, changed: Tenant): Candidate {
  return { ...candidate, tenants: { ...candidate.tenants, [tenant]: changed } };
}

export function withMember(candidate: Candidate, user: string, membership: Membership | undefined): Candidate {
  const { [user]: _, ...others } = candidate.members;
  return { ...candidate, members: membership === undefined ? others : { ...others, [user]: membership } };
}

/** Whether a tenant is leaving or has left, for ever. */
export function isLeaving({ state }: Tenant): boolean {
  return state === 'offboarding' || state === 'departed';
}

export function membersOf({ members }: Candidate, tenant: string): string[] {
  return Object.keys(members)
    .filter((user) => members[user].tenant === tenant)
    .sort();
}
