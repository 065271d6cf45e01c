import fc from 'fast-check';
import type { TenantRecord } from '../../src/runtime/tenant-record';
import { type ApiKey, createQueue } from '../../src/tenant-isolated-api/lambda/onboarding/control-plane';
import { Conflict } from '../../src/tenant-isolated-api/lambda/onboarding/directory';
import { execute, type OnboardingDependencies } from '../../src/tenant-isolated-api/lambda/onboarding/execute';
import { type OnboardingRequest, readRequest } from '../../src/tenant-isolated-api/lambda/onboarding/request';

const TIERS = ['standard', 'trial'];
const PLANS = { standard: 'plan-standard', trial: 'plan-trial' };

/** API Gateway and the directory in memory. `fail` decides whether a call fails, before or after it is executed. */
function service(fail: () => 'before' | 'after' | undefined = () => undefined) {
  const keys = new Map<string, { id: string; name: string; value: string; enabled: boolean }>();
  const on = new Map<string, Set<string>>(Object.values(PLANS).map((plan) => [plan, new Set()]));
  const tenants = new Map<string, TenantRecord>();
  const members = new Map<string, { user: string; tenant: string; roles?: readonly string[] }>();
  let calls = 0;
  async function call<T>(act: () => T): Promise<T> {
    calls++;
    const failure = fail();
    if (failure === 'before') throw new Error('the function was ended');
    const result = act();
    if (failure === 'after') throw new Error('the function was ended');
    return result;
  }
  const shown = ({ id, name, value, enabled }: ApiKey): ApiKey => ({ id, name, value, enabled });
  const dependencies: OnboardingDependencies = {
    plans: PLANS,
    keyPrefix: 'api-',
    keyValue: async (tenant) => `value of ${tenant}`,
    time: () => `time ${calls}`,
    directory: {
      tenant: (tenant) => call(() => tenants.get(tenant)),
      putTenant: (record, before) =>
        call(() => {
          if (tenants.get(record.tenant)?.updatedAt !== before?.updatedAt) throw new Conflict('changed meanwhile');
          tenants.set(record.tenant, record);
        }),
      memberships: (user) => call(() => [...members.values()].filter((member) => member.user === user).map(({ tenant }) => tenant)),
      putMember: (member) => call(() => void members.set(`${member.user} ${member.tenant}`, member)),
      deleteMember: ({ user, tenant }) => call(() => void members.delete(`${user} ${tenant}`)),
    },
    controlPlane: {
      createKey: (name, value) =>
        call(() => {
          if ([...keys.values()].some((key) => key.value === value)) return undefined;
          const key = { id: `key-${keys.size + 1}`, name, value, enabled: true };
          keys.set(key.id, key);
          return shown(key);
        }),
      findKey: (name, value) => call(() => [...keys.values()].map(shown).find((key) => key.name === name && key.value === value)),
      getKey: (id) => call(() => [...keys.values()].map(shown).find((key) => key.id === id)),
      setEnabled: (id, enabled) =>
        call(() => {
          const key = keys.get(id);
          if (key === undefined) throw new Error('there is no such key');
          key.enabled = enabled;
        }),
      plansOf: (keyId) => call(() => [...on].filter(([, held]) => held.has(keyId)).map(([plan]) => plan)),
      addToPlan: (plan, keyId) =>
        call(() => {
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
    members: [...members.keys()],
  });
  return {
    dependencies,
    state,
    members,
    tenants,
    keys,
    on,
    calls: () => calls,
    act: (request: OnboardingRequest) => execute(request, dependencies, () => true),
  };
}

const onboard = (tier = 'standard'): OnboardingRequest => ({ action: 'onboard', tenants: [{ tenant: 'north', tier }] });
const move = (tier: string): OnboardingRequest => ({ action: 'move', tenants: [{ tenant: 'north', tier }] });
const suspend: OnboardingRequest = { action: 'suspend', tenants: [{ tenant: 'north' }] };
const resume: OnboardingRequest = { action: 'resume', tenants: [{ tenant: 'north' }] };
const enroll = (tenant = 'north'): OnboardingRequest => ({ action: 'enroll', members: [{ user: 'user-1', tenant, roles: ['teacher'] }] });

test('a tenant gets a key with its derived value on the usage plan of its tier, and is active', async () => {
  const { act, state } = service();
  await expect(act(onboard())).resolves.toEqual({ results: [{ tenant: 'north', status: 'done' }], remaining: [] });
  expect(state()).toMatchObject({
    tenants: [{ tenant: 'north', tier: 'standard', state: 'active', apiKeyId: 'key-1' }],
    keys: [{ name: 'api-north', value: 'value of north', enabled: true }],
    on: { 'plan-standard': ['key-1'], 'plan-trial': [] },
  });
});

test('a suspension disables the key, and resuming enables it', async () => {
  const { act, state } = service();
  await act(onboard());
  await act(suspend);
  expect(state()).toMatchObject({ tenants: [{ state: 'suspended' }], keys: [{ enabled: false }] });
  await act(resume);
  expect(state()).toMatchObject({ tenants: [{ state: 'active' }], keys: [{ enabled: true }] });
});

test('a suspension is recorded before the key is disabled, so that no new token is issued meanwhile', async () => {
  let fail = false;
  const { act, state, dependencies } = service();
  await act(onboard());
  const disable = dependencies.controlPlane.setEnabled;
  (dependencies.controlPlane as { setEnabled: typeof disable }).setEnabled = async (id, enabled) => {
    if (fail) throw new Error('the function was ended');
    return disable(id, enabled);
  };
  fail = true;
  await act(suspend);
  expect(state()).toMatchObject({ tenants: [{ state: 'suspended' }], keys: [{ enabled: true }] });
  fail = false;
  await act(suspend);
  expect(state()).toMatchObject({ tenants: [{ state: 'suspended' }], keys: [{ enabled: false }] });
});

test('a moved tenant keeps its key, on the new usage plan only', async () => {
  const { act, state } = service();
  await act(onboard());
  await act(move('trial'));
  expect(state()).toMatchObject({
    tenants: [{ tier: 'trial' }],
    keys: [{ id: 'key-1' }],
    on: { 'plan-standard': [], 'plan-trial': ['key-1'] },
  });
});

/** The requests in the life of a tenant, each repeated until it is done. */
const life: OnboardingRequest[] = [onboard(), enroll(), move('trial'), suspend, resume, move('standard'), suspend];

test('if the function ends before or after any call, repeating the request results in the same state', async () => {
  const calm = service();
  for (const request of life) await calm.act(request);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('before' as const, 'after' as const, undefined), { maxLength: 60 }), async (failures) => {
      const queue = [...failures];
      const rough = service(() => queue.shift());
      for (const request of life) {
        for (let attempt = 0; ; attempt++) {
          const { results } = await rough.act(request);
          if (results.every(({ status }) => status === 'done')) break;
          expect(attempt).toBeLessThan(80);
        }
      }
      expect(rough.state()).toEqual(calm.state());
    }),
    { numRuns: 300 },
  );
});

