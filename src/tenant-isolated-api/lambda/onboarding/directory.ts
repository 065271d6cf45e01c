import type { TenantRecord } from '../../../runtime/tenant-record';
import type { Member } from './request';

/** The parts of the directory that onboarding reads and writes. */
export interface DirectoryStore {
  tenant(tenant: string): Promise<TenantRecord | undefined>;
  /** Replaces the record that was read before. Rejects with `Conflict` if another request has changed it since. */
  putTenant(record: TenantRecord, before: TenantRecord | undefined): Promise<void>;
  /** Returns the tenants that a user belongs to. */
  memberships(user: string): Promise<readonly string[]>;
  putMember(member: Member, updatedAt: string): Promise<void>;
  deleteMember(member: Member): Promise<void>;
}

/** Thrown if another request changed the record: repeat the request. */
export class Conflict extends Error {
  public readonly name = 'Conflict';
}
