import { randomBytes } from 'node:crypto';
import type { Json, JsonObject } from '../../../contracts';
import type { ApiKey, UsagePlan } from '../usage/definition';
import { generatedValue } from '../usage/load';
import { UNKNOWN_KEY, UsageConflict, type UsageStore } from '../usage/store';
import { paged } from './pages';
import type { Operation, Routed } from './routes';

export interface Reply {
  readonly status: number;
  readonly body?: JsonObject;
}

/** A call of an operation, with what it needs. */
export interface Call extends Omit<Routed, 'operation'> {
  readonly body: JsonObject;
  readonly store: UsageStore;
  readonly now: number;
}

/** Each operation as documented in the API Gateway API reference. Throws `UsageConflict`. */
export const operations: Readonly<Record<Operation, (call: Call) => Reply>> = {
  CreateApiKey({ store, body, now }) {
    only(body, ['name', 'description', 'enabled', 'value', 'customerId', 'generateDistinctId']);
    const id = randomId();
    const key: ApiKey = {
      id,
      value: text(body, 'value') ?? generatedValue(randomBytes(64).toString('hex')),
      name: text(body, 'name') ?? id,
      description: text(body, 'description'),
      customerId: text(body, 'customerId'),
      enabled: body.enabled === true,
      created: now,
      updated: now,
    };
    store.put(key);
    return { status: 201, body: shown(key, true) };
  },
  GetApiKeys({ store, query }) {
    const found = store.keys().filter(({ customerId }) => !query.has('customerId') || customerId === query.get('customerId'));
    const values = query.get('includeValues') === 'true';
    return { status: 200, body: paged(named(found, query), query, (key) => shown(key, values)) };
  },
  GetApiKey: ({ store, keyId, query }) => ({ status: 200, body: shown(store.key(keyId), query.get('includeValue') === 'true') }),
  UpdateApiKey({ store, keyId, body, now }) {
    only(body, ['patchOperations']);
    let key = store.key(keyId);
    for (const patch of Array.isArray(body.patchOperations) ? body.patchOperations : []) {
      key = { ...patched(key, patch), updated: now };
    }
    store.put(key);
    return { status: 200, body: shown(key, false) };
  },
  DeleteApiKey({ store, keyId }) {
    store.remove(keyId);
    return { status: 202 };
  },
  GetUsagePlans({ store, query }) {
    const keyId = query.get('keyId');
    const plans = keyId === undefined ? store.plans() : store.plansOf(store.key(keyId).id);
    return { status: 200, body: paged(plans, query, shownPlan) };
  },
  GetUsagePlan: ({ store, planId }) => ({ status: 200, body: shownPlan(store.plan(planId)) }),
  CreateUsagePlanKey({ store, planId, body }) {
    only(body, ['keyId', 'keyType']);
    if (text(body, 'keyType') !== 'API_KEY') throw bad('Invalid key type specified: it must be API_KEY');
    const keyId = text(body, 'keyId') ?? '';
    store.join({ planId, keyId });
    return { status: 201, body: member(store.key(keyId)) };
  },
  GetUsagePlanKeys({ store, planId, query }) {
    return { status: 200, body: paged(named(store.keysOf(store.plan(planId).id), query), query, member) };
  },
  GetUsagePlanKey({ store, planId, keyId }) {
    const found = store.keysOf(store.plan(planId).id).find(({ id }) => id === keyId);
    if (!found) throw new UsageConflict('NotFoundException', UNKNOWN_KEY);
    return { status: 200, body: member(found) };
  },
  DeleteUsagePlanKey({ store, planId, keyId }) {
    store.leave({ planId, keyId });
    return { status: 202 };
  },
};

function bad(message: string): UsageConflict {
  return new UsageConflict('BadRequestException', message);
}

/** Rejects an unsupported member, instead of ignoring it. */
function only(body: JsonObject, names: readonly string[]): void {
  for (const name of Object.keys(body)) if (!names.includes(name)) throw bad(`The sandbox does not support ${name}`);
}

function text(body: JsonObject, name: string): string | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw bad(`${name} must be a string`);
  return value;
}

function randomId(): string {
  return [...randomBytes(10)].map((byte) => (byte % 36).toString(36)).join('');
}

/** Observed (getmoto/moto#8220, localstack/localstack#6261, checked on AWS): a name in a query is a prefix. */
function named(keys: readonly ApiKey[], query: ReadonlyMap<string, string>): ApiKey[] {
  return keys.filter(({ name }) => name.startsWith(query.get('name') ?? ''));
}

const PATCHED: Readonly<Record<string, 'name' | 'description' | 'customerId' | 'enabled'>> = {
  '/name': 'name',
  '/description': 'description',
  '/customerId': 'customerId',
  '/enabled': 'enabled',
};

function patched(key: ApiKey, patch: Json): ApiKey {
  const { op, path, value } = (typeof patch === 'object' && patch !== null ? patch : {}) as JsonObject;
  const name = PATCHED[String(path)];
  if (op !== 'replace' || name === undefined || typeof value !== 'string') {
    throw bad(`Invalid patch path '${path}' specified for op '${op}'. Must be one of: [${Object.keys(PATCHED).join(', ')}]`);
  }
  if (name !== 'enabled') return { ...key, [name]: value };
  if (value !== 'true' && value !== 'false') throw bad(`Invalid value ${value} for /enabled: it must be true or false`);
  return { ...key, enabled: value === 'true' };
}

function shown(key: ApiKey, withValue: boolean): JsonObject {
  const { id, value, name, description, customerId, enabled, created, updated } = key;
  return defined({
    id,
    value: withValue ? value : undefined,
    name,
    description,
    customerId,
    enabled,
    createdDate: Math.floor(created / 1000),
    lastUpdatedDate: Math.floor(updated / 1000),
    stageKeys: [],
  });
}

function member({ id, value, name }: ApiKey): JsonObject {
  return { id, type: 'API_KEY', value, name };
}

function shownPlan({ id, name, description, stages, throttle, quota }: UsagePlan): JsonObject {
  const limit = (given: UsagePlan['throttle']) => given && { rateLimit: given.rate, burstLimit: given.burst };
  return defined({
    id,
    name,
    description,
    apiStages: stages.map(({ apiId, stage, methods }) =>
      defined({
        apiId,
        stage,
        throttle: methods.size > 0 ? Object.fromEntries([...methods].map(([method, one]) => [method, limit(one) ?? {}])) : undefined,
      }),
    ),
    throttle: limit(throttle),
    quota: quota && { limit: quota.limit, offset: 0, period: quota.period },
  });
}

function defined(members: Record<string, Json | undefined>): JsonObject {
  return Object.fromEntries(Object.entries(members).filter((entry): entry is [string, Json] => entry[1] !== undefined));
}