test('repeating a completed request changes nothing', async () => {
  const { act, state } = service();
  for (const request of life) {
    await act(request);
    const before = state();
    await act(request);
    expect(state()).toEqual(before);
  }
});

test.each<[string, OnboardingRequest[], string]>([
  ['onboarding on another tier', [onboard(), onboard('trial')], 'Rejected: north is already on the tier standard: move it'],
  ['onboarding a suspended tenant', [onboard(), suspend, onboard()], 'Rejected: north is suspended: resume it'],
  ['moving an unknown tenant', [move('trial')], 'Rejected: north has no record: onboard it'],
  ['suspending an unknown tenant', [suspend], 'Rejected: north has no record: onboard it'],
  ['enrolling into an unknown tenant', [enroll()], 'Rejected: north has no record: onboard it'],
])('%s is rejected with what to do instead', async (_, requests, reason) => {
  const { act } = service();
  const results = [];
  for (const request of requests) results.push(...(await act(request)).results);
  expect(results.at(-1)).toEqual(expect.objectContaining({ status: 'failed', reason }));
});

test('a user is enrolled in one tenant only, and can be withdrawn', async () => {
  const { act, members } = service();
  await act(onboard());
  await act({ action: 'onboard', tenants: [{ tenant: 'south', tier: 'trial' }] });
  await act(enroll());
  await act(enroll());
  const { results } = await act(enroll('south'));
  expect(results).toEqual([
    { tenant: 'south', user: 'user-1', status: 'failed', reason: 'Rejected: user-1 belongs to north: withdraw the user from there first' },
  ]);
  await act({ action: 'withdraw', members: [{ user: 'user-1', tenant: 'north' }] });
  expect(members.size).toBe(0);
  expect((await act(enroll('south'))).results).toEqual([{ tenant: 'south', user: 'user-1', status: 'done' }]);
});

