import { type Candidate, NOTHING, type Tenant, tenantOf, withTenant } from './candidate';
import { statesAfter } from './effects';
import type { Ended } from './operations';

/**
 * What the platform may be like, after everything that was seen of it. An operation that was interrupted, or ran at the same time as others,
 * leaves several possible states; each observation excludes those that it contradicts.
 */
export class Model {
  private states: readonly Candidate[] = [NOTHING];

  get candidates(): readonly Candidate[] {
    return this.states;
  }

  /** Whether this holds in each possible state of a tenant. */
  everywhere(tenant: string, is: (tenant: Tenant) => boolean): boolean {
    return this.states.every((state) => is(tenantOf(state, tenant)));
  }

  /**
   * Takes operations that ran at the same time. Each order of them is possible.
   *
   * @returns false if no order explains how they ended: the model then believes them
   */
  ran(group: readonly Ended[]): boolean {
    const next = ordersOf(group).flatMap((order) =>
      order.reduce<readonly Candidate[]>((states, ended) => states.flatMap((state) => statesAfter(state, ended)), this.states),
    );
    if (next.length > 0) {
      this.states = distinct(next);
      return true;
    }
    this.states = distinct(
      group.reduce<readonly Candidate[]>((states, ended) => states.map((state) => believed(state, ended)), this.states),
    );
    return false;
  }

  /**
   * Takes an observation.
   *
   * @param agrees whether a state agrees with it
   * @returns false if no possible state does, which then remain as they were
   */
  saw(agrees: (candidate: Candidate) => boolean): boolean {
    const left = this.states.filter(agrees);
    if (left.length > 0) this.states = left;
    return left.length > 0;
  }
}

/** The state after an operation that cannot have ended like this, but did: another customer got the id. */
function believed(state: Candidate, { operation, ending }: Ended): Candidate {
  const { action, tenant, tier, customer } = operation;
  if (ending !== 'done' || (action !== 'onboard' && action !== 're-onboard')) return state;
  const { incarnation } = tenantOf(state, tenant);
  return withTenant(state, tenant, { state: 'active', tier, customer, key: 'enabled', incarnation: incarnation + 1 });
}

function ordersOf<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((first, at) => ordersOf(items.filter((_, other) => other !== at)).map((rest) => [first, ...rest]));
}

function distinct(states: readonly Candidate[]): Candidate[] {
  return [...new Map(states.map((state) => [keyOf(state), state])).values()];
}

function keyOf({ tenants, members }: Candidate): string {
  const sorted = <T extends object>(record: Readonly<Record<string, T>>) =>
    Object.keys(record)
      .sort()
      .map((name) => [name, Object.entries(record[name]).sort(([one], [other]) => (one < other ? -1 : 1))]);
  return JSON.stringify([sorted(tenants), sorted(members)]);
}
