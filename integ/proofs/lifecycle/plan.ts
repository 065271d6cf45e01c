import { generator } from '../../kit/random';
import { ACTIONS, type Action, type Operation } from './operations';

/** What users and services do between operations. */
export type Act =
  /** A request with a token of the tenant: the latest one, or the first one that has not expired. */
  | { readonly kind: 'read' | 'write'; readonly tenant: string; readonly token: 'latest' | 'first' }
  /** The last message of the tenant once more, with its idempotency key. */
  | { readonly kind: 'repeat'; readonly tenant: string }
  /** Tokens for a user by the password, or by the first refresh token that the user got. */
  | { readonly kind: 'sign-in' | 'refresh'; readonly user: string }
  /** A call in a session of the tenant that a service opens or has open, or with the first credentials that it got and that have not expired. */
  | { readonly kind: 'session'; readonly tenant: string; readonly credentials: 'service' | 'first' }
  /** The queue is not read until it is released. */
  | { readonly kind: 'hold' | 'release' }
  | { readonly kind: 'wait'; readonly milliseconds: number };

/** One or more operations at the same time, and what comes after them. */
export interface Step {
  readonly operations: readonly Operation[];
  /** The call of the onboarding function to the endpoint at which it is killed. @default - it is not killed */
  readonly killedAt?: number;
  /** Whether what was interrupted is repeated after the acts, instead of before. */
  readonly repeatsLate: boolean;
  /** Whether the offboarding is repeated, after its wait, until the tenant has left. */
  readonly untilDeparted?: boolean;
  readonly acts: readonly Act[];
}

export interface Plan {
  readonly seed: number;
  readonly tenants: readonly string[];
  readonly users: readonly string[];
  readonly steps: readonly Step[];
}

const TENANTS = 6;
const USERS = 8;
const OPERATIONS = 42;
/** Each of these tenants leaves within the sequence, and its id is asked for again by another customer. */
const REUSED = 2;
const TIERS = ['standard', 'trial'] as const;
const ROLES: readonly (readonly string[])[] = [['teacher'], ['director'], ['teacher', 'director']];
const MINUTE_MS = 60_000;
/** How often each action is chosen, compared with the others. */
const WEIGHTS: Readonly<Record<Action, number>> = {
  ...{ onboard: 1.2, move: 1, suspend: 1.2, resume: 1.8, offboard: 0.7, 're-onboard': 0.7, enroll: 1.8, withdraw: 0.9 },
};
/** Shares of the steps; a step with several operations has more of them than others. */
const CONCURRENT_STEPS = 0.36;
const KILLED_STEPS = 0.38;
/** After about this many calls, an operation has ended. */
const CALLS: Readonly<Record<Action, number>> = {
  ...{ onboard: 9, move: 6, suspend: 11, resume: 13, offboard: 14, 're-onboard': 2, enroll: 3, withdraw: 1 },
};

/** Draws a sequence. The same seed gives the same one. */
export function planOf(seed: number): Plan {
  const random = generator(seed);
  const tenants = Array.from({ length: TENANTS }, (_, index) => `school-${seed}-${index + 1}`);
  const users = Array.from({ length: USERS }, (_, index) => `user-${seed}-${index + 1}`);
  const draw = drawing(random, tenants, users);
  const steps: Step[] = [];
  // At first each tenant gets one user. Two are onboarded at the same time.
  for (let index = 0; index < TENANTS; index += 2) {
    steps.push(draw.step([draw.operation(tenants[index], 'onboard'), draw.operation(tenants[index + 1], 'onboard')]));
    for (const at of [index, index + 1])
      steps.push(draw.step([{ action: 'enroll', tenant: tenants[at], user: users[at], roles: ['teacher'] }], users[at]));
  }
  const leavings = new Map(tenants.slice(0, REUSED).map((tenant, index) => [1.5 * TENANTS + 2 + 8 * index, tenant]));
  const planned = () => steps.reduce((sum, { operations }) => sum + operations.length, 0);
  for (let number = steps.length; planned() < OPERATIONS; number++) {
    const leaving = leavings.get(number);
    if (leaving === undefined) steps.push(draw.randomStep());
    else steps.push(...draw.reuse(leaving));
  }
  return { seed, tenants, users, steps };
}

