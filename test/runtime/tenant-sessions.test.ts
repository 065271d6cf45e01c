import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { buildSync } from 'esbuild';
import fc from 'fast-check';
import {
  type AssumedCredentials,
  type AssumeRoleInput,
  activeInDirectory,
  TenantClients,
  TenantSessions,
  type TenantSessionsOptions,
  treatEveryTenantAsActive,
} from '../../src/runtime/tenant-sessions';

const HOUR = 3_600_000;
const roleArn = 'arn:aws:iam::123456789012:role/Tenants';

interface Opening {
  readonly input: AssumeRoleInput;
  succeed(lifetime?: number): void;
  fail(name?: string): void;
}

/** STS with a manual clock, which responds when the test decides. */
class Sts {
  time = 1_790_000_000_000;
  /** All AssumeRole calls so far, and those without a response. */
  readonly openings: Opening[] = [];
  readonly underWay: Opening[] = [];

  readonly assumeRole = (input: AssumeRoleInput): Promise<AssumedCredentials> =>
    new Promise((resolve, reject) => {
      const settle = () => this.underWay.splice(this.underWay.indexOf(opening), 1);
      const number = this.openings.length;
      const opening: Opening = {
        input,
        succeed: (lifetime = HOUR) => {
          settle();
          const Expiration = new Date(this.time + lifetime);
          resolve({ AccessKeyId: `${input.RoleSessionName} ${number}`, SecretAccessKey: 'secret', SessionToken: 'token', Expiration });
        },
        fail: (name = 'AccessDenied') => {
          settle();
          reject(Object.assign(new Error('as STS says it'), { name }));
        },
      };
      this.openings.push(opening);
      this.underWay.push(opening);
    });

  sessions(more: Partial<TenantSessionsOptions> = {}): TenantSessions {
    return new TenantSessions({
      roleArn,
      tagKey: 'school',
      assumeRole: this.assumeRole,
      tenantIsActive: async () => true,
      now: () => this.time,
      random: () => 0.5,
      ...more,
    });
  }

  succeedAll(): void {
    for (const opening of [...this.underWay]) opening.succeed();
  }
}

const cachedBy = (cache: object) => (cache as { cached: { size: number } }).cached.size;

/** Lets all pending promises continue. */
const settled = () => new Promise(setImmediate);

async function opened(sts: Sts, sessions: TenantSessions, tenant = 'north'): Promise<string> {
  const credentials = sessions.credentialsFor(tenant);
  await settled();
  sts.succeedAll();
  return (await credentials).accessKeyId;
}

test('a session is opened with the tenant’s tag, for an hour, with the tenant’s id as its name', async () => {
  const sts = new Sts();
  const credentials = sts.sessions().credentialsFor('north');
  await settled();
  expect(sts.openings[0].input).toEqual({
    RoleArn: roleArn,
    RoleSessionName: 'north',
    DurationSeconds: 3600,
    Tags: [{ Key: 'school', Value: 'north' }],
  });
  sts.succeedAll();
  expect(await credentials).toEqual({
    accessKeyId: 'north 0',
    secretAccessKey: 'secret',
    sessionToken: 'token',
    expiration: new Date(sts.time + HOUR),
  });
});

test.each(['', 'no', 'North', 'a/b', 'a#b', '*', 'north\n', 'x'.repeat(65), undefined, {}])(
  '%j is no tenant: nobody is asked',
  async (id) => {
    const sts = new Sts();
    await expect(sts.sessions().credentialsFor(id as string)).rejects.toThrow("a tenant's id must match");
    expect(sts.openings).toHaveLength(0);
  },
);

test('an open session is reused, and each tenant has its own', async () => {
  const sts = new Sts();
  const sessions = sts.sessions();
  expect([await opened(sts, sessions), await opened(sts, sessions, 'south'), await opened(sts, sessions)]).toEqual([
    'north 0',
    'south 1',
    'north 0',
  ]);
  expect(await sessions.credentialsFor('north')).toBe(await sessions.credentialsFor('north'));
});

test('concurrent requests wait for the same session', async () => {
  const sts = new Sts();
  const sessions = sts.sessions();
  const asked = Promise.all(Array.from({ length: 100 }, () => sessions.credentialsFor('north')));
  await settled();
  sts.succeedAll();
  expect(new Set(await asked).size).toBe(1);
  expect(sts.openings).toHaveLength(1);
});