test('a failed entry does not affect others', async () => {
  const { act } = service();
  await act({ action: 'onboard', tenants: [{ tenant: 'south', tier: 'trial' }] });
  const tenants = ['north', 'south', 'west'].map((tenant) => ({ tenant, tier: 'standard' }));
  const { results } = await act({ action: 'onboard', tenants });
  expect(results.map(({ status }) => status)).toEqual(['done', 'failed', 'done']);
});

test('when time runs out the rest is returned, and can be sent as the next request', async () => {
  const { dependencies } = service();
  const tenants = ['north', 'south', 'west'].map((tenant) => ({ tenant, tier: 'standard' }));
  let left = 2;
  const { results, remaining } = await execute({ action: 'onboard', tenants }, dependencies, () => left-- > 0);
  expect(results).toHaveLength(2);
  expect(remaining).toEqual([{ tenant: 'west', tier: 'standard' }]);
  expect(readRequest({ action: 'onboard', tenants: remaining }, TIERS)).toEqual({ action: 'onboard', tenants: remaining });
});

test('a deleted key is created again, and gives a suspended tenant no access', async () => {
  const { act, keys, on, state } = service();
  await act(onboard());
  const lose = () => {
    keys.clear();
    for (const held of on.values()) held.clear();
  };
  lose();
  await act(onboard());
  expect(state()).toMatchObject({ keys: [{ enabled: true }], on: { 'plan-standard': ['key-1'] } });
  lose();
  await act(suspend);
  expect(state()).toMatchObject({ tenants: [{ state: 'suspended' }], keys: [{ enabled: false }] });
});

test('a key of another secret or another API is an error, because it would give no access', async () => {
  const { act, keys, state } = service();
  await act(onboard());
  const key = keys.get('key-1');
  if (key !== undefined) key.value = 'value of another secret';
  const reason = "Error: the value of the key key-1 is not derived from this API's secret: delete the key and repeat the request";
  expect((await act(onboard())).results).toEqual([{ tenant: 'north', status: 'failed', reason }]);
  // A suspension still disables it.
  expect((await act(suspend)).results).toEqual([{ tenant: 'north', status: 'failed', reason }]);
  expect(state()).toMatchObject({ tenants: [{ state: 'suspended' }], keys: [{ enabled: false }] });
});

test('a tenant whose tier no longer exists can be suspended and moved, but not resumed', async () => {
  const { act, tenants, state } = service();
  await act(onboard());
  const record = tenants.get('north');
  if (record !== undefined) tenants.set('north', { ...record, tier: 'gold' });
  expect((await act(suspend)).results).toEqual([{ tenant: 'north', status: 'done' }]);
  expect((await act(resume)).results).toMatchObject([
    { status: 'failed', reason: 'Error: the tier gold no longer exists: move north to another tier' },
  ]);
  expect(state()).toMatchObject({ keys: [{ enabled: false }] });
  await act(move('trial'));
  expect(state()).toMatchObject({ keys: [{ enabled: true }], on: { 'plan-standard': [], 'plan-trial': ['key-1'] } });
});

test('a record that was changed concurrently is not overwritten', async () => {
  const { act, dependencies, tenants } = service();
  await act(onboard());
  const read = dependencies.directory.tenant;
  (dependencies.directory as { tenant: typeof read }).tenant = async (tenant) => {
    const record = await read(tenant);
    if (record) tenants.set(tenant, { ...record, tier: 'trial', updatedAt: 'just now' });
    return record;
  };
  expect((await act(suspend)).results[0].reason).toMatch(/^Conflict/);
  expect(tenants.get('north')).toMatchObject({ state: 'active', tier: 'trial' });
});

