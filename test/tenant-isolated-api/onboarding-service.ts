import type { TenantRecord } from '../../src/runtime/tenant-record';
import type { ApiKey } from '../../src/tenant-isolated-api/lambda/onboarding/control-plane';
import { Conflict, type EndedSessions } from '../../src/tenant-isolated-api/lambda/onboarding/directory';
import { boundaryDocument, type SessionBoundary } from '../../src/tenant-isolated-api/lambda/onboarding/ended-sessions';
import { execute, type OnboardingDependencies } from '../../src/tenant-isolated-api/lambda/onboarding/execute';
import type { OnboardingRequest } from '../../src/tenant-isolated-api/lambda/onboarding/request';

export const PLANS = { standard: 'plan-standard', trial: 'plan-trial' };

const START = Date.parse('2026-11-30T00:00:00Z');
const MEMBERS_ON_PAGE = 2;
const LEAVING = ['offboarding', 'departed'];

export const TAG = 'aws:PrincipalTag/school';

/** A managed policy with its versions, one of which is in force. */
interface FakePolicy {
  readonly versions: Map<string, string>;
  inForce: string;
  created: number;
}

/** The ids of tenants whose sessions a document of a boundary denies, with the time of issue below which it does. */
export function deniedBy(document: string): { readonly tenants: readonly string[]; readonly before: string } {
  const deny = JSON.parse(document).Statement.find(({ Effect }: { Effect: string }) => Effect === 'Deny');
  if (deny === undefined) return { tenants: [], before: '' };
  return { tenants: deny.Condition.StringEquals[TAG], before: deny.Condition.DateLessThan['aws:TokenIssueTime'] };
}

/**
 * API Gateway, the directory and the boundaries of `roles` tenant roles in memory. `fail` decides whether a call fails, before or after it
 * is executed; `turn` is awaited before and after each, so that a test decides about the order of calls of several requests.
 */
