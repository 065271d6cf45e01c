import type { TenantRecord } from '../../../runtime/tenant-record';
import { type ReconcileDependencies, reconcile } from './reconcile';
import type { Member, OnboardingRequest } from './request';

export type OnboardingDependencies = ReconcileDependencies;

/** The result of one entry of a request. */
export interface Outcome {
  readonly tenant: string;
  readonly user?: string;
  readonly status: 'done' | 'failed';
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
      await one(request.action, entry, dependencies);
      results.push({ ...of, status: 'done' });
    } catch (error) {
      results.push({ ...of, status: 'failed', reason: `${(error as Error).name}: ${(error as Error).message}` });
    }
  }
  return { results, remaining: [] };
}

async function one(action: OnboardingRequest['action'], entry: object, dependencies: OnboardingDependencies): Promise<void> {
  const member = entry as Member;
  const { tenant, tier } = entry as { readonly tenant: string; readonly tier: string };
  switch (action) {
    case 'enroll':
      return enroll(member, dependencies);
    case 'withdraw':
      return dependencies.directory.deleteMember(member);
    case 'onboard':
      return onboard(tenant, tier, dependencies);
    case 'move':
      return change(tenant, { tier }, dependencies);
    case 'suspend':
      // The record is written first: from then on no new tokens are issued, even if the rest fails.
      return change(tenant, { state: 'suspended' }, dependencies);
    case 'resume':
      return change(tenant, { state: 'active' }, dependencies);
  }
}

async function onboard(tenant: string, tier: string, dependencies: OnboardingDependencies): Promise<void> {
  const found = await dependencies.directory.tenant(tenant);
  if (found !== undefined && found.tier !== tier) throw rejection(`${tenant} is already on the tier ${found.tier}: move it`);
  if (found?.state === 'suspended') throw rejection(`${tenant} is suspended: resume it`);
  if (found !== undefined) return void (await reconcile(found, dependencies));
  const record: TenantRecord = { tenant, tier, state: 'onboarding', updatedAt: dependencies.time() };
  await dependencies.directory.putTenant(record, undefined);
  await reconcile(record, dependencies);
}

async function change(tenant: string, changes: Partial<TenantRecord>, dependencies: OnboardingDependencies): Promise<void> {
  const found = await dependencies.directory.tenant(tenant);
  if (found === undefined) throw rejection(`${tenant} has no record: onboard it`);
  if (found.state === 'onboarding') throw rejection(`the onboarding of ${tenant} is not complete: repeat it`);
  const next = { ...found, ...changes, updatedAt: dependencies.time() };
  if (next.state !== found.state || next.tier !== found.tier) await dependencies.directory.putTenant(next, found);
  await reconcile(next, dependencies);
}

async function enroll(member: Member, { directory, time }: OnboardingDependencies): Promise<void> {
  const { user, tenant } = member;
  if ((await directory.tenant(tenant)) === undefined) throw rejection(`${tenant} has no record: onboard it`);
  const elsewhere = (await directory.memberships(user)).filter((other) => other !== tenant);
  // The pre-token trigger issues no token to a user with two memberships. This check prevents that from happening by mistake.
  if (elsewhere.length > 0) throw rejection(`${user} belongs to ${elsewhere.join(' and ')}: withdraw the user from there first`);
  await directory.putMember(member, time());
}

function rejection(message: string): Error {
  return Object.assign(new Error(message), { name: 'Rejected' });
}
