import { type Candidate, isLeaving, membersOf, type Tenant, tenantOf, withMember, withTenant } from './candidate';
import type { Ended, Ending, Operation } from './operations';

/** The README of TenantIsolatedApi: `offboard` is `waiting` for 65 minutes. */
export const OFFBOARDING_WAIT_MS = 65 * 60_000;

/** A way in which an operation can end in a state, and the state after it. */
interface Effect {
  readonly ending: Exclude<Ending, 'unknown'>;
  readonly next: Candidate;
}

/** When an operation ran, by the clock. */
type During = Pick<Ended, 'from' | 'to'>;

/** The states after an operation that ended like this, if the state before it was this one; none if it cannot have ended like this. */
export function statesAfter(before: Candidate, { operation, ending, from, to }: Ended): readonly Candidate[] {
  const effects = effectsOf(before, operation, { from, to });
  if (ending !== 'unknown') return effects.flatMap((effect) => (effect.ending === ending ? [effect.next] : []));
  const executed = effects.map(({ next }) => uncertain(next, before, operation.tenant));
  return [before, ...partsOf(before, operation), ...executed];
}

/** What an operation does according to the README of TenantIsolatedApi. */
function effectsOf(before: Candidate, operation: Operation, during: During): readonly Effect[] {
  const { tenant } = operation;
  const found = tenantOf(before, tenant);
  const done = (changed: Partial<Tenant> = {}): Effect[] => [
    { ending: 'done', next: withTenant(before, tenant, settled({ ...found, ...changed }, during)) },
  ];
  const rejected: Effect[] = [{ ending: 'rejected', next: before }];
  switch (operation.action) {
    case 'onboard':
    case 're-onboard': {
      const { tier, customer } = operation;
      if (found.state === 'none') return done({ state: 'active', tier, customer });
      if (isLeaving(found) || found.customer !== customer || found.state === 'suspended' || found.tier !== tier) return rejected;
      return done({ state: 'active' });
    }
    case 'move':
      return found.state === 'active' || found.state === 'suspended' ? done({ tier: operation.tier }) : rejected;
    case 'suspend':
      return done(isLeaving(found) ? {} : { state: 'suspended' });
    case 'resume':
      return (found.state === 'active' || found.state === 'suspended') && found.tier !== undefined ? done({ state: 'active' }) : rejected;
    case 'offboard':
      return found.state === 'none' ? rejected : offboarded(before, tenant, during);
    case 'enroll':
      return enrolled(before, operation) ?? rejected;
    case 'withdraw':
      return [{ ending: 'done', next: withdrawn(before, operation) }];
  }
}

/** A tenant after the function has brought its key in line with its state. */
function settled(tenant: Tenant, { to }: During): Tenant {
  if (tenant.state === 'active') return { ...tenant, key: 'enabled', inactiveSince: undefined };
  return { ...tenant, key: 'none', inactiveSince: tenant.inactiveSince ?? to };
}

/** After an operation that was interrupted, its last steps may be missing: the key may be as before, and sessions may be open. */
function uncertain(next: Candidate, before: Candidate, tenant: string): Candidate {
  const [changed, found] = [tenantOf(next, tenant), tenantOf(before, tenant)];
  if (changed === found) return next;
  const inactiveSince = changed.state === 'active' ? undefined : found.inactiveSince;
  return withTenant(next, tenant, { ...changed, key: 'either', inactiveSince });
}

function offboarded(before: Candidate, tenant: string, { from, to }: During): readonly Effect[] {
  const found = tenantOf(before, tenant);
  const left = membersOf(before, tenant).reduce((next, user) => withMember(next, user, undefined), before);
  const leaving = (changed: Partial<Tenant>) => withTenant(left, tenant, settled({ ...found, ...changed }, { from, to }));
  if (found.state === 'departed') return [{ ending: 'done', next: leaving({}) }];
  const effects: Effect[] = [];
  const [earliest, latest] = found.waitsSince ?? [from, to];
  if (from < latest + OFFBOARDING_WAIT_MS)
    effects.push({ ending: 'waiting', next: leaving({ state: 'offboarding', waitsSince: [earliest, latest] }) });
  if (found.waitsSince !== undefined && to >= earliest + OFFBOARDING_WAIT_MS)
    effects.push({ ending: 'done', next: leaving({ state: 'departed', tier: undefined, customer: undefined, waitsSince: undefined }) });
  return effects;
}

function enrolled(before: Candidate, { tenant, user = '', roles }: Operation): readonly Effect[] | undefined {
  const found = tenantOf(before, tenant);
  const membership = before.members[user];
  if (found.state === 'none' || isLeaving(found) || (membership !== undefined && membership.tenant !== tenant)) return undefined;
  return [{ ending: 'done', next: withMember(before, user, { tenant, roles: roles ?? membership?.roles ?? [] }) }];
}

function withdrawn(before: Candidate, { tenant, user = '' }: Operation): Candidate {
  return before.members[user]?.tenant === tenant ? withMember(before, user, undefined) : before;
}

/** The states in which an operation that was interrupted can leave the platform, other than before and after all of its steps. */
function partsOf(before: Candidate, { action, tenant, tier, customer }: Operation): readonly Candidate[] {
  const found = tenantOf(before, tenant);
  if ((action === 'onboard' || action === 're-onboard') && found.state === 'none')
    return [withTenant(before, tenant, { ...found, state: 'onboarding', tier, customer, key: 'none' })];
  if (action !== 'offboard' || found.state === 'none' || found.state === 'departed') return [];
  const leaving = withTenant(before, tenant, { ...found, state: 'offboarding', key: 'either' });
  // Any of the memberships may have been removed.
  return membersOf(before, tenant).reduce<Candidate[]>(
    (states, user) => states.flatMap((state) => [state, withMember(state, user, undefined)]),
    [leaving],
  );
}