test('a failed attempt fails all that wait, and the next request tries again', async () => {
  const sts = new Sts();
  const sessions = sts.sessions();
  const asked = [sessions.credentialsFor('north'), sessions.credentialsFor('north')];
  await settled();
  sts.underWay[0].fail();
  for (const one of asked) await expect(one).rejects.toThrow('as STS says it');
  expect(await opened(sts, sessions)).toBe('north 1');
});

test.each([{}, undefined, { AccessKeyId: 'a', SecretAccessKey: 'b', SessionToken: 'c' }])(
  'an answer of %j is a failure',
  async (answer) => {
    const sessions = new Sts().sessions({ assumeRole: async () => answer });
    await expect(sessions.credentialsFor('north')).rejects.toThrow('AssumeRole returned no credentials');
  },
);

describe('a session after three quarters of its lifetime', () => {
  const early = HOUR * (0.75 + 0.125 * 0.5);
  async function aged() {
    const sts = new Sts();
    const sessions = sts.sessions();
    await opened(sts, sessions);
    sts.time += early;
    return { sts, sessions, key: async () => (await sessions.credentialsFor('north')).accessKeyId };
  }

  test('is still used while another one is opened, once', async () => {
    const { sts, key } = await aged();
    expect([await key(), await key()]).toEqual(['north 0', 'north 0']);
    expect(sts.underWay).toHaveLength(1);
    sts.succeedAll();
    await settled();
    expect(await key()).toBe('north 1');
  });

  test('is still used if that fails, and it is retried after a pause', async () => {
    const { sts, key } = await aged();
    await key();
    sts.underWay[0].fail();
    await settled();
    expect(await key()).toBe('north 0');
    expect(sts.openings).toHaveLength(2);
    sts.time += 5_000;
    expect(await key()).toBe('north 0');
    expect(sts.openings).toHaveLength(3);
  });

  test('is not used at its end: requests then wait for the next one', async () => {
    const { sts, sessions } = await aged();
    sts.time += HOUR;
    expect(await opened(sts, sessions)).toBe('north 1');
  });

  test.each([
    [0, HOUR * 0.75],
    [0.999_999, HOUR * 0.875],
  ])('is renewed with jitter: %d', async (random, moment) => {
    const sts = new Sts();
    const sessions = sts.sessions({ random: () => random });
    await opened(sts, sessions);
    sts.time += moment - 1;
    await sessions.credentialsFor('north');
    expect(sts.openings).toHaveLength(1);
    sts.time += 2;
    await sessions.credentialsFor('north');
    await settled();
    expect(sts.openings).toHaveLength(2);
  });

  // The SDK calls its provider again five minutes before the expiry. Documented: `@smithy/core`, memoizeIdentityProvider.
  test('is renewed more than five minutes before its expiry', () => {
    expect(HOUR - HOUR * 0.875).toBeGreaterThan(5 * 60_000);
  });
});

test('an expiry that STS sets to less than an hour is used', async () => {
  const sts = new Sts();
  const sessions = sts.sessions();
  const credentials = sessions.credentialsFor('north');
  await settled();
  sts.underWay[0].succeed(60_000);
  await credentials;
  sts.time += 59_000;
  expect(await opened(sts, sessions)).toBe('north 1');
});

test('a session that is already expired by this clock is returned, and not cached', async () => {
  const sts = new Sts();
  const sessions = sts.sessions();
  const credentials = sessions.credentialsFor('north');
  await settled();
  sts.underWay[0].succeed(-1);
  expect((await credentials).accessKeyId).toBe('north 0');
  expect(await opened(sts, sessions)).toBe('north 1');
});

test('a session is opened again if the clock was set back', async () => {
  const sts = new Sts();
  const sessions = sts.sessions();
  await opened(sts, sessions);
  sts.time -= 1;
  expect(await opened(sts, sessions)).toBe('north 1');
});

test('a forgotten session is opened again', async () => {
  const sts = new Sts();
  const sessions = sts.sessions();
  await opened(sts, sessions);
  sessions.forget('north');
  expect(await opened(sts, sessions)).toBe('north 1');
});

