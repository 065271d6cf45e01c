import type { TenantRecord } from '../../../runtime/tenant-record';
import type { Member } from './request';

/** The directory, as far as onboarding changes it. */
export interface DirectoryStore {
  tenant(tenant: string): Promise<TenantRecord | undefined>;
  /** Writes a record in place of the one that was read; rejects with `Conflict` where somebody else changed it meanwhile. */
  putTenant(record: TenantRecord, before: TenantRecord | undefined): Promise<void>;
  /** Tenants that a user belongs to. */
  memberships(user: string): Promise<readonly string[]>;
  putMember(member: Member, updatedAt: string): Promise<void>;
  deleteMember(member: Member): Promise<void>;
}

/** The record was changed by somebody else: repeat the request. */
export class Conflict extends Error {
  public readonly name = 'Conflict';
}
