import fc from 'fast-check';
import { createQueue } from '../../src/tenant-isolated-api/lambda/onboarding/control-plane';
import { execute } from '../../src/tenant-isolated-api/lambda/onboarding/execute';
import { type OnboardingRequest, readRequest } from '../../src/tenant-isolated-api/lambda/onboarding/request';
import { service } from './onboarding-service';

const TIERS = ['standard', 'trial'];

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

test('a suspension deletes the key, and resuming creates another one on the same plan', async () => {
  const { act, state } = service();
  await act(onboard('trial'));
  await act(suspend);
  expect(state()).toEqual({
    tenants: [{ tenant: 'north', tier: 'trial', state: 'suspended' }],
    keys: [],
    on: { 'plan-standard': [], 'plan-trial': [] },
    members: [],
  });
  await act(resume);
  expect(state()).toMatchObject({
    tenants: [{ state: 'active', apiKeyId: 'key-2' }],
    keys: [{ id: 'key-2', value: 'value of north', enabled: true }],
    on: { 'plan-standard': [], 'plan-trial': ['key-2'] },
  });
});

test('a suspension is recorded before the key is deleted, so that no new token is issued meanwhile', async () => {
  let fail = false;
  const { act, state, dependencies } = service();
  await act(onboard());
  const remove = dependencies.controlPlane.deleteKey;
  (dependencies.controlPlane as { deleteKey: typeof remove }).deleteKey = async (id) => {
    if (fail) throw new Error('the function was ended');
    return remove(id);
  };
  fail = true;
  await act(suspend);
  expect(state()).toMatchObject({ tenants: [{ state: 'suspended' }], keys: [{ enabled: true }] });
  fail = false;
  await act(suspend);
  expect(state()).toMatchObject({ tenants: [{ state: 'suspended' }], keys: [] });
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

const outcomes = async (act: ReturnType<typeof service>['act'], ...requests: OnboardingRequest[]) => {
  for (const request of requests.slice(0, -1)) await act(request);
  return (await act(requests[requests.length - 1])).results;
};

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
  ['resuming an unknown tenant', [resume], 'Rejected: north has no record: onboard it'],
  ['resuming a tenant that never had a tier', [suspend, resume], 'Rejected: north has no tier: move it to one first'],
  ['onboarding a tenant that never had a tier', [suspend, onboard()], 'Rejected: north is suspended: move it to a tier, and resume it'],
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
  expect(state()).toMatchObject({ keys: [{ enabled: true }], on: { 'plan-standard': ['key-2'] } });
  lose();
  await act(suspend);
  expect(state()).toMatchObject({ tenants: [{ state: 'suspended' }], keys: [] });
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
  expect(state()).toMatchObject({ keys: [] });
  expect((await act(resume)).results).toMatchObject([
    { status: 'failed', reason: 'Error: the tier gold no longer exists: move north to another tier' },
  ]);
  expect(state()).toMatchObject({ keys: [{ enabled: false }] });
  await act(move('trial'));
  expect(state()).toMatchObject({ keys: [{ enabled: true }], on: { 'plan-standard': [], 'plan-trial': ['key-2'] } });
});

test('a record that was changed concurrently is not overwritten', async () => {
  const { act, dependencies, tenants } = service();
  await act(onboard());
  const read = dependencies.directory.tenant;
  (dependencies.directory as { tenant: typeof read }).tenant = async (tenant) => {
    const record = await read(tenant);
    if (record) tenants.set(tenant, { ...record, tier: 'trial', version: record.version + 1 });
    return record;
  };
  expect((await act(suspend)).results[0].reason).toMatch(/^Conflict/);
  expect(tenants.get('north')).toMatchObject({ state: 'active', tier: 'trial' });
});