test('the least recently used session is dropped', async () => {
  const sts = new Sts();
  const sessions = sts.sessions({ mostSessions: 2 });
  const keys: string[] = [];
  for (const tenant of ['aaa', 'bbb', 'aaa', 'ccc', 'aaa', 'bbb']) keys.push(await opened(sts, sessions, tenant));
  expect(keys).toEqual(['aaa 0', 'bbb 1', 'aaa 0', 'ccc 2', 'aaa 0', 'bbb 3']);
});

test.each([
  [1_000, 1_000],
  [1_001, 1_030],
  [1_100, 2_000],
])('%d tenants in turn, three times, with room for 1,000: at most %d sessions are opened, and 1,000 are cached', async (tenants, most) => {
  let calls = 0;
  const sessions = new TenantSessions({
    roleArn,
    tagKey: 'school',
    tenantIsActive: async () => true,
    assumeRole: async () => {
      calls++;
      return { AccessKeyId: 'id', SecretAccessKey: 'secret', SessionToken: 'token', Expiration: new Date(Date.now() + HOUR) };
    },
  });
  for (let round = 0; round < 3; round++)
    for (let tenant = 0; tenant < tenants; tenant++) await sessions.credentialsFor(`tenant-${tenant}`);
  expect(calls).toBeGreaterThanOrEqual(tenants);
  expect(calls).toBeLessThanOrEqual(most);
  expect(cachedBy(sessions)).toBe(1_000);
});

describe('STS that throttles', () => {
  /** Requests of 50 tenants in turn, one each 10 ms, for some seconds. `answer` decides about each call by the time since the start. */
  async function load(seconds: number, answer: (milliseconds: number) => string | undefined, random: () => number = () => 0.5) {
    let time = 1_790_000_000_000;
    const start = time;
    const calls: number[] = [];
    const errors: string[] = [];
    const sessions = new TenantSessions({
      roleArn,
      tagKey: 'school',
      tenantIsActive: async () => true,
      now: () => time,
      random,
      assumeRole: async () => {
        calls.push(time - start);
        const name = answer(time - start);
        if (name !== undefined) throw Object.assign(new Error('as STS says it'), { name });
        return { AccessKeyId: 'id', SecretAccessKey: 'secret', SessionToken: 'token', Expiration: new Date(time + HOUR) };
      },
    });
    for (let request = 0; time - start < seconds * 1_000; request++) {
      await sessions.credentialsFor(`tenant-${request % 50}`).catch((error: Error) => errors.push(error.name));
      time += 10;
    }
    return { calls, errors, sessions };
  }

  test.each(['Throttling', 'ThrottlingException', 'RequestLimitExceeded', 'TooManyRequestsException'])(
    'with %s is asked again after growing pauses that all tenants share, and every request gets its error',
    async (name) => {
      const { calls, errors } = await load(60, () => name);
      expect(new Set(errors)).toEqual(new Set([name]));
      expect(errors).toHaveLength(6_000);
      // 6,000 before.
      expect(calls.length).toBeLessThan(15);
      const pauses = calls.slice(1).map((at, index) => at - calls[index]);
      expect(pauses.slice(0, 3)).toEqual([150, 300, 600]);
      expect(Math.max(...pauses)).toBeLessThanOrEqual(20_000);
    },
  );

  test('is used as before once it accepts a call again', async () => {
    const { calls, errors } = await load(20, (at) => (at < 5_000 ? 'Throttling' : undefined));
    const accepted = calls.filter((at) => at >= 5_000);
    expect(accepted).toHaveLength(50);
    expect(accepted[0]).toBeLessThan(10_000);
    expect(errors).toHaveLength(accepted[0] / 10);
  });

  test('is asked by one request after a pause, while the others still get the error', async () => {
    const sts = new Sts();
    const sessions = sts.sessions();
    const first = sessions.credentialsFor('north');
    await settled();
    sts.underWay[0].fail('Throttling');
    await expect(first).rejects.toThrow('as STS says it');
    sts.time += 1_000;
    const probe = sessions.credentialsFor('south');
    await settled();
    await expect(sessions.credentialsFor('north')).rejects.toThrow('as STS says it');
    sts.succeedAll();
    expect((await probe).accessKeyId).toBe('south 1');
    expect(await opened(sts, sessions)).toBe('north 2');
  });

  test('has pauses of different lengths in different environments', async () => {
    const moments = [0, 0.999].map(
      async (random) =>
        (
          await load(
            2,
            () => 'Throttling',
            () => random,
          )
        ).calls[1],
    );
    expect(await Promise.all(moments)).toEqual([200, 110]);
  });

  test('does not affect open sessions', async () => {
    const sts = new Sts();
    const sessions = sts.sessions();
    await opened(sts, sessions);
    const other = sessions.credentialsFor('south');
    await settled();
    sts.underWay[0].fail('Throttling');
    await expect(other).rejects.toThrow('as STS says it');
    expect((await sessions.credentialsFor('north')).accessKeyId).toBe('north 0');
  });

  test('is no reason to wait after another error', async () => {
    const { calls } = await load(1, () => 'AccessDenied');
    expect(calls).toHaveLength(100);
  });
});

