import type { TenantRecord } from '../../../runtime/tenant-record';
import { type ReconcileWorld, reconcile } from './reconcile';
import type { Member, OnboardingRequest } from './request';

export type OnboardingWorld = ReconcileWorld;

/** What became of one entry of a request. */
export interface Outcome {
  readonly tenant: string;
  readonly user?: string;
  readonly status: 'done' | 'failed';
  /** Why it failed; repeat the request when that is mended. */
  readonly reason?: string;
}

/** What became of a request. */
export interface OnboardingResult {
  readonly results: readonly Outcome[];
  /** Entries that there was no time for: ask again with them. */
  readonly remaining: readonly object[];
}

/**
 * Carries a request out, entry by entry. What fails fails alone; whatever ended in the middle is finished by repeating the request.
 *
 * @param timeLeft whether there is time for one more entry
 */
export async function carryOut(request: OnboardingRequest, world: OnboardingWorld, timeLeft: () => boolean): Promise<OnboardingResult> {
  const entries: readonly { readonly tenant: string; readonly user?: string }[] = 'tenants' in request ? request.tenants : request.members;
  const results: Outcome[] = [];
  for (const [position, entry] of entries.entries()) {
    if (!timeLeft()) return { results, remaining: entries.slice(position) };
    const { tenant, user } = entry;
    const of = user === undefined ? { tenant } : { tenant, user };
    try {
      await one(request.action, entry, world);
      results.push({ ...of, status: 'done' });
    } catch (error) {
      results.push({ ...of, status: 'failed', reason: `${(error as Error).name}: ${(error as Error).message}` });
    }
  }
  return { results, remaining: [] };
}

async function one(action: OnboardingRequest['action'], entry: object, world: OnboardingWorld): Promise<void> {
  const member = entry as Member;
  const { tenant, tier } = entry as { readonly tenant: string; readonly tier: string };
  switch (action) {
    case 'enroll':
      return enroll(member, world);
    case 'withdraw':
      return world.directory.deleteMember(member);
    case 'onboard':
      return onboard(tenant, tier, world);
    case 'move':
      return change(tenant, { tier }, world);
    case 'suspend':
      // The record first: from then on nobody gets a new token, whatever becomes of the rest.
      return change(tenant, { state: 'suspended' }, world);
    case 'resume':
      return change(tenant, { state: 'active' }, world);
  }
}

async function onboard(tenant: string, tier: string, world: OnboardingWorld): Promise<void> {
  const found = await world.directory.tenant(tenant);
  if (found !== undefined && found.tier !== tier) throw refusal(`${tenant} is on the tier ${found.tier} already: move it`);
  if (found?.state === 'suspended') throw refusal(`${tenant} is suspended: resume it`);
  if (found !== undefined) return void (await reconcile(found, world));
  const record: TenantRecord = { tenant, tier, state: 'onboarding', updatedAt: world.time() };
  await world.directory.putTenant(record, undefined);
  await reconcile(record, world);
}

async function change(tenant: string, changes: Partial<TenantRecord>, world: OnboardingWorld): Promise<void> {
  const found = await world.directory.tenant(tenant);
  if (found === undefined) throw refusal(`${tenant} has no record: onboard it`);
  if (found.state === 'onboarding') throw refusal(`${tenant} is not onboarded to its end: repeat that`);
  const next = { ...found, ...changes, updatedAt: world.time() };
  if (next.state !== found.state || next.tier !== found.tier) await world.directory.putTenant(next, found);
  await reconcile(next, world);
}

async function enroll(member: Member, { directory, time }: OnboardingWorld): Promise<void> {
  const { user, tenant } = member;
  if ((await directory.tenant(tenant)) === undefined) throw refusal(`${tenant} has no record: onboard it`);
  const elsewhere = (await directory.memberships(user)).filter((other) => other !== tenant);
  // Whoever belongs to two gets no token at all: that is held by the trigger, this is so that nobody comes to it by mistake.
  if (elsewhere.length > 0) throw refusal(`${user} belongs to ${elsewhere.join(' and ')}: withdraw it from there`);
  await directory.putMember(member, time());
}

function refusal(message: string): Error {
  return Object.assign(new Error(message), { name: 'Refused' });
}
