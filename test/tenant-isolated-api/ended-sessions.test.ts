import fc from 'fast-check';
import { boundaryDocument, type SessionBoundary } from '../../src/tenant-isolated-api/lambda/onboarding/ended-sessions';
import type { OnboardingRequest } from '../../src/tenant-isolated-api/lambda/onboarding/request';
import { type PLANS, service, TAG } from './onboarding-service';
import { order, turns } from './turns';

const MINUTE = 60_000;

const onboard = (tenant = 'north'): OnboardingRequest => ({ action: 'onboard', tenants: [{ tenant, tier: 'standard' }] });
const of = (action: 'suspend' | 'resume' | 'offboard', tenant = 'north'): OnboardingRequest => ({ action, tenants: [{ tenant }] });
const move = (tier: keyof typeof PLANS): OnboardingRequest => ({ action: 'move', tenants: [{ tenant: 'north', tier }] });

// Thousands of orders: a loaded machine needs more than the default of 5 s.
jest.setTimeout(60_000);

const withRoles = (roles = 1) => service(undefined, undefined, roles);

test('a suspension denies what was opened until five minutes from now, in the boundary of each role', async () => {
  const made = withRoles(2);
  await made.act(onboard());
  expect(made.denied()).toEqual([
    { tenants: [], before: '' },
    { tenants: [], before: '' },
  ]);
  const at = Date.parse(made.dependencies.time());
  await made.act(of('suspend'));
  for (const { tenants, before } of made.denied()) {
    expect(tenants).toEqual(['north']);
    expect(before).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    // The fake's clock moves on by a second with each call.
    expect(Date.parse(before) - at).toBeGreaterThanOrEqual(5 * MINUTE);
    expect(Date.parse(before) - at).toBeLessThan(5.5 * MINUTE);
  }
});

test('the document allows everything else, and denies these tenants everything', () => {
  expect(JSON.parse(boundaryDocument(TAG, { south: '2026-11-30T00:05:00Z', north: '2026-11-30T00:04:00Z' }))).toEqual({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: '*', Resource: '*' },
      {
        Sid: 'EndedSessions',
        Effect: 'Deny',
        Action: '*',
        Resource: '*',
        Condition: {
          StringEquals: { 'aws:PrincipalTag/school': ['north', 'south'] },
          DateLessThan: { 'aws:TokenIssueTime': '2026-11-30T00:05:00Z' },
        },
      },
    ],
  });
});

test('resuming allows sessions again at once', async () => {
  const made = withRoles();
  for (const request of [onboard(), onboard('south'), of('suspend'), of('suspend', 'south'), of('resume')]) await made.act(request);
  expect(made.denied()).toEqual([{ tenants: ['south'], before: expect.any(String) }]);
});

test.each(['offboard', 'suspend'] as const)('%s of a tenant in any state denies its sessions, also without a record', async (action) => {
  for (const before of [[onboard()], [onboard(), of('suspend')], action === 'suspend' ? [] : [of('suspend')]]) {
    const made = withRoles();
    for (const request of before) await made.act(request);
    await made.act(of(action));
    expect(made.denied()).toEqual([{ tenants: ['north'], before: expect.any(String) }]);
  }
});

test('an offboarding says that open sessions are denied', async () => {
  const made = withRoles();
  await made.act(onboard());
  expect((await made.act(of('offboard'))).results).toMatchObject([
    {
      status: 'waiting',
      note: expect.stringMatching(/^0 memberships were removed; sessions that were open are denied, and expire before 2026/),
    },
  ]);
});

test('a denial is removed once the longest session has expired, when the policy is next written', async () => {
  const made = withRoles();
  for (const tenant of ['north', 'south', 'east']) await made.act(onboard(tenant));
  await made.act(of('suspend'));
  made.skip(64 * MINUTE);
  await made.act(of('suspend', 'south'));
  expect(made.denied()).toMatchObject([{ tenants: ['north', 'south'] }]);
  made.skip(2 * MINUTE);
  await made.act(of('suspend', 'east'));
  expect(made.denied()).toMatchObject([{ tenants: ['east', 'south'] }]);
});

