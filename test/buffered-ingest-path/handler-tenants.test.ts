import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import fc from 'fast-check';
import { recess } from '../../integ/systems/school-platform/population';
import { WriterIsolation } from '../../src';
import { type BatchResult, processBatch } from '../../src/buffered-ingest-path/lambda/process-batch';
import { tenantSender } from '../../src/buffered-ingest-path/lambda/tenant-sender';
import type { Send, TenantWriterDependencies } from '../../src/buffered-ingest-path/lambda/write-by-tenant';
import type { Statement, StatementAnswer } from '../../src/buffered-ingest-path/lambda/write-items';
import { TenantClients, TenantSessions, treatEveryTenantAsActive } from '../../src/runtime/tenant-sessions';
import { testStack } from '../synth';
import { ingestPath, tenantRole } from './fixtures';
import { destination, FakeDependencies, keyOf, later, record, serviceError, visit } from './handler-dependencies';

/** A table that lets each session write under its own tenant's keys only, as the grant does. */
class TenantTableDependencies extends FakeDependencies {
  readonly opened: string[] = [];
  readonly writtenAs: [session: string, keys: string][] = [];
  mostSessionsAtOnce = 0;
  openMilliseconds = 0;
  private sessionsAtOnce = 0;

  constructor(private readonly reject: (tenant: string) => Error | undefined = () => undefined) {
    super();
  }

  readonly sendAs: TenantWriterDependencies['sendAs'] = async (tenant) => {
    this.opened.push(tenant);
    this.mostSessionsAtOnce = Math.max(this.mostSessionsAtOnce, ++this.sessionsAtOnce);
    const open = this.time + this.openMilliseconds;
    await new Promise(setImmediate);
    this.time = Math.max(this.time, open);
    this.sessionsAtOnce--;
    const rejected = this.reject(tenant);
    if (rejected !== undefined) throw rejected;
    return async (statements: readonly Statement[]): Promise<StatementAnswer[]> => {
      for (const statement of statements) this.writtenAs.push([tenant, keyOf(statement)]);
      return this.send(statements);
    };
  };

  get tenantDependencies(): TenantWriterDependencies {
    return { sendAs: this.sendAs, now: this.now, sleep: this.sleep, random: this.random };
  }
}

const process = (records: Parameters<typeof processBatch>[0], dependencies: TenantTableDependencies, time?: number): Promise<BatchResult> =>
  processBatch(records, destination, later(dependencies, time), dependencies.tenantDependencies);
const of = (tenant: string, ...keys: string[]) => keys.map((key) => visit(key, { tenant }));
const numbered = (count: number, prefix: string) => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
const failed = (result: BatchResult) => result.failures.map(({ origin, errorCode, reason }) => [origin.messageId, errorCode, reason]);

test('each tenant’s messages are written in its session, 25 per call', async () => {
  const dependencies = new TenantTableDependencies();
  const result = await process([...of('north', ...numbered(30, 'n')), ...of('south', ...numbered(20, 's'))], dependencies);
  expect(result).toMatchObject({ written: 50, duplicates: 0, failures: [], calls: 3, tenants: { north: 30, south: 20 } });
  expect(dependencies.opened.sort()).toEqual(['north', 'south']);
  expect(dependencies.calls.map((statements) => statements.length).sort()).toEqual([20, 25, 5].sort());
});

test('for any batch, no message is written in another tenant’s session, and each is stored or fails, once', async () => {
  const one = fc.record({
    key: fc.integer({ min: 0, max: 30 }),
    tenant: fc.constantFrom('a-1', 'a-10', 'a-100', 'north', 'closed', 'No School'),
    poison: fc.constantFrom(...Array(9).fill(false), true),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(one, { maxLength: 120 }), async (messages) => {
      const dependencies = new TenantTableDependencies((tenant) => (tenant === 'closed' ? serviceError('AccessDenied', 403) : undefined));
      const records = messages.map(({ key, tenant, poison }, index) =>
        record(poison ? '{' : { student: 's' }, { tenant, idempotencyKey: `key-${key}` }, `message-${index}`),
      );
      const result = await process(records, dependencies);
      for (const [session, key] of dependencies.writtenAs) expect(key).toContain(`[{"S":"${session}#`);
      const ids = result.failures.map(({ origin }) => origin.messageId);
      expect(new Set(ids).size).toBe(ids.length);
      expect(result.written + result.duplicates + ids.length).toBe(records.length);
      const usable = messages.filter(({ poison, tenant }) => !poison && !['No School', 'closed'].includes(tenant));
      expect(result.written + result.duplicates).toBe(usable.length);
      expect(new Set(dependencies.opened).size).toBe(dependencies.opened.length);
    }),
    { numRuns: 200 },
  );
});

test('if a tenant’s session cannot be opened, only its messages fail, with a reason that contains no ARN', async () => {
  const dependencies = new TenantTableDependencies((tenant) => (tenant === 'south' ? serviceError('AccessDenied', 403) : undefined));
  const result = await process([...of('north', 'n-1'), ...of('south', 's-1', 's-2', 's-1'), ...of('east', 'e-1')], dependencies);
  expect(result).toMatchObject({ written: 2, calls: 2 });
  expect(failed(result).sort()).toEqual([
    ['s-1', 'NoSession', 'AccessDenied'],
    ['s-1', 'NoSession', 'AccessDenied'],
    ['s-2', 'NoSession', 'AccessDenied'],
  ]);
});