test.each([0, -1, 1.5, Number.NaN])('mostSessions %d is rejected', (mostSessions) => {
  expect(() => new Sts().sessions({ mostSessions })).toThrow('expected a positive integer');
});

describe('a tenant that is not active', () => {
  /** Sessions of tenants whose states are in `states`. */
  function withStates(states: Record<string, string | undefined>) {
    const sts = new Sts();
    const asked: string[] = [];
    const tenantIsActive = async (tenant: string) => {
      asked.push(tenant);
      return states[tenant] === 'active';
    };
    return { sts, asked, sessions: sts.sessions({ tenantIsActive }) };
  }
  const notActive = { name: 'TenantNotActive', message: 'the tenant north is not active', tenant: 'north' };

  test.each(['onboarding', 'suspended', 'offboarding', 'departed', undefined])('%s: no session is opened', async (state) => {
    const { sts, sessions } = withStates({ north: state });
    await expect(sessions.credentialsFor('north')).rejects.toMatchObject(notActive);
    expect(sts.openings).toHaveLength(0);
  });

  test('is asked for again with each request, so that a tenant that is resumed gets a session at once', async () => {
    const states: Record<string, string> = { north: 'suspended' };
    const { sts, asked, sessions } = withStates(states);
    await expect(sessions.credentialsFor('north')).rejects.toMatchObject(notActive);
    states.north = 'active';
    expect(await opened(sts, sessions)).toBe('north 0');
    await sessions.credentialsFor('north');
    expect(asked).toEqual(['north', 'north']);
  });

  test('loses its cached session when it is renewed, and when it is forgotten after a denial', async () => {
    const states: Record<string, string> = { north: 'active' };
    const { sts, sessions } = withStates(states);
    await opened(sts, sessions);
    states.north = 'suspended';
    sts.time += HOUR * 0.82;
    await sessions.credentialsFor('north');
    await settled();
    await expect(sessions.credentialsFor('north')).rejects.toMatchObject(notActive);
    states.north = 'active';
    await opened(sts, sessions);
    states.north = 'suspended';
    sessions.forget('north');
    await expect(sessions.credentialsFor('north')).rejects.toMatchObject(notActive);
    expect(sts.openings).toHaveLength(2);
  });

  test.each([
    ['longer than a minute', 60_001],
    ['for a time that the clock does not know', -1],
  ])('is noticed after its session was opened, if that took %s: a suspension may have been meanwhile', async (_, milliseconds) => {
    const states: Record<string, string> = { north: 'active' };
    const { sts, sessions } = withStates(states);
    const credentials = sessions.credentialsFor('north');
    await settled();
    states.north = 'suspended';
    sts.time += milliseconds;
    sts.succeedAll();
    await expect(credentials).rejects.toMatchObject(notActive);
    expect(cachedBy(sessions)).toBe(0);
  });

  test('a directory that cannot be read opens no session; the failure is not cached, and is not taken for one of STS', async () => {
    const sts = new Sts();
    const errors = ['ThrottlingException', undefined];
    const tenantIsActive = async () => {
      const name = errors.shift();
      if (name !== undefined) throw Object.assign(new Error('as DynamoDB says it'), { name });
      return true;
    };
    const sessions = sts.sessions({ tenantIsActive });
    await expect(sessions.credentialsFor('north')).rejects.toThrow('as DynamoDB says it');
    expect(sts.openings).toHaveLength(0);
    expect(await opened(sts, sessions, 'south')).toBe('south 0');
  });

  test('the directory is not read while STS throttles', async () => {
    const sts = new Sts();
    let reads = 0;
    const sessions = sts.sessions({ tenantIsActive: async () => ++reads > 0 });
    const first = sessions.credentialsFor('north');
    await settled();
    sts.underWay[0].fail('Throttling');
    await expect(first).rejects.toThrow('as STS says it');
    await expect(sessions.credentialsFor('south')).rejects.toThrow('as STS says it');
    expect(reads).toBe(1);
  });

  test.each([
    ['active', true],
    ['suspended', false],
    [undefined, false],
  ])('in a directory: %s is active: %s', async (state, isActive) => {
    const inputs: object[] = [];
    const active = activeInDirectory('directory', async (input) => {
      inputs.push(input);
      return state === undefined ? {} : { Item: { state: { S: state } } };
    });
    expect(await active('north')).toBe(isActive);
    expect(inputs).toEqual([
      {
        TableName: 'directory',
        Key: { pk: { S: 'TENANT#north' }, sk: { S: 'TENANT' } },
        ConsistentRead: true,
        ProjectionExpression: '#state',
        ExpressionAttributeNames: { '#state': 'state' },
      },
    ]);
  });

  test('without a directory, every tenant is treated as active', async () => {
    expect(await treatEveryTenantAsActive('never-onboarded')).toBe(true);
  });
});