function drawing(random: () => number, tenants: readonly string[], users: readonly string[]) {
  const one = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)];
  const action = (): Action => {
    let left = random() * Object.values(WEIGHTS).reduce((sum, weight) => sum + weight, 0);
    for (const name of ACTIONS) {
      left -= WEIGHTS[name];
      if (left < 0) return name;
    }
    return 'enroll';
  };
  const operation = (tenant: string, name: Action): Operation => {
    switch (name) {
      case 'onboard':
        return { action: name, tenant, tier: 'standard', customer: `first-of-${tenant}` };
      case 're-onboard':
        return { action: name, tenant, tier: 'standard', customer: `next-of-${tenant}` };
      case 'move':
        return { action: name, tenant, tier: one(TIERS) };
      case 'enroll':
        return { action: name, tenant, user: userFor(tenant), roles: random() < 0.3 ? undefined : one(ROLES) };
      case 'withdraw':
        return { action: name, tenant, user: userFor(tenant) };
      default:
        return { action: name, tenant };
    }
  };
  /** Mostly a user that the tenant had at first, so that operations meet. */
  const userFor = (tenant: string) => (random() < 0.6 ? users[tenants.indexOf(tenant)] : one(users));
  const act = (tenant: string, user: string): Act => {
    const of = random() < 0.7 ? tenant : one(tenants);
    const by = random() < 0.7 ? user : one(users);
    const kinds: readonly (() => Act)[] = [
      () => ({ kind: 'read', tenant: of, token: one(['latest', 'first'] as const) }),
      () => ({ kind: 'write', tenant: of, token: one(['latest', 'first'] as const) }),
      () => ({ kind: 'write', tenant: of, token: one(['latest', 'first'] as const) }),
      () => ({ kind: 'repeat', tenant: of }),
      () => ({ kind: 'refresh', user: by }),
      () => ({ kind: random() < 0.5 ? 'sign-in' : 'refresh', user: by }),
      () => ({ kind: 'session', tenant: of, credentials: one(['service', 'first'] as const) }),
      () => ({ kind: 'session', tenant: of, credentials: 'service' }),
      () => ({ kind: one(['hold', 'release'] as const) }),
      () => ({ kind: 'wait', milliseconds: one([2_000, MINUTE_MS, 20 * MINUTE_MS]) }),
    ];
    return one(kinds)();
  };
  const step = (operations: readonly Operation[], user = userFor(operations[0].tenant)): Step => {
    const [{ tenant, action: first }] = operations;
    const killedAt = random() < KILLED_STEPS ? 1 + Math.floor(random() * CALLS[first]) : undefined;
    const enters: Act[] = operations.some(({ action: name }) => name === 'enroll' || name === 'resume') ? [{ kind: 'sign-in', user }] : [];
    const acts = [...enters, ...Array.from({ length: 3 }, () => act(tenant, user))];
    return { operations, killedAt, repeatsLate: random() < 0.5, acts };
  };
  return {
    operation,
    step,
    randomStep(): Step {
      const tenant = one(tenants);
      const operations = [operation(tenant, action())];
      while (random() < CONCURRENT_STEPS && operations.length < 3) {
        operations.push(operation(random() < 0.7 ? tenant : one(tenants), action()));
      }
      return step(operations);
    },
    /** A tenant that has everything leaves, and another customer asks for its id. */
    reuse(tenant: string): Step[] {
      const user = users[tenants.indexOf(tenant)];
      const busy: Act[] = [
        { kind: 'sign-in', user },
        { kind: 'read', tenant, token: 'latest' },
        { kind: 'session', tenant, credentials: 'service' },
        { kind: 'hold' },
        { kind: 'write', tenant, token: 'latest' },
      ];
      const after: Act[] = [
        { kind: 'read', tenant, token: 'first' },
        { kind: 'session', tenant, credentials: 'first' },
        { kind: 'session', tenant, credentials: 'service' },
        { kind: 'refresh', user },
      ];
      const plain = (name: Action, acts: readonly Act[]): Step => ({ ...step([operation(tenant, name)], user), acts });
      return [
        plain('resume', busy),
        plain('offboard', after),
        { ...plain('offboard', after), untilDeparted: true },
        plain('re-onboard', [...after, { kind: 'write', tenant, token: 'first' }, { kind: 'release' }]),
        plain('enroll', [{ kind: 'sign-in', user }, ...after]),
      ];
    },
  };
}

/** The pairs of operations that follow each other on one tenant. */
export function sequencePairs({ steps }: Plan): (readonly [before: Action, after: Action])[] {
  const last = new Map<string, Action>();
  return steps
    .flatMap(({ operations }) => operations)
    .flatMap(({ action, tenant }) => {
      const before = last.get(tenant);
      last.set(tenant, action);
      return before === undefined ? [] : [[before, action] as const];
    });
}

/** The pairs that there are at least so often. */
export function pairsCovered(pairs: readonly (readonly [before: Action, after: Action])[], least: number): number {
  const counts = new Map<string, number>();
  for (const pair of pairs) counts.set(pair.join(), (counts.get(pair.join()) ?? 0) + 1);
  return [...counts.values()].filter((count) => count >= least).length;
}