test('at most eight tenants are written at the same time', async () => {
  const dependencies = new TenantTableDependencies();
  await process(
    numbered(40, 'school').flatMap((tenant) => of(tenant, `${tenant}-visit`)),
    dependencies,
  );
  expect(dependencies.mostSessionsAtOnce).toBe(8);
  expect(dependencies.calls).toHaveLength(40);
});

test.each([50, 400, 10_000])(
  'a batch of %d has time enough when each is another tenant’s, and each opening and call takes 50 ms',
  async (batchSize) => {
    const stack = testStack();
    const { timeout } = ingestPath(stack, { batchSize, isolation: WriterIsolation.perTenant(tenantRole(stack)) }).writer as LambdaFunction;
    const dependencies = new TenantTableDependencies();
    dependencies.callMilliseconds = 50;
    dependencies.openMilliseconds = 50;
    const records = numbered(batchSize, 'school').flatMap((tenant) => of(tenant, tenant));
    const result = await process(records, dependencies, (timeout?.toMilliseconds() ?? 0) - 500);
    expect(result).toMatchObject({ written: batchSize, failures: [], calls: batchSize });
  },
  // The test has its own clock, so the speed of the machine does not matter.
  120_000,
);

test('without time left, no session is opened and all messages fail', async () => {
  const dependencies = new TenantTableDependencies();
  expect(failed(await process(of('north', 'a', 'b'), dependencies, 0)).map(([, code]) => code)).toEqual(['OutOfTime', 'OutOfTime']);
  expect(dependencies.opened).toEqual([]);
});

test('the numbers of calls in the README', async () => {
  const dependencies = new TenantTableDependencies();
  const sum = { pooled: 0, perTenant: 0 };
  const visits = recess(1);
  for (let first = 0; first < visits.length; first += 50) {
    const batch = visits
      .slice(first, first + 50)
      .map(({ school, student, idempotencyKey }) => record({ student }, { tenant: school, idempotencyKey }));
    const { calls, tenants, failures } = await process(batch, dependencies);
    expect(failures).toEqual([]);
    // The formula of the README.
    expect(calls).toBe(Object.values(tenants).reduce((calls_, messages) => calls_ + Math.ceil(messages / 25), 0));
    sum.perTenant += calls;
    sum.pooled += Math.ceil(batch.length / 25);
  }
  expect(sum).toEqual({ pooled: 200, perTenant: 2_128 });
  expect(new Set(dependencies.opened).size).toBe(40);
});

describe('sessions of the writer', () => {
  const HOUR = 3_600_000;
  /** A sender whose sessions open immediately, unless they are rejected. */
  function sender(answer: (session: string) => StatementAnswer[] | Error = () => [{}]) {
    const dependencies = { time: 1_790_000_000_000, openings: [] as string[], sent: [] as string[] };
    const sessions = new TenantSessions({
      roleArn: 'arn:aws:iam::123456789012:role/Tenants',
      tagKey: 'school',
      tenantIsActive: treatEveryTenantAsActive,
      now: () => dependencies.time,
      assumeRole: async ({ RoleSessionName }) => {
        dependencies.openings.push(RoleSessionName);
        if (RoleSessionName === 'never') return new Promise(() => undefined);
        const AccessKeyId = `${RoleSessionName} ${dependencies.openings.length}`;
        return { AccessKeyId, SecretAccessKey: 's', SessionToken: 't', Expiration: new Date(dependencies.time + HOUR) };
      },
    });
    const clients = new TenantClients(sessions, ({ accessKeyId }) => accessKeyId);
    const sendWith =
      (session: string): Send =>
      async () => {
        dependencies.sent.push(session);
        const told = answer(session);
        if (told instanceof Error) throw told;
        return told;
      };
    const sendAs = tenantSender(sessions, clients, sendWith);
    const send = async (tenant: string) => (await sendAs(tenant, 1_000))([], 1_000, []);
    return { dependencies, send, sendAs };
  }

  test('are opened once for many batches, and again when they expire', async () => {
    const { dependencies, send } = sender();
    for (const tenant of ['north', 'south', 'north']) await send(tenant);
    dependencies.time += HOUR;
    await send('north');
    expect(dependencies.sent).toEqual(['north 1', 'south 2', 'north 1', 'north 3']);
  });

  test('are opened once for concurrent batches', async () => {
    const { dependencies, send } = sender();
    await Promise.all(numbered(20, 'batch').map(() => send('north')));
    expect(dependencies.openings).toEqual(['north']);
  });

  test.each([
    ['a statement', [{}, { Error: { Code: 'AccessDenied' } }]],
    ['a call', serviceError('AccessDeniedException')],
    ['a call, because the session has ended', serviceError('ExpiredTokenException')],
    ['a call, because the session is unknown', serviceError('UnrecognizedClientException')],
  ])('are not used again after being rejected %s', async (_, told) => {
    const { dependencies, send } = sender((session) => (session === 'north 1' ? told : [{}]));
    await send('north').catch(() => undefined);
    await send('north');
    expect(dependencies.sent).toEqual(['north 1', 'north 2']);
  });

  test('are used again after any other error', async () => {
    const { dependencies, send } = sender(() => serviceError('ThrottlingException'));
    for (let call = 0; call < 2; call++) await expect(send('north')).rejects.toThrow();
    expect(dependencies.sent).toEqual(['north 1', 'north 1']);
  });

  test('are not awaited beyond the timeout', async () => {
    await expect(sender().sendAs('never', 20)).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});