describe('a tenant in any state can be stopped', () => {
  test('without a record, though a key lives on: the key is deleted, and the note says that there was no record', async () => {
    const { act, tenants, state } = service();
    await act(onboard());
    tenants.clear();
    expect(await outcomes(act, suspend)).toEqual([
      {
        tenant: 'north',
        status: 'done',
        note: 'north had no record: it has one now, which is suspended. If the id is wrong, suspend the right one',
      },
    ]);
    expect(state()).toMatchObject({ tenants: [{ tenant: 'north', state: 'suspended' }], keys: [] });
    await act(move('trial'));
    await act(resume);
    expect(state()).toMatchObject({ tenants: [{ tier: 'trial', state: 'active' }], keys: [{ enabled: true }] });
  });

  test('in the middle of its onboarding, wherever that ended', async () => {
    for (let calls = 1; ; calls++) {
      let left = calls;
      let interrupted = true;
      const { act, state } = service(() => (interrupted && left-- <= 0 ? 'before' : undefined));
      const [{ status }] = (await act(onboard())).results;
      interrupted = false;
      expect((await act(suspend)).results).toEqual([expect.objectContaining({ status: 'done' })]);
      expect(state()).toMatchObject({ tenants: [{ state: 'suspended' }], keys: [] });
      if (status === 'done') return expect(calls).toBeGreaterThan(6);
    }
  });

  test('while it is being onboarded, no key is enabled before the record is active', async () => {
    const { act, tenants, keys } = service(() => {
      const live = [...keys.values()].some(({ enabled }) => enabled);
      expect(live && tenants.get('north')?.state !== 'active').toBe(false);
      return undefined;
    });
    expect(await outcomes(act, onboard())).toEqual([{ tenant: 'north', status: 'done' }]);
    expect([...keys.values()]).toMatchObject([{ enabled: true }]);
  });
});

describe('an id that exists', () => {
  const of = (customer?: string, tier = 'standard'): OnboardingRequest => ({
    action: 'onboard',
    tenants: [{ tenant: 'north', tier, customer }],
  });

  test('for another customer is rejected, with whose it is and since when', async () => {
    const { act, state } = service();
    await act(of('crm-1'));
    const before = state();
    for (const [request, who] of [
      [of('crm-2'), 'the customer crm-1'],
      [of(), 'the customer crm-1'],
    ] as const) {
      const [{ status, reason }] = await outcomes(act, request);
      expect([status, reason]).toEqual([
        'failed',
        `Rejected: north exists since 2026-11-30T00:00:01.000Z, for ${who}: choose another id, or repeat the request with that customer`,
      ]);
    }
    expect(state()).toEqual(before);
  });

  test('for a customer that its record does not name is rejected, too', async () => {
    const { act } = service();
    const [{ status, reason }] = await outcomes(act, of(), of('crm-2'));
    expect(status).toBe('failed');
    expect(reason).toContain('for a customer that its record does not name: choose another id');
  });

  test('for the same customer is done, and the note says that nothing was created', async () => {
    const { act, state } = service();
    await act(of('crm-1'));
    const before = state();
    expect(await outcomes(act, of('crm-1'))).toEqual([
      { tenant: 'north', status: 'done', note: 'north exists since 2026-11-30T00:00:01.000Z, for the customer crm-1' },
    ]);
    expect(state()).toEqual(before);
  });
});

describe('members', () => {
  const list = (after?: string): OnboardingRequest => ({ action: 'members', tenants: [{ tenant: 'north', after }] });
  const withRoles = (...roles: string[]): OnboardingRequest => ({
    action: 'enroll',
    members: [{ user: 'user-1', tenant: 'north', roles }],
  });
  const again: OnboardingRequest = { action: 'enroll', members: [{ user: 'user-1', tenant: 'north' }] };

  test('are listed page by page', async () => {
    const { act } = service();
    const members = ['user-4', 'user-1', 'user-3', 'user-2', 'user-5'].map((user) => ({ user, tenant: 'north', roles: ['pupil'] }));
    await act(onboard());
    await act({ action: 'enroll', members });
    const [first] = await outcomes(act, list());
    const [second] = await outcomes(act, list(first.next));
    const [third] = await outcomes(act, list(second.next));
    expect([first, second, third].map(({ members, next }) => [members?.map(({ user }) => user), next])).toEqual([
      [['user-1', 'user-2'], 'user-2'],
      [['user-3', 'user-4'], 'user-4'],
      [['user-5'], undefined],
    ]);
    expect(first).toMatchObject({ tenant: 'north', status: 'done', members: [{ roles: ['pupil'] }, { roles: ['pupil'] }] });
  });

  test('keep their roles if they are enrolled again without roles, and lose them only if the request says so', async () => {
    const { act } = service();
    await act(onboard());
    const roles = async () => (await outcomes(act, list()))[0].members?.[0].roles;
    await act(withRoles('teacher', 'director'));
    await act(again);
    expect(await roles()).toEqual(['teacher', 'director']);
    await act(withRoles());
    expect(await roles()).toEqual([]);
  });

  test('of a suspended tenant can be listed, so that they can be moved', async () => {
    const { act } = service();
    const [{ members }] = await outcomes(act, onboard(), enroll(), suspend, list());
    expect(members).toEqual([{ user: 'user-1', roles: ['teacher'] }]);
  });
});

