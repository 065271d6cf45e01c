import type { TenantRecord } from '../../../runtime/tenant-record';
import { changed, type MemberPage } from './directory';
import { offboard } from './offboard';
import { type ReconcileDependencies, reconcile } from './reconcile';
import { rejection } from './rejection';
import type { Member, Newcomer, OnboardingRequest } from './request';

export type OnboardingDependencies = ReconcileDependencies;

/** What an entry results in, in addition to its status. */
export interface Findings {
  /** What the operator should know, although the entry is done. */
  readonly note?: string;
  /** A page of a tenant's members. */
  readonly members?: MemberPage['members'];
  /** The last user of the page, if there are more: `after` of the next request. */
  readonly next?: string;
  /** When to repeat the request, ISO 8601. The entry is not done before. */
  readonly waitUntil?: string;
}

/** The result of one entry of a request. */
export interface Outcome extends Findings {
  readonly tenant: string;
  readonly user?: string;
  readonly status: 'done' | 'waiting' | 'failed';
  /** Why it failed. Fix the cause and repeat the request. */
  readonly reason?: string;
}

/** The result of a request. */
export interface OnboardingResult {
  readonly results: readonly Outcome[];
  /** Entries that were not processed for lack of time: send them in another request. */
  readonly remaining: readonly object[];
}

/**
 * Executes a request, one entry after another. A failed entry does not stop the others. Repeating a request completes what was interrupted.
 *
 * @param timeLeft returns whether there is time for another entry
 */
export async function execute(
  request: OnboardingRequest,
  dependencies: OnboardingDependencies,
  timeLeft: () => boolean,
): Promise<OnboardingResult> {
  const entries: readonly { readonly tenant: string; readonly user?: string }[] = 'tenants' in request ? request.tenants : request.members;
  const results: Outcome[] = [];
  for (const [position, entry] of entries.entries()) {
    if (!timeLeft()) return { results, remaining: entries.slice(position) };
    const { tenant, user } = entry;
    const of = user === undefined ? { tenant } : { tenant, user };
    try {
      const findings = await one(request.action, entry, dependencies, timeLeft);
      results.push({ ...of, status: findings?.waitUntil === undefined ? 'done' : 'waiting', ...findings });
    } catch (error) {
      results.push({ ...of, status: 'failed', reason: `${(error as Error).name}: ${(error as Error).message}` });
    }
  }
  return { results, remaining: [] };
}

async function one(
  action: OnboardingRequest['action'],
  entry: object,
  dependencies: OnboardingDependencies,
  timeLeft: () => boolean,
): Promise<Findings | undefined> {
  const { tenant, tier } = entry as { readonly tenant: string; readonly tier: string };
  switch (action) {
    case 'enroll':
      return enroll(entry as Member, dependencies);
    case 'withdraw':
      return void (await dependencies.directory.deleteMember(entry as Member));
    case 'members':
      return dependencies.directory.members(tenant, (entry as { readonly after?: string }).after);
    case 'onboard':
      return onboard(entry as Newcomer, dependencies);
    case 'move':
      return change(tenant, { tier }, dependencies);
    case 'suspend':
      return suspend(tenant, dependencies);
    case 'resume':
      return change(tenant, { state: 'active' }, dependencies);
    case 'offboard':
      return offboard(tenant, dependencies, timeLeft);
  }
}

async function onboard({ tenant, tier, customer }: Newcomer, dependencies: OnboardingDependencies): Promise<Findings | undefined> {
  const { directory, time } = dependencies;
  const found = await directory.tenant(tenant);
  if (found === undefined) {
    const at = time();
    const record: TenantRecord = { tenant, tier, state: 'onboarding', customer, version: 1, createdAt: at, updatedAt: at };
    await directory.putTenant(record, undefined);
    await reconcile(record, dependencies);
    return undefined;
  }
  rejectLeaving(found);
  const exists = `${tenant} exists since ${found.createdAt ?? found.updatedAt}, for ${ownerOf(found)}`;
  if (found.customer !== customer) throw rejection(`${exists}: choose another id, or repeat the request with that customer`);
  if (found.state === 'suspended')
    throw rejection(`${tenant} is suspended: ${found.tier === undefined ? 'move it to a tier, and resume it' : 'resume it'}`);
  if (found.tier !== tier) throw rejection(`${tenant} is already on the tier ${found.tier}: move it`);
  await reconcile(found, dependencies);
  return found.state === 'active' ? { note: exists } : undefined;
}

/** Ends the access of a tenant in any state, even without a record: an API key may live on. */
async function suspend(tenant: string, dependencies: OnboardingDependencies): Promise<Findings | undefined> {
  const { directory, time } = dependencies;
  const found = await directory.tenant(tenant);
  if (found === undefined) {
    const at = time();
    const record: TenantRecord = { tenant, state: 'suspended', version: 1, createdAt: at, updatedAt: at };
    await directory.putTenant(record, undefined);
    const { note } = await reconcile(record, dependencies);
    return noted(`${tenant} had no record: it has one now, which is suspended. If the id is wrong, suspend the right one`, note);
  }
  if (found.state === 'offboarding' || found.state === 'departed') {
    const { note } = await reconcile(found, dependencies);
    return noted(`${tenant} is ${found.state}, which it remains`, note);
  }
  // The record is written first: from then on no new tokens are issued, even if the rest fails.
  return write(found, { state: 'suspended' }, dependencies);
}

async function change(tenant: string, changes: Partial<TenantRecord>, dependencies: OnboardingDependencies): Promise<Findings | undefined> {
  const found = await dependencies.directory.tenant(tenant);
  if (found === undefined) throw rejection(`${tenant} has no record: onboard it`);
  rejectLeaving(found);
  if (found.state === 'onboarding') throw rejection(`the onboarding of ${tenant} is not complete: repeat it`);
  if (found.tier === undefined && changes.tier === undefined) throw rejection(`${tenant} has no tier: move it to one first`);
  return write(found, changes, dependencies);
}

async function write(
  found: TenantRecord,
  changes: Partial<TenantRecord>,
  dependencies: OnboardingDependencies,
): Promise<Findings | undefined> {
  const next = changed(found, changes, dependencies.time());
  const isNew = next.state !== found.state || next.tier !== found.tier;
  if (isNew) await dependencies.directory.putTenant(next, found);
  const { note } = await reconcile(isNew ? next : found, dependencies);
  return noted(note);
}

function noted(...notes: readonly (string | undefined)[]): Findings | undefined {
  const known = notes.filter((note) => note !== undefined);
  return known.length === 0 ? undefined : { note: known.join('; ') };
}

async function enroll(member: Member, { directory, time }: OnboardingDependencies): Promise<undefined> {
  const { user, tenant } = member;
  const found = await directory.tenant(tenant);
  if (found === undefined) throw rejection(`${tenant} has no record: onboard it`);
  rejectLeaving(found);
  const elsewhere = await directory.membership(user);
  if (elsewhere !== undefined && elsewhere !== tenant)
    throw rejection(`${user} belongs to ${elsewhere}: withdraw the user from there first`);
  await directory.putMember(member, time());
}

function rejectLeaving({ tenant, state, updatedAt }: TenantRecord): void {
  if (state === 'offboarding' || state === 'departed')
    throw rejection(`${tenant} is ${state} since ${updatedAt}, and an id is never given again: choose another id`);
}

function ownerOf({ customer }: TenantRecord): string {
  return customer === undefined ? 'a customer that its record does not name' : `the customer ${customer}`;
}
