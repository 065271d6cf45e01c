import fc from 'fast-check';
import type { OnboardingRequest } from '../../src/tenant-isolated-api/lambda/onboarding/request';
import { PLANS, service } from './onboarding-service';
import { order, turns } from './turns';

// Requests at the same time, in any order of their calls: the function's reserved concurrency of one keeps them apart, but is a setting.

const of = (action: 'suspend' | 'resume' | 'offboard'): OnboardingRequest => ({ action, tenants: [{ tenant: 'north' }] });
const onboard = (tenant = 'north'): OnboardingRequest => ({ action: 'onboard', tenants: [{ tenant, tier: 'standard' }] });
const move = (tier: string): OnboardingRequest => ({ action: 'move', tenants: [{ tenant: 'north', tier }] });
const enroll = (user: string, tenant: string): OnboardingRequest => ({ action: 'enroll', members: [{ user, tenant, roles: [tenant] }] });
const withdraw = (user: string, tenant: string): OnboardingRequest => ({ action: 'withdraw', members: [{ user, tenant }] });

const changes = [onboard(), move('standard'), move('trial'), of('suspend'), of('resume')];
const KEYLESS = ['suspended', 'offboarding', 'departed'];

// Thousands of orders: a loaded machine needs more than the default of 5 s.
jest.setTimeout(60_000);

/** What the record says is what API Gateway does. */
function expectConsistent({ state }: ReturnType<typeof service>): void {
  const { tenants, keys, on } = state();
  for (const { tenant, state, tier, apiKeyId } of tenants) {
    const own = keys.filter(({ name }) => name === `api-${tenant}`);
    if (KEYLESS.includes(state)) expect(own).toEqual([]);
    if (state !== 'active') continue;
    expect(own).toEqual([expect.objectContaining({ id: apiKeyId, enabled: true })]);
    for (const [name, plan] of Object.entries(PLANS)) expect(on[plan].includes(String(apiKeyId))).toBe(name === tier);
  }
}

test('changes of one tenant at the same time end with a key as the record says', async () => {
  let overtaken = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...changes), { maxLength: 3 }),
      fc.array(fc.constantFrom(...changes), { minLength: 2, maxLength: 4 }),
      order,
      async (before, atOnce, order) => {
        const { turn, together } = turns(order);
        const made = service(() => undefined, turn);
        for (const request of [onboard(), ...before]) await made.act(request);
        const results = (await together(atOnce.map((request) => () => made.act(request)))).flatMap(({ results }) => results);
        if (results.some(({ reason = '' }) => reason.startsWith('Conflict'))) overtaken++;
        // A request that failed may leave something to do, until it is repeated. The access of a tenant without access has ended even so.
        if (results.some(({ reason = '' }) => !/^(Rejected|Conflict)|^$/.test(reason))) {
          const [{ state }] = made.state().tenants;
          if (KEYLESS.includes(state)) expect(made.state().keys.filter(({ enabled }) => enabled)).toEqual([]);
          else await made.act(of('resume'));
        }
        expectConsistent(made);
      },
    ),
    { numRuns: 400 },
  );
  expect(overtaken).toBeGreaterThan(20);
});

test('once a suspension is done, no other request that runs or ends at any call lets the tenant in', async () => {
  let [suspensions, ended] = [0, 0];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom([], [of('suspend')], [move('trial')]),
      fc.array(fc.constantFrom(...changes), { minLength: 1, maxLength: 3 }),
      fc.array(fc.nat(25), { minLength: 1, maxLength: 3 }),
      order,
      async (before, others, ends, order) => {
        const { turn, together } = turns(order);
        let [count, dead] = [0, [] as number[]];
        const made = service(() => (dead.includes(count++) ? 'after' : undefined), turn);
        for (const request of [onboard(), ...before]) await made.act(request);
        [count, dead] = [0, ends];
        let stopped = -1;
        const requests = others.map((request) => () => made.act(request));
        const suspend = async () => {
          const result = await made.act(of('suspend'));
          const record = made.tenants.get('north');
          if (result.results[0].status === 'done' && record?.state === 'suspended') {
            suspensions++;
            stopped = record.version;
          } else ended++;
          return result;
        };
        await together([suspend, ...requests], () => {
          const record = made.tenants.get('north');
          // Only while nothing but the suspension has decided: its own note of the deleted key may follow.
          if (record?.state === 'suspended' && stopped >= 0 && record.version >= stopped)
            expect([...made.keys.values()].filter(({ enabled }) => enabled)).toEqual([]);
        });
      },
    ),
    { numRuns: 600 },
  );
  expect(suspensions).toBeGreaterThan(100);
  expect(ended).toBeGreaterThan(20);
});

test('enrolls and withdrawals of one user at the same time leave one membership at most, and somebody is told what has won', async () => {
  let won = 0;
  await fc.assert(
    fc.asyncProperty(order, fc.boolean(), async (order, withdrawn) => {
      const { turn, together } = turns(order);
      const made = service(() => undefined, turn);
      for (const request of [onboard(), onboard('south')]) await made.act(request);
      const requests = [enroll('ada', 'north'), enroll('ada', 'south'), ...(withdrawn ? [withdraw('ada', 'north')] : [])];
      const results = (await together(requests.map((request) => () => made.act(request)))).flatMap(({ results }) => results);
      const enrolled = results.slice(0, 2).filter(({ status }) => status === 'done');
      if (!withdrawn) expect(enrolled).toHaveLength(1);
      for (const { user, tenant, roles } of made.members.values()) {
        expect(user).toBe('ada');
        expect(enrolled.map((one) => one.tenant)).toContain(tenant);
        expect(roles).toEqual([tenant]);
      }
      if (made.members.size === 1) won++;
    }),
    { numRuns: 300 },
  );
  expect(won).toBeGreaterThan(100);
});