test('a suspension that is repeated is written again only when little of its margin is left', async () => {
  const made = withRoles();
  await made.act(onboard());
  await made.act(of('suspend'));
  const first = made.denied();
  made.skip(MINUTE);
  await made.act(of('suspend'));
  expect(made.denied()).toEqual(first);
  made.skip(3 * MINUTE);
  await made.act(of('suspend'));
  expect(Date.parse(made.denied()[0].before)).toBeGreaterThan(Date.parse(first[0].before) + 3 * MINUTE);
});

test('other operations do not write the policies, and read the list of ended sessions once', async () => {
  const [plain, made] = [service(), withRoles()];
  for (const { act } of [plain, made]) for (const request of [onboard(), move('trial'), of('resume')]) await act(request);
  const [document] = made.documents();
  expect(document).toBe(boundaryDocument(TAG, {}));
  expect(made.calls() - plain.calls()).toBe(3);
});

describe('200 suspensions within an hour', () => {
  /** Ids of a given length. */
  const ids = (length: number) => Array.from({ length: 200 }, (_, at) => `${at}`.padStart(3, '0').padEnd(length, '-school'));

  async function suspended(length: number) {
    const made = withRoles();
    for (const tenant of ids(length)) await made.act(onboard(tenant));
    const start = Date.parse(made.dependencies.time());
    const results = [];
    for (const tenant of ids(length)) results.push(...(await made.act(of('suspend', tenant))).results);
    expect(Date.parse(made.dependencies.time()) - start).toBeLessThan(60 * MINUTE);
    return { made, results };
  }

  test('of tenants with ids of 25 characters end all sessions', async () => {
    const { made, results } = await suspended(25);
    expect(results.filter(({ status, note }) => status === 'done' && note === undefined)).toHaveLength(200);
    expect(made.denied()[0].tenants).toEqual(ids(25).sort());
    expect(made.documents()[0].length).toBeLessThanOrEqual(6_144);
  });

  test('of tenants with the longest ids fill the policy, which each further one says; record and key are done all the same', async () => {
    const { made, results } = await suspended(64);
    const [ended, full] = [results.filter(({ note }) => note === undefined), results.filter(({ note }) => note !== undefined)];
    expect(ended.length).toBeGreaterThan(80);
    expect(ended.length + full.length).toBe(200);
    expect(full[0]).toMatchObject({
      status: 'done',
      note: expect.stringMatching(
        /^open sessions of \S{64} end by themselves, at the latest on 2026-\S+Z: the policy that ends sessions has no room for another tenant before 2026-\S+Z$/,
      ),
    });
    expect(made.denied()[0].tenants).toHaveLength(ended.length);
    expect(made.documents()[0].length).toBeLessThanOrEqual(6_144);
    const { tenants, keys } = made.state();
    expect([new Set(tenants.map(({ state }) => state)), keys]).toEqual([new Set(['suspended']), []]);
    // There is room again when the first denials have expired.
    made.skip(66 * MINUTE);
    const [{ note }] = (await made.act(of('suspend', String(full.at(-1)?.tenant)))).results;
    expect(note).toBeUndefined();
    expect(made.denied()[0].tenants).toEqual([full.at(-1)?.tenant]);
  });
});

test('a request that stalls before its version comes into force does not undo a later suspension', async () => {
  const made = withRoles();
  for (const tenant of ['north', 'south']) await made.act(onboard(tenant));
  const [boundary] = made.dependencies.tenantRoles.boundaries as readonly { setDefaultVersion: SessionBoundary['setDefaultVersion'] }[];
  const { setDefaultVersion } = boundary;
  boundary.setDefaultVersion = async (id) => {
    boundary.setDefaultVersion = setDefaultVersion;
    expect((await made.act(of('suspend', 'south'))).results).toEqual([{ tenant: 'south', status: 'done' }]);
    return setDefaultVersion(id);
  };
  expect((await made.act(of('suspend'))).results).toEqual([{ tenant: 'north', status: 'done' }]);
  expect(made.denied()).toMatchObject([{ tenants: ['north', 'south'] }]);
});