describe('sessionSeconds', () => {
  test('is how long a session lasts', async () => {
    const sts = new Sts();
    const sessions = sts.sessions({ sessionSeconds: 900 });
    await opened(sts, sessions);
    expect(sts.openings[0].input.DurationSeconds).toBe(900);
    sts.time += 900_000;
    expect(await opened(sts, sessions)).toBe('north 1');
  });

  test.each([0, 899, 3_601, 1_000.5, Number.NaN])('%d is rejected', (sessionSeconds) => {
    expect(() => new Sts().sessions({ sessionSeconds })).toThrow(
      `invalid sessionSeconds ${sessionSeconds}: expected an integer between 900 and 3600`,
    );
  });
});

// 300 orders take seconds on a busy machine.
test('in any order of events: one attempt at a time for each tenant, no expired session, no session of another tenant, no cached failure', async () => {
  const tenants = ['aaa', 'bbb', 'ccc', 'ddd'];
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('ask' as const), tenant: fc.constantFrom(...tenants) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('succeed' as const, 'fail' as const), at: fc.nat(3) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), minutes: fc.integer({ min: 0, max: 90 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('jump' as const), minutes: fc.integer({ min: -180, max: 180 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('forget' as const), tenant: fc.constantFrom(...tenants) }) },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 60 }),
      fc.integer({ min: 1, max: 4 }),
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      async (steps, mostSessions, random) => {
        const sts = new Sts();
        const sessions = sts.sessions({ mostSessions, random: () => random });
        const asked: Promise<void>[] = [];
        for (const one of steps) {
          if (one.kind === 'ask') {
            const { tenant } = one;
            const openings = sts.underWay.length;
            const now = sts.time;
            asked.push(
              sessions.credentialsFor(tenant).then(
                ({ accessKeyId, expiration }) => {
                  expect(accessKeyId.split(' ')[0]).toBe(tenant);
                  // Returned immediately: it is still valid at that time.
                  if (sts.time === now && sts.underWay.length === openings) expect(expiration.getTime()).toBeGreaterThan(now);
                },
                (error: Error) => expect(error.name).toBe('AccessDenied'),
              ),
            );
          } else if (one.kind === 'succeed' || one.kind === 'fail') sts.underWay[one.at % Math.max(1, sts.underWay.length)]?.[one.kind]();
          else if (one.kind === 'forget') sessions.forget(one.tenant);
          else if ('minutes' in one) sts.time += one.minutes * 60_000;
          await settled();
          const names = sts.underWay.map(({ input }) => input.RoleSessionName);
          expect(new Set(names).size).toBe(names.length);
          expect(cachedBy(sessions)).toBeLessThanOrEqual(mostSessions);
        }
        sts.succeedAll();
        await Promise.all(asked);
        for (const tenant of tenants) expect((await opened(sts, sessions, tenant)).split(' ')[0]).toBe(tenant);
      },
    ),
    { numRuns: 300 },
  );
}, 60_000);