describe('offboarding', () => {
  const enough = 66 * 60_000;

  async function offboarded(made: ReturnType<typeof service>, attempts = 200): Promise<void> {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const [{ status }] = (await made.act(of('offboard'))).results;
      if (status === 'done') return;
      if (status === 'waiting') made.skip(enough);
    }
    throw new Error('it is never done');
  }

  test('ends access at once, is done when the longest session has ended, and keeps the id for ever', async () => {
    const made = service();
    await made.act({ action: 'onboard', tenants: [{ tenant: 'north', tier: 'trial', customer: 'crm-1' }] });
    for (const user of ['ada', 'bea', 'cyd']) await made.act(enroll(user, 'north'));
    const [first] = (await made.act(of('offboard'))).results;
    expect(made.state()).toMatchObject({ tenants: [{ state: 'offboarding' }], keys: [], members: [] });
    expect(first).toMatchObject({
      tenant: 'north',
      status: 'waiting',
      note: expect.stringMatching(/^3 memberships were removed; sessions/),
    });
    const waited = Date.parse(String(first.waitUntil)) - Date.parse(made.dependencies.time());
    expect(waited).toBeGreaterThan(64 * 60_000);
    expect(waited).toBeLessThanOrEqual(65 * 60_000);
    made.skip(waited - 60_000);
    expect((await made.act(of('offboard'))).results).toMatchObject([{ status: 'waiting', waitUntil: first.waitUntil }]);
    made.skip(120_000);
    const [{ status, note }] = (await made.act(of('offboard'))).results;
    expect([status, note]).toEqual(['done', expect.stringMatching(/^north has departed on 2026-11-30T0/)]);
    // No tier, no customer, no key: only that there was such a tenant, and when.
    expect(made.tenants.get('north')).toEqual({
      tenant: 'north',
      state: 'departed',
      version: expect.any(Number),
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    expect((await made.act(of('offboard'))).results).toMatchObject([{ status: 'done' }]);
    for (const request of [onboard(), of('resume'), move('trial'), enroll('ada', 'north')])
      expect((await made.act(request)).results).toMatchObject([
        {
          status: 'failed',
          reason: expect.stringMatching(/^Rejected: north is departed since .*an id is never given again: choose another id$/),
        },
      ]);
    expect((await made.act(of('suspend'))).results).toMatchObject([{ status: 'done', note: 'north is departed, which it remains' }]);
    expect(made.state()).toMatchObject({ tenants: [{ state: 'departed' }], keys: [], members: [] });
  });

  test('of an unknown tenant is rejected, because an id cannot be freed again', async () => {
    expect((await service().act(of('offboard'))).results).toMatchObject([
      { status: 'failed', reason: 'Rejected: north has no record: suspend it, if an API key of it may live on' },
    ]);
  });

  test('removes as many members as there is time for, and the rest when it is repeated', async () => {
    const made = service();
    await made.act(onboard());
    for (let at = 0; at < 7; at++) await made.act(enroll(`user-${at}`, 'north'));
    let left = 3;
    const { results } = await made.act(of('offboard'), () => left-- > 0);
    expect(results).toMatchObject([{ status: 'waiting', note: '4 memberships were removed, and there are more' }]);
    expect(made.members.size).toBe(3);
    await offboarded(made);
    expect(made.state()).toMatchObject({ tenants: [{ state: 'departed' }], members: [] });
  });

  test('from any state, if the function ends before or after any call, repeating the request ends in the same state', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...changes, enroll('ada', 'north'), enroll('bea', 'north')), { maxLength: 5 }),
        fc.array(fc.constantFrom('before' as const, 'after' as const, undefined), { maxLength: 40 }),
        async (before, failures) => {
          let queue = [...failures].slice(0, 10);
          const made = service(() => queue.shift());
          // Also a history that was interrupted.
          for (const request of [onboard(), ...before]) await made.act(request);
          queue = [];
          if (!made.tenants.has('north')) await made.act(onboard());
          queue = [...failures];
          await offboarded(made);
          expect(made.state()).toEqual({
            tenants: [{ tenant: 'north', state: 'departed' }],
            keys: [],
            on: { 'plan-standard': [], 'plan-trial': [] },
            members: [],
          });
        },
      ),
      { numRuns: 300 },
    );
  });

  test('at the same time as any other request, no member and no key remain, and there is no way back', async () => {
    const others = [...changes, enroll('ada', 'north'), withdraw('ada', 'north'), of('offboard')];
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...others), { minLength: 1, maxLength: 3 }), order, async (atOnce, order) => {
        const { turn, together } = turns(order);
        const made = service(() => undefined, turn);
        for (const request of [onboard(), enroll('ada', 'north')]) await made.act(request);
        await together([of('offboard'), ...atOnce].map((request) => () => made.act(request)));
        await offboarded(made);
        expect(made.state()).toMatchObject({ tenants: [{ state: 'departed' }], keys: [], members: [] });
        for (const request of changes) await made.act(request);
        expect(made.state()).toMatchObject({ tenants: [{ state: 'departed' }], keys: [], members: [] });
      }),
      { numRuns: 300 },
    );
  });
});