const KEYLESS = ['suspended', 'offboarding'];
const changes = [onboard(), move('trial'), of('suspend'), of('resume'), of('offboard')];
const neighbours = [of('suspend', 'south'), of('resume', 'south'), of('suspend', 'east'), of('resume', 'east')];

/** What the records say is what the boundaries do. */
function expectConsistent(made: ReturnType<typeof service>): void {
  const records = [...made.tenants.values()];
  for (const { tenants } of made.denied()) {
    expect(tenants.filter((tenant) => !KEYLESS.includes(made.tenants.get(tenant)?.state ?? ''))).toEqual([]);
    expect(tenants).toEqual(expect.arrayContaining(records.filter(({ state }) => KEYLESS.includes(state)).map(({ tenant }) => tenant)));
  }
}

test('changes of several tenants at the same time end with denials as the records say', async () => {
  let overtaken = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...changes, ...neighbours), { minLength: 2, maxLength: 5 }),
      order,
      async (atOnce, chosen) => {
        const { turn, together } = turns(chosen);
        const made = service(() => undefined, turn, 2);
        for (const tenant of ['north', 'south', 'east']) await made.act(onboard(tenant));
        const results = (await together(atOnce.map((request) => () => made.act(request)))).flatMap(({ results }) => results);
        const conflicts = atOnce.filter((_, at) => results[at].reason?.startsWith('Conflict'));
        overtaken += conflicts.length;
        // A request that failed is repeated, if its tenant is still in that state.
        for (const { tenant, state } of made.tenants.values()) await made.act(of(state === 'active' ? 'resume' : 'suspend', tenant));
        expectConsistent(made);
      },
    ),
    { numRuns: 300 },
  );
  expect(overtaken).toBeGreaterThan(5);
});

test('once a suspension is done, no other request that runs or ends at any call allows the tenant’s sessions', async () => {
  let suspensions = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom(...changes, ...neighbours), { minLength: 1, maxLength: 4 }),
      fc.array(fc.nat(60), { minLength: 1, maxLength: 3 }),
      order,
      async (others, ends, chosen) => {
        const { turn, together } = turns(chosen);
        let [count, dead] = [0, [] as number[]];
        const made = service(() => (dead.includes(count++) ? 'after' : undefined), turn, 2);
        for (const tenant of ['north', 'south', 'east']) await made.act(onboard(tenant));
        [count, dead] = [0, ends];
        let stopped = -1;
        const suspend = async () => {
          const result = await made.act(of('suspend'));
          const record = made.tenants.get('north');
          if (result.results[0].status === 'done' && record?.state === 'suspended') {
            suspensions++;
            stopped = record.version;
          }
          return result;
        };
        await together([suspend, ...others.map((request) => () => made.act(request))], () => {
          const record = made.tenants.get('north');
          // Only while nothing but the suspension has decided.
          if (record?.state !== 'suspended' || stopped < 0 || record.version !== stopped) return;
          for (const { tenants } of made.denied()) expect(tenants).toContain('north');
        });
      },
    ),
    { numRuns: 500 },
  );
  expect(suspensions).toBeGreaterThan(100);
});

test('if the function ends before or after any call, repeating the request ends in the same denials', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom('before' as const, 'after' as const, undefined), { maxLength: 60 }), async (failures) => {
      const queue = [...failures];
      const made = service(() => queue.shift(), undefined, 2);
      for (const request of [onboard(), of('suspend'), of('resume'), of('suspend')]) {
        for (let attempt = 0; ; attempt++) {
          if ((await made.act(request)).results[0].status === 'done') break;
          expect(attempt).toBeLessThan(100);
        }
        expectConsistent(made);
      }
    }),
    { numRuns: 200 },
  );
});