test('an account without room for another key: the entry fails after one call, with what to do', async () => {
  const { act, state, dependencies } = service();
  const full = Object.assign(new Error('Maximum number of API keys has been reached.'), {
    name: 'LimitExceededException',
    retryAfterSeconds: null,
  });
  let time = 0;
  let asked = 0;
  const sleep = async (milliseconds: number) => {
    time += milliseconds;
  };
  const queued = createQueue({ now: () => time, until: () => 900_000, sleep, random: () => 0.5 });
  (dependencies.controlPlane as { createKey: unknown }).createKey = () => {
    asked++;
    return queued(() => Promise.reject(full), 'createKey');
  };
  const tenants = ['north', 'south', 'west'].map((tenant) => ({ tenant, tier: 'standard' }));
  const { results } = await act({ action: 'onboard', tenants });
  expect(results.map(({ reason }) => reason)).toEqual(
    tenants.map(
      ({ tenant }) =>
        `TooManyKeys: API Gateway creates no more keys in this account and Region (Maximum number of API keys has been reached.): suspend or offboard a tenant that needs no access, or onboard ${tenant} in another account`,
    ),
  );
  expect([asked, time < 1_000]).toEqual([3, true]);
  // They can be onboarded once there is room.
  expect(state().tenants).toEqual(tenants.map(({ tenant }) => ({ tenant, tier: 'standard', state: 'onboarding' })));
});

describe('a request', () => {
  test.each<[unknown, string]>([
    [null, 'the event is null; it must be an object'],
    [{}, 'action is not set; it must be onboard, move, suspend, resume, offboard, members, enroll, withdraw'],
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
    [
      { action: 'onboard', tenants: [{ tenant: 'north', tier: 'trial', customer: '' }] },
      'tenants[0].customer is ""; it must be 1 to 128 characters of printable ASCII',
    ],
    [{ action: 'move', tenants: [{ tenant: 'north', tier: 'trial', customer: 'c' }] }, 'tenants[0].customer is "c"; it must be omitted'],
    [{ action: 'members', tenants: [{ tenant: 'north', after: 'a b' }] }, 'tenants[0].after is "a b"; it must be the sub of a user'],
    [{ action: 'members', tenants: [{ tenant: 'north' }, { tenant: 'south' }] }, 'tenants is a list; it must be a list of one tenant'],
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

  test('stays below five new keys, five deleted keys and ten calls per second', async () => {
    const kind = fc.constantFrom('createKey' as const, 'deleteKey' as const, 'any' as const);
    await fc.assert(
      fc.asyncProperty(fc.array(kind, { minLength: 2, maxLength: 60 }), async (kinds) => {
        const { queued, now } = queue();
        const calls: { kind: string; at: number }[] = [];
        for (const kind of kinds) await queued(async () => void calls.push({ kind, at: now() }), kind);
        const of = (...kinds: string[]) => calls.filter(({ kind }) => kinds.includes(kind)).map(({ at }) => at);
        const most = (times: number[]) =>
          Math.max(0, ...times.map((start) => times.filter((at) => at >= start && at < start + 1_000).length));
        expect(most(of('createKey', 'deleteKey', 'any'))).toBeLessThanOrEqual(10);
        expect(most(of('createKey'))).toBeLessThanOrEqual(5);
        expect(most(of('deleteKey'))).toBeLessThanOrEqual(5);
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

  // Observed: hashicorp/terraform-provider-aws#37605.
  test.each([null, undefined])('a quota of resources, with retryAfterSeconds %j, is reported at once', async (retryAfterSeconds) => {
    const { queued, now } = queue();
    const full = Object.assign(new Error('Maximum number of API keys'), { name: 'LimitExceededException', retryAfterSeconds });
    await expect(queued(async () => Promise.reject(full), 'createKey')).rejects.toThrow('Maximum number of API keys');
    expect(now()).toBeLessThan(1_000);
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