describe('clients', () => {
  const clientsOf = (sessions: TenantSessions, most?: number) => {
    const made: string[] = [];
    const make = ({ accessKeyId }: { accessKeyId: string }) => made[made.push(accessKeyId) - 1];
    return { made, clients: new TenantClients(sessions, make, most) };
  };

  test('are created once for each session', async () => {
    const sts = new Sts();
    const sessions = sts.sessions();
    const { made, clients } = clientsOf(sessions);
    await opened(sts, sessions);
    for (let call = 0; call < 3; call++) expect(await clients.clientFor('north')).toBe('north 0');
    sessions.forget('north');
    await opened(sts, sessions);
    expect(await clients.clientFor('north')).toBe('north 1');
    expect(made).toEqual(['north 0', 'north 1']);
  });

  test('are limited in number', async () => {
    const sts = new Sts();
    const sessions = sts.sessions();
    const { made, clients } = clientsOf(sessions, 10);
    for (let tenant = 0; tenant < 1_000; tenant++) {
      await opened(sts, sessions, `tenant-${tenant}`);
      await clients.clientFor(`tenant-${tenant}`);
    }
    expect(cachedBy(clients)).toBe(10);
    expect([made.length, sts.openings.length]).toEqual([1_000, 1_000]);
  });

  test('reject an invalid tenant id', async () => {
    const { made, clients } = clientsOf(new Sts().sessions());
    await expect(clients.clientFor('../north')).rejects.toThrow("a tenant's id must match");
    expect(made).toEqual([]);
  });

  test('of the SDK sign with their own tenant’s session and share one handler', async () => {
    const { signers, requestHandler } = recorder();
    const sessions = new TenantSessions({
      roleArn,
      tagKey: 'school',
      tenantIsActive: async () => true,
      assumeRole: async ({ RoleSessionName }) => ({
        AccessKeyId: RoleSessionName,
        SecretAccessKey: 'secret',
        SessionToken: 'token',
        Expiration: new Date(Date.now() + HOUR),
      }),
    });
    const clients = new TenantClients(sessions, (credentials) => new DynamoDBClient({ region: 'us-east-1', credentials, requestHandler }));
    const tenants = ['north', 'south', 'north', 'east', 'south'];
    for (const tenant of tenants) await (await clients.clientFor(tenant)).send(anything);
    expect(signers).toEqual(tenants);
  });

  test('one client that looks up credentials would be unsafe: the SDK signs the second tenant’s call with the first tenant’s credentials', async () => {
    const { signers, requestHandler } = recorder();
    let tenant = 'north';
    const credentials = async () => ({
      accessKeyId: tenant,
      secretAccessKey: 'secret',
      sessionToken: 'token',
      expiration: new Date(Date.now() + HOUR),
    });
    const client = new DynamoDBClient({ region: 'us-east-1', credentials, requestHandler });
    await client.send(anything);
    tenant = 'south';
    await client.send(anything);
    expect(signers).toEqual(['north', 'north']);
  });
});

test('the module imports nothing else: services do not need the CDK', () => {
  const { metafile } = buildSync({
    entryPoints: ['src/runtime/tenant-sessions.ts'],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    packages: 'external',
  });
  expect(Object.keys(metafile.inputs).sort()).toEqual([
    'src/runtime/key-template-render.ts',
    'src/runtime/own-items.ts',
    'src/runtime/recent.ts',
    'src/runtime/tenant-activity.ts',
    'src/runtime/tenant-id.ts',
    'src/runtime/tenant-record.ts',
    'src/runtime/tenant-sessions.ts',
    'src/runtime/user-agent.ts',
  ]);
  expect(Object.values(metafile.outputs).flatMap(({ imports }) => imports)).toEqual([]);
});

const anything = new GetItemCommand({ TableName: 'table', Key: { pk: { S: 'key' } } });

/** An SDK request handler that records the signer of each request. */
function recorder() {
  const signers: string[] = [];
  const requestHandler = {
    handle: async ({ headers }: { headers: Record<string, string> }) => {
      signers.push(/Credential=([^/]+)/.exec(headers.authorization)?.[1] ?? '');
      return { response: { statusCode: 200, headers: {}, body: Buffer.from('{}') } };
    },
    updateHttpClientConfig: () => undefined,
    httpHandlerConfigs: () => ({}),
  };
  return { signers, requestHandler: requestHandler as unknown as DynamoDBClient['config']['requestHandler'] };
}
