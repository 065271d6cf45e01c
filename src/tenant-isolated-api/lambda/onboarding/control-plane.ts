/** An API key of API Gateway. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly enabled: boolean;
}

/** The API keys and usage plans of API Gateway. To create what already exists, or to remove what does not exist, is not an error. */
export interface ControlPlane {
  /**
   * Creates a key that is disabled. Returns undefined if a key with this value already exists.
   *
   * @throws TooManyKeys if the account has no room for another key
   */
  createKey(name: string, value: string): Promise<ApiKey | undefined>;
  /** Finds the key with exactly this name and value. */
  findKey(name: string, value: string): Promise<ApiKey | undefined>;
  getKey(id: string): Promise<ApiKey | undefined>;
  /** Rejects with `Conflict` if the key no longer exists. */
  setEnabled(id: string, enabled: boolean): Promise<void>;
  /** Deletes a key, and thereby removes it from its usage plans. */
  deleteKey(id: string): Promise<void>;
  /** Returns the ids of the usage plans that a key is part of. */
  plansOf(keyId: string): Promise<readonly string[]>;
  /** Rejects if the key is part of another plan of the stage, and with `Conflict` if it no longer exists. */
  addToPlan(planId: string, keyId: string): Promise<void>;
  removeFromPlan(planId: string, keyId: string): Promise<void>;
}

/** Thrown if the account has as many API keys as API Gateway allows. Waiting does not help. */
export class TooManyKeys extends Error {
  public readonly name = 'TooManyKeys';
}

/** The clock, replaced in tests so that they need not wait. */
export interface Pace {
  now(): number;
  /** When waiting must end, so that there is time for the response. */
  until(): number;
  sleep(milliseconds: number): Promise<void>;
  random(): number;
}

/**
 * Minimum time between calls. Documented: "Amazon API Gateway quotas": 5 CreateApiKey requests, 5 DeleteApiKey requests and 10 requests in
 * total per second and account. A fifth of each quota is left to others.
 */
const INTERVAL_MS = { createKey: 250, deleteKey: 250, any: 125 };
const MAX_ATTEMPTS = 8;
const LONGEST_PAUSE_MS = 8_000;

/** Runs calls one after another, at the pace that the service allows, and retries those that are throttled nevertheless. */
export function createQueue(pace: Pace): <T>(call: () => Promise<T>, kind?: keyof typeof INTERVAL_MS) => Promise<T> {
  const free = { createKey: 0, deleteKey: 0, any: 0 };
  return async (call, kind = 'any') => {
    for (let attempt = 1; ; attempt++) {
      const wait = Math.max(free.any, free[kind]) - pace.now();
      if (wait > 0) await pace.sleep(wait);
      const started = pace.now();
      free.any = started + INTERVAL_MS.any;
      free[kind] = started + INTERVAL_MS[kind];
      try {
        return await call();
      } catch (error) {
        if (kind === 'createKey' && isQuota(error)) throw new TooManyKeys((error as Error).message);
        const pause = retryAfter(error) + pace.random() * Math.min(LONGEST_PAUSE_MS, 500 * 2 ** attempt);
        if (attempt === MAX_ATTEMPTS || !isThrottle(error) || pace.now() + pause > pace.until()) throw error;
        await pace.sleep(pause);
      }
    }
  };
}

/**
 * A LimitExceededException is a throttle only if it says how long to wait. Otherwise it is a quota of resources, although its status is 429:
 * `{"message":"Maximum number of … has been reached. …","retryAfterSeconds":null}` (observed: hashicorp/terraform-provider-aws#37605).
 */
function isThrottle(error: unknown): boolean {
  const { name } = error as Error;
  return name === 'TooManyRequestsException' || (name === 'LimitExceededException' && retryAfter(error) > 0);
}

/** Whether a call failed because the account has as many resources as its quota allows. */
function isQuota(error: unknown): boolean {
  return (error as Error).name === 'LimitExceededException' && !isThrottle(error);
}

/** How long the service asks to wait, in milliseconds. Documented: `retryAfterSeconds` of both exceptions. */
function retryAfter(error: unknown): number {
  const seconds = Number((error as { readonly retryAfterSeconds?: string }).retryAfterSeconds ?? 0);
  return Number.isFinite(seconds) ? 1_000 * seconds : 0;
}