export function service(
  fail: () => 'before' | 'after' | undefined = () => undefined,
  turn: () => Promise<void> = async () => undefined,
  roles = 0,
) {
  const keys = new Map<string, { id: string; name: string; value: string; enabled: boolean }>();
  const on = new Map<string, Set<string>>(Object.values(PLANS).map((plan) => [plan, new Set()]));
  const tenants = new Map<string, TenantRecord>();
  const members = new Map<string, { user: string; tenant: string; roles: string[] }>();
  let list: EndedSessions = { version: 0, applied: 0, tenants: {} };
  const policies = Array.from(
    { length: roles },
    (): FakePolicy => ({
      versions: new Map([['v1', boundaryDocument(TAG, {})]]),
      inForce: 'v1',
      created: 1,
    }),
  );
  let [calls, created, skipped] = [0, 0, 0];
  async function call<T>(act: () => T): Promise<T> {
    await turn();
    calls++;
    const failure = fail();
    if (failure === 'before') throw new Error('the function was ended');
    const result = act();
    if (failure === 'after') throw new Error('the function was ended');
    await turn();
    return result;
  }
  const shown = ({ id, name, value, enabled }: ApiKey): ApiKey => ({ id, name, value, enabled });
  const existing = (id: string) => {
    const key = keys.get(id);
    if (key === undefined) throw new Conflict('there is no such key');
    return key;
  };
  const boundaryOf = (policy: FakePolicy): SessionBoundary => ({
    createVersion: (document) =>
      call(() => {
        // IAM keeps five. The caller makes room.
        if (policy.versions.size >= 5) for (const id of policy.versions.keys()) if (id !== policy.inForce) policy.versions.delete(id);
        const id = `v${++policy.created}`;
        policy.versions.set(id, document);
        return id;
      }),
    deleteOtherVersions: (id) =>
      call(() => {
        for (const other of policy.versions.keys()) if (other !== id && other !== policy.inForce) policy.versions.delete(other);
      }),
    setDefaultVersion: (id) =>
      call(() => {
        if (!policy.versions.has(id)) return false;
        policy.inForce = id;
        return true;
      }),
  });
  const dependencies: OnboardingDependencies = {
    tenantRoles: { principalTagKey: TAG, boundaries: policies.map(boundaryOf) },
    plans: PLANS,
    keyPrefix: 'api-',
    keyValue: async (tenant) => `value of ${tenant}`,
    time: () => new Date(START + calls * 1_000 + skipped).toISOString(),
    directory: {
      tenant: (tenant) => call(() => tenants.get(tenant)),
      putTenant: (record, before) =>
        call(() => {
          if (tenants.get(record.tenant)?.version !== before?.version) throw new Conflict('changed meanwhile');
          tenants.set(record.tenant, record);
        }),
      membership: (user) => call(() => members.get(user)?.tenant),
      putMember: ({ user, tenant, roles }) =>
        call(() => {
          const before = members.get(user);
          const record = tenants.get(tenant);
          if ((before?.tenant ?? tenant) !== tenant || record === undefined || LEAVING.includes(record.state))
            throw new Conflict('changed meanwhile');
          members.set(user, { user, tenant, roles: [...(roles ?? before?.roles ?? [])] });
        }),
      deleteMember: ({ user, tenant }) => call(() => void (members.get(user)?.tenant === tenant && members.delete(user))),
      endedSessions: () => call(() => list),
      putEndedSessions: (next, before, record) =>
        call(() => {
          if (record !== undefined && tenants.get(record.tenant)?.version !== record.version) throw new Conflict('changed meanwhile');
          if (list.version !== before.version) return false;
          list = next;
          return true;
        }),
      members: (tenant, after = '') =>
        call(() => {
          const all = [...members.values()].filter((member) => member.tenant === tenant && member.user > after);
          const page = all.sort((a, b) => (a.user < b.user ? -1 : 1)).slice(0, MEMBERS_ON_PAGE);
          return {
            members: page.map(({ user, roles }) => ({ user, roles })),
            next: all.length > page.length ? page.at(-1)?.user : undefined,
          };
        }),
    },
    controlPlane: {
      createKey: (name, value) =>
        call(() => {
          if ([...keys.values()].some((key) => key.value === value)) return undefined;
          const key = { id: `key-${++created}`, name, value, enabled: false };
          keys.set(key.id, key);
          return shown(key);
        }),
      findKey: (name, value) => call(() => [...keys.values()].map(shown).find((key) => key.name === name && key.value === value)),
      getKey: (id) => call(() => [...keys.values()].map(shown).find((key) => key.id === id)),
      setEnabled: (id, enabled) =>
        call(() => {
          existing(id).enabled = enabled;
        }),
      deleteKey: (id) =>
        call(() => {
          keys.delete(id);
          for (const held of on.values()) held.delete(id);
        }),
      plansOf: (keyId) => call(() => [...on].filter(([, held]) => held.has(keyId)).map(([plan]) => plan)),
      addToPlan: (plan, keyId) =>
        call(() => {
          existing(keyId);
          if ([...on].some(([other, held]) => other !== plan && held.has(keyId)))
            throw new Error('the key is on another plan of the stage');
          on.get(plan)?.add(keyId);
        }),
      removeFromPlan: (plan, keyId) => call(() => void on.get(plan)?.delete(keyId)),
    },
  };
  const state = () => ({
    tenants: [...tenants.values()].map(({ tenant, tier, state, apiKeyId }) => ({ tenant, tier, state, apiKeyId })),
    keys: [...keys.values()],
    on: Object.fromEntries([...on].map(([plan, held]) => [plan, [...held]])),
    members: [...members.values()].map(({ user, tenant }) => `${user} ${tenant}`),
  });
  return {
    dependencies,
    state,
    members,
    tenants,
    keys,
    on,
    calls: () => calls,
    /** What the boundary of each role denies. */
    denied: () => policies.map(({ versions, inForce }) => deniedBy(versions.get(inForce) ?? '')),
    documents: () => policies.map(({ versions, inForce }) => versions.get(inForce) ?? ''),
    skip: (milliseconds: number) => {
      skipped += milliseconds;
    },
    act: (request: OnboardingRequest, timeLeft: () => boolean = () => true) => execute(request, dependencies, timeLeft),
  };
}
