import type { ApiKey, PlanKey, UsagePlan } from './definition';

/** A change that API Gateway rejects, with the name of its error. */
export class UsageConflict extends Error {
  constructor(
    readonly code: 'BadRequestException' | 'ConflictException' | 'NotFoundException',
    message: string,
  ) {
    super(message);
  }
}

/** The keys and plans of the account, which requests read and the control plane changes, so that a change applies at once. */
export interface UsageStore {
  /** Throws if the key does not exist. */
  key(id: string): ApiKey;
  /** In the order in which they were created. */
  keys(): ApiKey[];
  keyOfValue(value: string): ApiKey | undefined;
  /** Throws if the plan does not exist. */
  plan(id: string): UsagePlan;
  plans(): UsagePlan[];
  plansOf(keyId: string): UsagePlan[];
  keysOf(planId: string): ApiKey[];
  /** The plan by which a key may call a stage. */
  planFor(keyId: string, apiId: string, stage: string): UsagePlan | undefined;
  addPlan(plan: UsagePlan): void;
  /** Creates or replaces a key. Throws if its value is invalid or another key has it. */
  put(key: ApiKey): void;
  remove(keyId: string): void;
  join(pair: PlanKey): void;
  leave(pair: PlanKey): void;
}

/** Documented: "Set up API keys using the API Gateway console": a value has 20 to 128 characters. */
const VALUE = { least: 20, most: 128 };

export function createUsageStore(): UsageStore {
  const keys = new Map<string, ApiKey>();
  const byValue = new Map<string, string>();
  const plans = new Map<string, UsagePlan>();
  const joined = new Map<string, Set<string>>();
  /** By key and stage, so that a request needs no search. */
  const routes = new Map<string, UsagePlan>();

  const store: UsageStore = {
    key: (id) => existing(keys, id, UNKNOWN_KEY),
    keys: () => [...keys.values()],
    keyOfValue: (value) => keys.get(byValue.get(value) ?? ''),
    plan: (id) => existing(plans, id, UNKNOWN_PLAN),
    plans: () => [...plans.values()],
    plansOf: (keyId) => [...plans.values()].filter(({ id }) => joined.get(id)?.has(keyId)),
    keysOf: (planId) => [...(joined.get(planId) ?? [])].map(store.key),
    planFor: (keyId, apiId, stage) => routes.get(`${keyId} ${apiId}/${stage}`),
    addPlan(plan) {
      plans.set(plan.id, plan);
      joined.set(plan.id, new Set());
    },
    put(key) {
      checkValue(key.value);
      if ((byValue.get(key.value) ?? key.id) !== key.id) throw new UsageConflict('ConflictException', 'API Key already exists');
      keys.set(key.id, key);
      byValue.set(key.value, key.id);
    },
    remove(keyId) {
      const { value } = store.key(keyId);
      for (const plan of store.plansOf(keyId)) store.leave({ planId: plan.id, keyId });
      keys.delete(keyId);
      byValue.delete(value);
    },
    join({ planId, keyId }) {
      const plan = store.plan(planId);
      store.key(keyId);
      const members = joined.get(planId);
      if (members?.has(keyId)) {
        throw new UsageConflict('ConflictException', `Usage Plan ${planId} has API Key ${keyId} already`);
      }
      for (const { apiId, stage } of plan.stages) {
        // Documented: "a given API key can only be associated with one usage plan for each stage of your API".
        if (routes.has(`${keyId} ${apiId}/${stage}`)) {
          const where = `${apiId}:${stage}`;
          throw new UsageConflict(
            'ConflictException',
            `Usage Plan ${planId} cannot be added because API Key ${keyId} cannot reference multiple Usage Plans with the same API stage: ${where}`,
          );
        }
      }
      members?.add(keyId);
      for (const { apiId, stage } of plan.stages) routes.set(`${keyId} ${apiId}/${stage}`, plan);
    },
    leave({ planId, keyId }) {
      const plan = store.plan(planId);
      if (!joined.get(planId)?.delete(keyId)) throw new UsageConflict('NotFoundException', UNKNOWN_KEY);
      for (const { apiId, stage } of plan.stages) routes.delete(`${keyId} ${apiId}/${stage}`);
    },
  };
  return store;
}

export const UNKNOWN_KEY = 'Invalid API Key identifier specified';
const UNKNOWN_PLAN = 'Invalid Usage Plan ID specified';

function existing<T>(all: ReadonlyMap<string, T>, id: string, message: string): T {
  const found = all.get(id);
  if (found === undefined) throw new UsageConflict('NotFoundException', message);
  return found;
}

function checkValue(value: string): void {
  if (value.length < VALUE.least) {
    throw new UsageConflict('BadRequestException', `API Key value should be at least ${VALUE.least} characters`);
  }
  if (value.length > VALUE.most) {
    throw new UsageConflict('BadRequestException', `API Key value should be at most ${VALUE.most} characters`);
  }
}
