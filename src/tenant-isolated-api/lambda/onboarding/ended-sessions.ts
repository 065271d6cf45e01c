import type { TenantRecord } from '../../../runtime/tenant-record';
import { Conflict, type DirectoryStore, type EndedSessions } from './directory';

/**
 * The policy that is the permissions boundary of a tenant role. IAM has no conditional writes, but a version that was deleted cannot come
 * into force.
 */
export interface SessionBoundary {
  /** Creates a version that is not in force, and returns its id. */
  createVersion(document: string): Promise<string>;
  /** Deletes all versions except this one and the one in force. */
  deleteOtherVersions(id: string): Promise<void>;
  /** Puts a version into force. Returns false if another request has deleted it. */
  setDefaultVersion(id: string): Promise<boolean>;
}

/** The tenant roles whose sessions end. */
export interface TenantRoles {
  /** The condition key of the session tag: `aws:PrincipalTag/school`. */
  readonly principalTagKey: string;
  readonly boundaries: readonly SessionBoundary[];
}

export interface EndedSessionsDependencies {
  readonly directory: Pick<DirectoryStore, 'endedSessions' | 'putEndedSessions'>;
  readonly tenantRoles: TenantRoles;
  /** ISO 8601. */
  time(): string;
}

/**
 * Sessions that are opened up to this long after a suspension are denied, too: a service may have seen the tenant active just before
 * (`CHECK_VALID_MS` of tenant-sessions.ts), and clocks differ.
 */
const MARGIN_MS = 5 * 60_000;
/** What must remain of the margin so that a denial need not be written again. */
const SMALLEST_MARGIN_MS = 2 * 60_000;
/** The longest session of a tenant role. */
const LONGEST_SESSION_MS = 60 * 60_000;
/** Documented: "IAM and AWS STS quotas", managed policies. White space does not count, and there is none. */
const POLICY_CHARACTERS = 6_144;
/** How often a request tries to write what others write, too. */
const MAX_ROUNDS = 10;

/**
 * Denies a tenant's open sessions in the permissions boundaries of the tenant roles, until the longest has expired.
 *
 * Requests at the same time cannot undo each other:
 *
 * - The item in the directory decides. It is written only if it is the one that was read, and only if the tenant's record is, too.
 * - A request creates a version of the policy, deletes all others that are not in force, reads the item again, and only then puts its
 *   version into force. What an earlier request has prepared from an older item either no longer exists, or that request sees the new item.
 *
 * @returns what the operator must know if the policy has no room for another tenant
 */
export async function endSessions(record: TenantRecord, dependencies: EndedSessionsDependencies): Promise<string | undefined> {
  const { time, tenantRoles } = dependencies;
  const { tenant } = record;
  let note: string | undefined;
  await write(record, dependencies, ({ version, applied, tenants }) => {
    const now = Date.parse(time());
    const own = Date.parse(tenants[tenant] ?? '');
    if (own >= now + SMALLEST_MARGIN_MS && applied === version) return undefined;
    const current = withoutExpired(tenants, now);
    const next = { ...current, [tenant]: iso(now + MARGIN_MS) };
    if (boundaryDocument(tenantRoles.principalTagKey, next).length <= POLICY_CHARACTERS) return next;
    const room = iso(Math.min(...Object.values(current).map((until) => Date.parse(until))) + LONGEST_SESSION_MS);
    note = `open sessions of ${tenant} end by themselves, at the latest on ${iso(now + MARGIN_MS + LONGEST_SESSION_MS)}: the policy that ends sessions has no room for another tenant before ${room}`;
    return undefined;
  });
  return note;
}

/** Removes the denial of a tenant's sessions, so that sessions that are opened now are allowed at once. */
export async function allowSessions(record: TenantRecord, dependencies: EndedSessionsDependencies): Promise<void> {
  await write(record, dependencies, ({ version, applied, tenants }) => {
    const { [record.tenant]: own, ...others } = tenants;
    if (own === undefined && applied === version) return undefined;
    return withoutExpired(others, Date.parse(dependencies.time()));
  });
}

/** The policy: as a boundary it grants nothing, and its denial is the only limit. */
export function boundaryDocument(principalTagKey: string, tenants: EndedSessions['tenants']): string {
  const ids = Object.keys(tenants).sort();
  const allow = { Effect: 'Allow', Action: '*', Resource: '*' };
  if (ids.length === 0) return policy(allow);
  // One moment for all: a tenant in this list is not active, so it has no sessions that were opened later.
  const latest = iso(Math.max(...Object.values(tenants).map((until) => Date.parse(until))));
  const Condition = { StringEquals: { [principalTagKey]: ids }, DateLessThan: { 'aws:TokenIssueTime': latest } };
  return policy(allow, { Sid: 'EndedSessions', Effect: 'Deny', Action: '*', Resource: '*', Condition });
}

async function write(
  record: TenantRecord,
  { directory, tenantRoles }: EndedSessionsDependencies,
  decide: (before: EndedSessions) => EndedSessions['tenants'] | undefined,
): Promise<void> {
  if (tenantRoles.boundaries.length === 0) return;
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const before = await directory.endedSessions();
    const tenants = decide(before);
    if (tenants === undefined) return;
    const next = { version: before.version + 1, applied: before.applied, tenants };
    if (!(await directory.putEndedSessions(next, before, record)) || !(await apply(next, directory, tenantRoles))) continue;
    // If another request has changed the item since, it writes the policies again.
    await directory.putEndedSessions({ ...next, applied: next.version }, next);
    return;
  }
  throw new Conflict('other requests keep changing the sessions that are ended: repeat the request');
}

/** Returns false if another request has changed the item meanwhile. */
async function apply(
  next: EndedSessions,
  directory: EndedSessionsDependencies['directory'],
  { principalTagKey, boundaries }: TenantRoles,
): Promise<boolean> {
  const document = boundaryDocument(principalTagKey, next.tenants);
  for (const boundary of boundaries) {
    const id = await boundary.createVersion(document);
    await boundary.deleteOtherVersions(id);
    if ((await directory.endedSessions()).version !== next.version) return false;
    if (!(await boundary.setDefaultVersion(id))) return false;
  }
  return true;
}

function withoutExpired(tenants: EndedSessions['tenants'], now: number): EndedSessions['tenants'] {
  return Object.fromEntries(Object.entries(tenants).filter(([, until]) => Date.parse(until) + LONGEST_SESSION_MS > now));
}

function policy(...Statement: object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement });
}

/** `2026-11-30T00:05:00Z`, in whole seconds as the time of issue. */
function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}