describe('a request', () => {
  test.each<[unknown, string]>([
    [null, 'the event is null; it must be an object'],
    [{}, 'action is not set; it must be onboard, move, suspend, resume, enroll, withdraw'],
    [{ action: 'toString' }, 'action is "toString"; it must be onboard'],
    [{ action: ['onboard'], tenants: [{ tenant: 'north', tier: 'trial' }] }, 'action is ["onboard"]; it must be onboard'],
    [{ action: 'onboard' }, 'tenants is not set; it must be a non-empty list'],
    [{ action: 'onboard', tenants: [] }, 'tenants is []; it must be a non-empty list'],
    [{ action: 'onboard', tenants: [{ tenant: 'north', tier: 'gold' }] }, 'tenants[0].tier is "gold"; it must be standard or trial'],
    [{ action: 'onboard', tenants: [{ tenant: 'North', tier: 'trial' }] }, 'tenants[0].tenant is "North"; it must match ^[a-z0-9-]{3,64}$'],
    [{ action: 'suspend', tenants: [{ tenant: 'north', tier: 'trial' }] }, 'tenants[0].tier is "trial"; it must be omitted'],
    [{ action: 'onboard', tenants: { tenant: 'north' } }, 'tenants is an object; it must be a non-empty list'],
    [{ action: 'onboard', tenants: [Array(11).fill(0)] }, 'tenants[0] is a list; it must be an object'],
    [{ action: 'suspend', tenants: ['north'] }, 'tenants[0] is "north"; it must be an object'],
    [{ action: 'suspend', tenants: [{ tenant: 'north' }], now: true }, 'now is true; it must be omitted: suspend takes only tenants'],
    [{ action: 'enroll', members: [{ user: 'a#b', tenant: 'north' }] }, 'members[0].user is "a#b"; it must be the sub of a user'],
    [
      { action: 'enroll', members: [{ user: 'a', tenant: 'north', roles: 'all' }] },
      'members[0].roles is "all"; it must be a list of words',
    ],
    [{ action: 'enroll', tenants: [{ tenant: 'north' }] }, 'tenants is a list; it must be omitted: enroll takes only members'],
  ])('%j is rejected with: %s', (event, message) => {
    expect(() => readRequest(event, TIERS)).toThrow(message);
  });

  test('with an error in its last entry is rejected as a whole', () => {
    const tenants = [
      { tenant: 'north', tier: 'trial' },
      { tenant: 'x', tier: 'trial' },
    ];
    expect(() => readRequest({ action: 'onboard', tenants }, TIERS)).toThrow('tenants[1].tenant');
  });
});

describe('the pace of calls', () => {
  function queue(until = Number.POSITIVE_INFINITY) {
    let time = 0;
    const sleep = async (milliseconds: number) => {
      time += milliseconds;
    };
    const queued = createQueue({ now: () => time, until: () => until, sleep, random: () => 0.5 });
    return { queued, now: () => time };
  }

  test('stays below five new keys and ten calls per second', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 2, maxLength: 60 }), async (kinds) => {
        const { queued, now } = queue();
        const [all, keys]: number[][] = [[], []];
        for (const isKey of kinds) {
          await queued(
            async () => {
              all.push(now());
              if (isKey) keys.push(now());
            },
            isKey ? 'createKey' : 'any',
          );
        }
        const most = (times: number[]) =>
          Math.max(0, ...times.map((start) => times.filter((at) => at >= start && at < start + 1_000).length));
        expect(most(all)).toBeLessThanOrEqual(10);
        expect(most(keys)).toBeLessThanOrEqual(5);
      }),
    );
  });

  test('a throttled call is retried with increasing pauses, a limited number of times', async () => {
    const { queued, now } = queue();
    let left = 3;
    const tooMany = Object.assign(new Error('slow down'), { name: 'TooManyRequestsException' });
    await expect(queued(async () => (left-- > 0 ? Promise.reject(tooMany) : 'done'))).resolves.toBe('done');
    expect(now()).toBeGreaterThan(3_000);
    await expect(queued(async () => Promise.reject(tooMany))).rejects.toThrow('slow down');
  });

  test('retryAfterSeconds of the service is respected', async () => {
    const { queued, now } = queue();
    const later = Object.assign(new Error('later'), { name: 'LimitExceededException', retryAfterSeconds: '20' });
    let left = 1;
    await queued(async () => (left-- > 0 ? Promise.reject(later) : 'done'));
    expect(now()).toBeGreaterThan(20_000);
  });

  test('does not wait beyond the time for the response', async () => {
    const { queued, now } = queue(2_000);
    const tooMany = Object.assign(new Error('slow down'), { name: 'TooManyRequestsException' });
    await expect(queued(async () => Promise.reject(tooMany))).rejects.toThrow('slow down');
    expect(now()).toBeLessThanOrEqual(2_000);
  });

  test('any other error is reported at once', async () => {
    const { queued, now } = queue();
    await expect(queued(async () => Promise.reject(new Error('denied')))).rejects.toThrow('denied');
    expect(now()).toBeLessThan(1_000);
  });
});
