import type { Clock } from '../../../contracts';
import { GatewayFailure } from '../failure';
import { type RateLimit, TokenBucket, takeFromAll } from '../token-bucket';
import type { ApiKey, UsagePlan } from './definition';
import { periodBegan } from './quota';
import type { UsageStore } from './store';

/** A request whose usage is metered. */
export interface Metered {
  /** The API key that the caller sent or the authorizer returned. */
  readonly value: string | undefined;
  readonly apiId: string;
  readonly stage: string;
  /** `/visits/{id}/GET` */
  readonly method: string;
  /** The stage's limit of the method, for all callers together. */
  readonly shared?: TokenBucket;
}

export interface Meter {
  /** The key of a request to a method that requires one. Throws INVALID_API_KEY if the key has no access to the stage. */
  identify(request: Metered): { readonly key: ApiKey; readonly plan: UsagePlan };
  /** Counts a request. Throws THROTTLED or QUOTA_EXCEEDED, and then counts nothing. */
  count(request: Metered, caller?: { readonly key: ApiKey; readonly plan: UsagePlan }): void;
}

interface Count {
  used: number;
  since: number;
}

/**
 * Applies limits in the documented order ("Throttle requests to your REST APIs"): of a key for a method, of a key for the whole plan, of
 * the stage for the method. AWS applies them "on a best-effort basis"; the sandbox applies them exactly.
 */
export function createMeter(usage: UsageStore, clock: Clock): Meter {
  const buckets = new Map<string, { readonly limit: RateLimit; readonly bucket: TokenBucket }>();
  const counts = new Map<string, Count>();

  const bucketOf = (name: string, limit: RateLimit | undefined, now: number): TokenBucket[] => {
    if (!limit) return [];
    let entry = buckets.get(name);
    if (entry?.limit !== limit) {
      entry = { limit, bucket: new TokenBucket(limit, now) };
      buckets.set(name, entry);
    }
    return [entry.bucket];
  };

  return {
    identify({ value, apiId, stage }) {
      const key = value === undefined ? undefined : usage.keyOfValue(value);
      const plan = key?.enabled ? usage.planFor(key.id, apiId, stage) : undefined;
      if (!key || !plan) throw new GatewayFailure('INVALID_API_KEY', 'Forbidden');
      return { key, plan };
    },
    count({ apiId, stage, method, shared }, caller) {
      const now = clock.now();
      const needed = shared ? [shared] : [];
      let quota: Count | undefined;
      if (caller) {
        const { plan, key } = caller;
        // Documented: the limits of a plan "are aggregated across all API stages within a usage plan", for each key.
        const owner = `${plan.id} ${key.id}`;
        const own = plan.stages.find((each) => each.apiId === apiId && each.stage === stage)?.methods.get(method);
        needed.unshift(...bucketOf(`${owner} ${apiId}/${stage}${method}`, own, now), ...bucketOf(owner, plan.throttle, now));
        quota = plan.quota && within(counts, owner, periodBegan(plan.quota, now));
        if (!needed.every((bucket) => bucket.holds(now))) throw throttled();
        if (plan.quota && quota && quota.used >= plan.quota.limit) throw new GatewayFailure('QUOTA_EXCEEDED', 'Limit Exceeded');
      }
      if (!takeFromAll(needed, now)) throw throttled();
      if (quota) quota.used += 1;
    },
  };
}

function throttled(): GatewayFailure {
  return new GatewayFailure('THROTTLED', 'Too Many Requests');
}

/** The count of a period; each period starts at 0. */
function within(counts: Map<string, Count>, owner: string, since: number): Count {
  let count = counts.get(owner);
  if (count?.since !== since) {
    count = { used: 0, since };
    counts.set(owner, count);
  }
  return count;
}
