/** A key as API Gateway knows it. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly value: string;
  readonly enabled: boolean;
}

/** API Gateway's control plane, as far as keys and their plans go. What is there already, or is not there any more, is no error. */
export interface ControlPlane {
  /** Undefined where a key with this value is there already. */
  createKey(name: string, value: string): Promise<ApiKey | undefined>;
  /** The key of exactly this name and value. */
  findKey(name: string, value: string): Promise<ApiKey | undefined>;
  getKey(id: string): Promise<ApiKey | undefined>;
  setEnabled(id: string, enabled: boolean): Promise<void>;
  /** Ids of the plans that a key is on. */
  plansOf(keyId: string): Promise<readonly string[]>;
  addToPlan(planId: string, keyId: string): Promise<void>;
  removeFromPlan(planId: string, keyId: string): Promise<void>;
}

/** Time, so that tests need not wait. */
export interface Pace {
  now(): number;
  /** When waiting must end, so that there is an answer. */
  until(): number;
  sleep(milliseconds: number): Promise<void>;
  random(): number;
}

/**
 * Documented: "Amazon API Gateway quotas": CreateApiKey 5 a second; the control plane as a whole 10 a second, both per account. A fifth of each
 * is left to others.
 */
const APART = { createKey: 250, any: 125 };
const TRIES = 8;
const LONGEST_PAUSE = 8_000;

/** Calls one after another, at the pace that the service takes, and again where it was asked too fast all the same. */
export function createQueue(pace: Pace): <T>(call: () => Promise<T>, kind?: keyof typeof APART) => Promise<T> {
  const free = { createKey: 0, any: 0 };
  return async (call, kind = 'any') => {
    for (let attempt = 1; ; attempt++) {
      const wait = Math.max(free.any, kind === 'createKey' ? free.createKey : 0) - pace.now();
      if (wait > 0) await pace.sleep(wait);
      const started = pace.now();
      free.any = started + APART.any;
      if (kind === 'createKey') free.createKey = started + APART.createKey;
      try {
        return await call();
      } catch (error) {
        const pause = askedFor(error) + pace.random() * Math.min(LONGEST_PAUSE, 500 * 2 ** attempt);
        if (attempt === TRIES || !isThrottle(error) || pace.now() + pause > pace.until()) throw error;
        await pace.sleep(pause);
      }
    }
  };
}

function isThrottle(error: unknown): boolean {
  return ['TooManyRequestsException', 'LimitExceededException'].includes((error as Error).name);
}

/** Milliseconds that the service itself asks for. Documented: `retryAfterSeconds` of both exceptions. */
function askedFor(error: unknown): number {
  const seconds = Number((error as { readonly retryAfterSeconds?: string }).retryAfterSeconds ?? 0);
  return Number.isFinite(seconds) ? 1_000 * seconds : 0;
}
