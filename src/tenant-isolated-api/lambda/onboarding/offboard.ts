import type { TenantRecord } from '../../../runtime/tenant-record';
import { Conflict, changed } from './directory';
import { type ReconcileDependencies, reconcile } from './reconcile';
import { rejection } from './rejection';

/** How many memberships are removed at the same time. */
const CONCURRENCY = 10;

/**
 * How long a tenant without key and members remains `offboarding`: the longest session of a tenant (`LONGEST_SESSION_SECONDS` of
 * tenant-sessions.ts), which may have been opened just before, and five minutes for clocks that differ.
 */
export const DRAIN_MS = 65 * 60_000;

/** What an operator gets to know of a tenant that is leaving. */
export interface Departure {
  readonly note: string;
  /** When to repeat the request, ISO 8601. */
  readonly waitUntil?: string;
}

/**
 * Ends the access of a tenant for ever: the record, the API key, the memberships, and after a time for what is in flight, the record's
 * details. The record itself remains, so that the id is never given again. Each step can be repeated.
 *
 * Data is not removed.
 */
export async function offboard(tenant: string, dependencies: ReconcileDependencies, timeLeft: () => boolean): Promise<Departure> {
  const { directory, tenantRoles, time } = dependencies;
  const found = await directory.tenant(tenant);
  if (found === undefined) throw rejection(`${tenant} has no record: suspend it, if an API key of it may live on`);
  let record = found;
  const write = async (next: TenantRecord) => {
    await directory.putTenant(next, record);
    record = next;
  };
  if (record.state !== 'offboarding' && record.state !== 'departed') await write(changed(record, { state: 'offboarding' }, time()));
  const reconciled = await reconcile(record, dependencies);
  record = reconciled.record;
  if (record.state === 'departed') return { note: `${tenant} has departed on ${record.updatedAt}` };
  if (record.state !== 'offboarding') throw new Conflict(`another request has changed the record of ${tenant}: repeat the request`);
  const { removed, left } = await removeMembers(tenant, dependencies, timeLeft);
  const members = `${removed} memberships were removed`;
  if (left) return { note: `${members}, and there are more`, waitUntil: time() };
  if (record.accessEndedAt === undefined) await write(changed(record, { accessEndedAt: time() }, time()));
  const until = new Date(Date.parse(record.accessEndedAt ?? time()) + DRAIN_MS).toISOString();
  if (Date.parse(time()) < Date.parse(until)) {
    const denied = tenantRoles.boundaries.length > 0 && reconciled.note === undefined;
    const sessions = denied ? 'sessions that were open are denied, and expire before' : 'sessions that were open may last until';
    return { note: `${members}; ${sessions} ${until}`, waitUntil: until };
  }
  const { version, createdAt } = record;
  await write({ tenant, state: 'departed', version: version + 1, createdAt, updatedAt: time() });
  return { note: `${tenant} has departed on ${record.updatedAt}` };
}

async function removeMembers(tenant: string, { directory }: ReconcileDependencies, timeLeft: () => boolean) {
  let removed = 0;
  for (;;) {
    const { members } = await directory.members(tenant);
    if (members.length === 0) return { removed, left: false };
    for (let at = 0; at < members.length; at += CONCURRENCY) {
      if (!timeLeft()) return { removed, left: true };
      const some = members.slice(at, at + CONCURRENCY);
      await Promise.all(some.map(({ user }) => directory.deleteMember({ user, tenant })));
      removed += some.length;
    }
  }
}
