/** What operators do with tenants and their users. `re-onboard` is an `onboard` of an id for another customer than its first one. */
export const ACTIONS = ['onboard', 'move', 'suspend', 'resume', 'offboard', 're-onboard', 'enroll', 'withdraw'] as const;
export type Action = (typeof ACTIONS)[number];

/** One operation on one tenant. */
export interface Operation {
  readonly action: Action;
  readonly tenant: string;
  /** Of `onboard`, `re-onboard` and `move`. */
  readonly tier?: string;
  /** Of `onboard` and `re-onboard`. */
  readonly customer?: string;
  /** The name of a user, of `enroll` and `withdraw`. */
  readonly user?: string;
  /** Of `enroll`; without them, an existing membership keeps its roles. */
  readonly roles?: readonly string[];
}

/**
 * How an operation ended:
 *
 * - done, waiting: as the onboarding function says;
 * - rejected: it was not executed, because of the state of the tenant or of the user;
 * - unknown: it was interrupted, or overtaken by another one. Its steps may have been executed in part.
 */
export type Ending = 'done' | 'waiting' | 'rejected' | 'unknown';

/** An operation that ended, with the times before and after it, in milliseconds of the clock. */
export interface Ended {
  readonly operation: Operation;
  readonly ending: Ending;
  readonly from: number;
  readonly to: number;
}

/** The request of the onboarding function for an operation. */
export function requestOf({ action, tenant, tier, customer, user, roles }: Operation, sub: (user: string) => string): object {
  switch (action) {
    case 'onboard':
    case 're-onboard':
      return { action: 'onboard', tenants: [{ tenant, tier, customer }] };
    case 'move':
      return { action, tenants: [{ tenant, tier }] };
    case 'enroll':
      return { action, members: [{ user: sub(user ?? ''), tenant, ...(roles === undefined ? {} : { roles }) }] };
    case 'withdraw':
      return { action, members: [{ user: sub(user ?? ''), tenant }] };
    default:
      return { action, tenants: [{ tenant }] };
  }
}
