/** An API key of API Gateway. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly enabled: boolean;
}

/** The API keys and usage plans of API Gateway. To create what already exists, or to remove what does not exist, is not an error. */
export interface ControlPlane {
  /** Returns undefined if a key with this value already exists. */
  createKey(name: string, value: string): Promise<ApiKey | undefined>;
  /** Finds the key with exactly this name and value. */
  findKey(name: string, value: string): Promise<ApiKey | undefined>;
  getKey(id: string): Promise<ApiKey | undefined>;
  setEnabled(id: string, enabled: boolean): Promise<void>;
  /** Returns the ids of the usage plans that a key is part of. */
  plansOf(keyId: string): Promise<readonly string[]>;
  addToPlan(planId: string, keyId: string): Promise<void>;
  removeFromPlan(planId: string, keyId: string): Promise<void>;
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
 * Minimum time between calls. Documented: "Amazon API Gateway quotas": 5 CreateApiKey requests and 10 requests in total per second and
 * account. A fifth of each quota is left to others.
 */
const INTERVAL_MS = { createKey: 250, any: 125 };
const MAX_ATTEMPTS = 8;
const LONGEST_PAUSE_MS = 8_000;

/** Runs calls one after another, at the pace that the service allows, and retries those that are throttled nevertheless. */
export function createQueue(pace: Pace): <T>(call: () => Promise<T>, kind?: keyof typeof INTERVAL_MS) => Promise<T> {
  const free = { createKey: 0, any: 0 };
  return async (call, kind = 'any') => {
    for (let attempt = 1; ; attempt++) {
      const wait = Math.max(free.any, kind === 'createKey' ? free.createKey : 0) - pace.now();
      if (wait > 0) await pace.sleep(wait);
      const started = pace.now();
      free.any = started + INTERVAL_MS.any;
      if (kind === 'createKey') free.createKey = started + INTERVAL_MS.createKey;
      try {
        return await call();
      } catch (error) {
        const pause = retryAfter(error) + pace.random() * Math.min(LONGEST_PAUSE_MS, 500 * 2 ** attempt);
        if (attempt === MAX_ATTEMPTS || !isThrottle(error) || pace.now() + pause > pace.until()) throw error;
        await pace.sleep(pause);
      }
    }
  };
}

function isThrottle(error: unknown): boolean {
  return ['TooManyRequestsException', 'LimitExceededException'].includes((error as Error).name);
}

/** How long the service asks to wait, in milliseconds. Documented: `retryAfterSeconds` of both exceptions. */
function retryAfter(error: unknown): number {
  const seconds = Number((error as { readonly retryAfterSeconds?: string }).retryAfterSeconds ?? 0);
  return Number.isFinite(seconds) ? 1_000 * seconds : 0;
}
