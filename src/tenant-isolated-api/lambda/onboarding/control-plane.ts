/** A key as API Gateway knows it. */
export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
}

/** API Gateway's control plane, as far as keys and their plans go. What is there already, or is not there any more, is no error. */
export interface ControlPlane {
  /** Undefined where a key with this value is there already. */
  createKey(name: string, value: string): Promise<ApiKey | undefined>;
  /** The key of exactly this name. */
  findKey(name: string): Promise<ApiKey | undefined>;
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
        const { name } = error as Error;
        if (attempt === TRIES || (name !== 'TooManyRequestsException' && name !== 'LimitExceededException')) throw error;
        await pace.sleep(pace.random() * Math.min(LONGEST_PAUSE, 500 * 2 ** attempt));
      }
    }
  };
}
