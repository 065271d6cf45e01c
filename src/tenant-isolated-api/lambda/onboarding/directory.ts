import type { MembershipRecord, TenantRecord } from '../../../runtime/tenant-record';
import type { Member } from './request';

/** A page of the list of a tenant's members. */
export interface MemberPage {
  readonly members: readonly Pick<MembershipRecord, 'user' | 'roles'>[];
  /** The last user of this page, if there are more. */
  readonly next?: string;
}

/** The parts of the directory that onboarding reads and writes. All reads are consistent. */
export interface DirectoryStore {
  tenant(tenant: string): Promise<TenantRecord | undefined>;
  /** Replaces the record that was read before. Rejects with `Conflict` if another request has changed it since. */
  putTenant(record: TenantRecord, before: TenantRecord | undefined): Promise<void>;
  /** Returns the tenant that a user belongs to. */
  membership(user: string): Promise<string | undefined>;
  /**
   * Adds a user to a tenant, or changes the user's roles; without roles, those of an existing membership remain. Rejects with `Conflict`
   * if the user belongs to another tenant by now, or the tenant is leaving.
   */
  putMember(member: Member, updatedAt: string): Promise<void>;
  /** Removes a user from a tenant, if the user belongs to it. */
  deleteMember(member: Pick<Member, 'user' | 'tenant'>): Promise<void>;
  /** Returns the members of a tenant after this user, in the order of their ids. */
  members(tenant: string, after?: string): Promise<MemberPage>;
  /** Returns the tenants whose open sessions are denied. */
  endedSessions(): Promise<EndedSessions>;
  /**
   * Replaces the list that was read before. Returns false if another request has changed it since. Rejects with `Conflict` if the given
   * record of a tenant has changed since it was read.
   */
  putEndedSessions(list: EndedSessions, before: EndedSessions, record?: TenantRecord): Promise<boolean>;
}

/** The tenants whose open sessions are denied. It is one item of the directory, and the policies are written from it. */
export interface EndedSessions {
  /** Counts the changes. */
  readonly version: number;
  /** The last version that is known to be in force in all policies. */
  readonly applied: number;
  /** Until when sessions of a tenant must have been opened to be denied, ISO 8601, by the tenant's id. */
  readonly tenants: Readonly<Record<string, string>>;
}

/** Thrown if another request changed the record: repeat the request. */
export class Conflict extends Error {
  public readonly name = 'Conflict';
}

/** Returns the next version of a record. */
export function changed(before: TenantRecord, changes: Partial<TenantRecord>, updatedAt: string): TenantRecord {
  return { ...before, ...changes, version: before.version + 1, updatedAt };
}
