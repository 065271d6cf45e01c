import fc from 'fast-check';
import { logLines } from '../../src/buffered-ingest-path/lambda/log-lines';
import { type BatchResult, processBatch } from '../../src/buffered-ingest-path/lambda/process-batch';
import {
  CACHE_MS,
  STORED_FOR_MS,
  type StatusPage,
  TenantStates,
  type TenantStatus,
} from '../../src/buffered-ingest-path/lambda/tenant-states';
import type { TenantState } from '../../src/runtime/tenant-record';
import { DRAIN_MS } from '../../src/tenant-isolated-api/lambda/onboarding/offboard';
import { destination, FakeDependencies, keyOf, later, record, serviceError, visit } from './handler-dependencies';

type Answer = (tenants: readonly string[], call: number) => Partial<StatusPage> | Error | undefined;

/** A table of visits and a directory with responses that a test can set. Both share one clock. */
class Platform extends FakeDependencies {
  readonly records = new Map<string, Omit<TenantStatus, 'tenant'>>();
  readonly reads: (readonly string[])[] = [];
  readMilliseconds = 0;
  mostReadsAtOnce = 0;
  private readsAtOnce = 0;

  readonly tenants = new TenantStates({
    now: this.now,
    sleep: this.sleep,
    random: this.random,
    read: async (tenants, timeout) => {
      // As the SDK's client does: it throws a RangeError for a fraction of a millisecond.
      AbortSignal.timeout(timeout);
      this.reads.push(tenants);
      const answer = this.read(tenants, this.reads.length);
      this.mostReadsAtOnce = Math.max(this.mostReadsAtOnce, ++this.readsAtOnce);
      const answered = this.time + Math.min(this.readMilliseconds, timeout);
      await new Promise(setImmediate);
      this.time = Math.max(this.time, answered);
      this.readsAtOnce--;
      if (answer instanceof Error) throw answer;
      const { unprocessed = [] } = answer ?? {};
      const found = tenants
        .filter((tenant) => !unprocessed.includes(tenant))
        .flatMap((tenant) => {
          const status = this.records.get(tenant);
          return status === undefined ? [] : [{ tenant, ...status }];
        });
      return { found, unprocessed, ...answer };
    },
  });

  constructor(private readonly read: Answer = () => undefined) {
    super();
  }

  set(tenant: string, state: TenantState, accessEndedAt?: number): void {
    this.records.set(tenant, { state, ...(accessEndedAt === undefined ? {} : { accessEndedAt: new Date(accessEndedAt).toISOString() }) });
  }

  process(records: Parameters<typeof processBatch>[0], time?: number): Promise<BatchResult> {
    return processBatch(records, destination, later(this, time), { ...this.pace, tenants: this.tenants });
  }

  storedFor(tenant: string): number {
    return [...this.stored.values()].filter((statement) => keyOf(statement).startsWith(`[{"S":"${tenant}#`)).length;
  }

  private get pace() {
    return { send: this.send, now: this.now, sleep: this.sleep, random: this.random };
  }
}

const of = (tenant: string, ...keys: string[]) => keys.map((key) => visit(`${tenant}-${key}`, { tenant }));
const failed = (result: BatchResult) => result.failures.map(({ origin, errorCode, reason }) => [origin.messageId, errorCode, reason]);
const discarded = (result: BatchResult) => (result.discarded ?? []).map(({ messageId }) => messageId);

test.each<[TenantState, boolean]>([
  ['onboarding', true],
  ['active', true],
  ['suspended', true],
  ['offboarding', true],
  ['departed', false],
])('messages of a tenant that is %s are stored: %s', async (state, stored) => {
  const platform = new Platform();
  platform.set('north', state);
  platform.set('south', 'active');
  const result = await platform.process([...of('north', 'a', 'b'), ...of('south', 'a')]);
  expect([platform.storedFor('north'), platform.storedFor('south')]).toEqual([stored ? 2 : 0, 1]);
  expect(discarded(result)).toEqual(stored ? [] : ['north-a', 'north-b']);
  // Deleted from the queue: not named as a failure.
  expect(result).toMatchObject({ messages: 3, failures: [], reads: 1, tenants: stored ? { north: 2, south: 1 } : { south: 1 } });
});

test.each([999, 1_000, 1_001, 5_999])('with %d ms left, the directory is read', async (time) => {
  const platform = new Platform();
  platform.set('north', 'active');
  expect(await platform.process(of('north', 'a'), time)).toMatchObject({ written: 1, failures: [], reads: 1 });
});

test('messages of a tenant without a record fail, and become dead letters', async () => {
  const platform = new Platform();
  platform.set('south', 'active');
  platform.records.set('odd', { state: 'paused' as TenantState });
  const result = await platform.process([...of('north', 'a'), ...of('south', 'a'), ...of('odd', 'a')]);
  expect(failed(result)).toEqual([
    ['north-a', 'UnknownTenant', 'the directory has no record of the tenant'],
    ['odd-a', 'UnknownTenant', 'the state of the tenant is unknown'],
  ]);
  expect(platform.storedFor('south')).toBe(1);
  // A record that appears is noticed at once.
  platform.set('north', 'active');
  expect(await platform.process(of('north', 'a'))).toMatchObject({ written: 1, failures: [] });
});

describe('a tenant that is leaving', () => {
  test('has its messages stored for half an hour after its access ended', async () => {
    const platform = new Platform();
    const ended = platform.time;
    platform.set('north', 'offboarding', ended);
    platform.time = ended + STORED_FOR_MS;
    expect(await platform.process(of('north', 'in-time'))).toMatchObject({ written: 1, discarded: [] });
    // Also with the record that is cached.
    platform.time += 1;
    expect(discarded(await platform.process(of('north', 'late')))).toEqual(['north-late']);
    expect(platform.reads).toHaveLength(1);
  });

  test('never has a message stored after it departed, whatever was cached and however slow a batch is', async () => {
    // A record becomes departed DRAIN_MS after its access ended. No function runs for longer than 15 minutes.
    const clocksDiffer = 5 * 60_000;
    expect(STORED_FOR_MS + CACHE_MS + 15 * 60_000 + clocksDiffer).toBeLessThan(DRAIN_MS);

    const minute = 60_000;
    // Most messages come one after another, so that the record is cached; the last ones around the departure.
    const wait = fc.oneof(
      { weight: 3, arbitrary: fc.integer({ min: 0, max: CACHE_MS }) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 20 * minute }) },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(wait, { minLength: 10, maxLength: 20 }),
        fc.oneof(fc.integer({ min: 0, max: 60 * minute }), fc.integer({ min: -DRAIN_MS, max: -DRAIN_MS + CACHE_MS })),
        async (waits, endsAfter) => {
          const platform = new Platform();
          const start = platform.time;
          const ended = start + endsAfter;
          for (const [index, wait] of waits.entries()) {
            platform.time += wait;
            const at = platform.time;
            if (at >= ended + DRAIN_MS) platform.set('north', 'departed');
            else if (at >= ended) platform.set('north', 'offboarding', ended);
            else platform.set('north', 'active');
            const result = await platform.process(of('north', String(index)));
            if (at >= ended + DRAIN_MS) expect(discarded(result)).toHaveLength(1);
            if (at <= ended + STORED_FOR_MS) expect(result.written).toBe(1);
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

describe('calls to the directory', () => {
  test('are one for up to 100 tenants of a batch, two at a time, whatever the number of messages', async () => {
    const platform = new Platform();
    const tenants = Array.from({ length: 250 }, (_, index) => `tenant-${index}`);
    for (const tenant of tenants) platform.set(tenant, 'active');
    const result = await platform.process(tenants.flatMap((tenant) => of(tenant, 'a', 'b')));
    expect(result).toMatchObject({ written: 500, reads: 3, calls: 20, failures: [] });
    expect(platform.reads.map((read) => read.length).sort()).toEqual([100, 100, 50]);
    expect(platform.mostReadsAtOnce).toBe(2);
  });

  test('are not needed for a record that was read within ten seconds', async () => {
    const platform = new Platform();
    platform.set('north', 'active');
    await platform.process(of('north', 'a'));
    platform.set('south', 'active');
    platform.time += CACHE_MS - 1;
    expect(await platform.process([...of('north', 'b'), ...of('south', 'a')])).toMatchObject({ written: 2, reads: 1 });
    platform.time += 1;
    expect(await platform.process(of('north', 'c'))).toMatchObject({ written: 1, reads: 1 });
    expect(platform.reads).toEqual([['north'], ['south'], ['north']]);
    // A clock that was set back.
    platform.time -= CACHE_MS + 5;
    expect(await platform.process(of('north', 'd'))).toMatchObject({ written: 1, reads: 1 });
  });

  test('leave time to store 10,000 messages of as many tenants, when each call takes 50 ms', async () => {
    const platform = new Platform();
    platform.readMilliseconds = 50;
    platform.callMilliseconds = 50;
    const tenants = Array.from({ length: 10_000 }, (_, index) => `tenant-${index}`);
    for (const tenant of tenants) platform.set(tenant, 'active');
    const result = await platform.process(
      tenants.flatMap((tenant) => of(tenant, 'a')),
      25_500,
    );
    expect(result).toMatchObject({ written: 10_000, reads: 100, calls: 400, failures: [] });
  }, 120_000);

  test('are repeated for records that were not read, and after a throttle', async () => {
    const platform = new Platform((tenants, call) =>
      call === 1 ? serviceError('ThrottlingException') : call === 2 ? { unprocessed: [...tenants].slice(1) } : undefined,
    );
    for (const tenant of ['north', 'south', 'west']) platform.set(tenant, 'active');
    const result = await platform.process(['north', 'south', 'west'].flatMap((tenant) => of(tenant, 'a')));
    expect(result).toMatchObject({ written: 3, failures: [], reads: 3 });
    expect(platform.reads).toEqual([
      ['north', 'south', 'west'],
      ['north', 'south', 'west'],
      ['south', 'west'],
    ]);
    expect(platform.pauses).toHaveLength(2);
  });

  test.each<[string, () => Answer, string, number]>([
    ['rejects the call', () => () => serviceError('AccessDeniedException'), 'AccessDeniedException', 1],
    ['does not exist', () => () => serviceError('ResourceNotFoundException'), 'ResourceNotFoundException', 1],
    ['is down', () => () => serviceError('InternalServerError', 500), 'InternalServerError', 3],
    ['reads nothing', () => (tenants) => ({ found: [], unprocessed: [...tenants] }), 'UnprocessedKeys', 3],
  ])(
    'if the directory %s, only messages of tenants that are not known yet fail, and are received again',
    async (_, answer, reason, least) => {
      let up = true;
      const fail = answer();
      const platform = new Platform((tenants, call) => (up ? undefined : fail(tenants, call)));
      platform.set('north', 'active');
      platform.set('gone', 'departed');
      platform.set('south', 'active');
      await platform.process([...of('north', 'a'), ...of('gone', 'a')]);
      up = false;
      const began = platform.time;
      const result = await platform.process([...of('north', 'b'), ...of('south', 'b'), ...of('gone', 'b'), record('{', {}, 'poison')]);
      expect(failed(result)).toEqual([
        ['poison', 'InvalidBody', expect.any(String)],
        ['south-b', 'DirectoryUnavailable', reason],
      ]);
      expect(discarded(result)).toEqual(['gone-b']);
      expect(platform.storedFor('north')).toBe(2);
      expect(result.reads).toBeGreaterThanOrEqual(least);
      // Half of the five seconds were left for writing.
      expect(platform.time - began).toBeLessThanOrEqual(2_500);
      up = true;
      expect(await platform.process(of('south', 'b'))).toMatchObject({ written: 1, failures: [] });
    },
  );

  test('that never get a response leave time to store the messages of known tenants', async () => {
    const platform = new Platform((_, call) => (call === 1 ? undefined : serviceError('TimeoutError')));
    platform.set('north', 'active');
    await platform.process(of('north', 'a'));
    platform.readMilliseconds = 60_000;
    const result = await platform.process([...of('north', 'b'), ...of('south', 'b')]);
    expect(result).toMatchObject({ written: 1, failures: [{ errorCode: 'DirectoryUnavailable', reason: 'TimeoutError' }] });
  });
});

test('for any batch, each message is stored, discarded or fails, once', async () => {
  const states = ['active', 'suspended', 'departed', 'nobody'] as const;
  const one = fc.record({ key: fc.integer({ min: 0, max: 9 }), state: fc.constantFrom(...states), poison: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(one, { maxLength: 60 }), async (messages) => {
      const platform = new Platform();
      for (const state of states) if (state !== 'nobody') platform.set(state, state);
      const records = messages.map(({ key, state, poison }, index) =>
        record(poison ? '{' : { student: 's' }, { tenant: state, idempotencyKey: `key-${key}` }, `message-${index}`),
      );
      const result = await platform.process(records);
      const ids = [...result.failures.map(({ origin }) => origin.messageId), ...discarded(result)];
      expect(new Set(ids).size).toBe(ids.length);
      expect(result.written + result.duplicates + ids.length).toBe(records.length);
      const good = messages.filter(({ poison }) => !poison);
      expect(discarded(result)).toHaveLength(good.filter(({ state }) => state === 'departed').length);
      expect(platform.storedFor('departed') + platform.storedFor('nobody')).toBe(0);
    }),
    { numRuns: 25 },
  );
});

test('each discarded message has a log line with its ids and without its body, and the batch has a metric', async () => {
  const platform = new Platform();
  platform.set('north', 'departed');
  const result = await platform.process([
    record({ student: 'Ana Perez' }, { tenant: 'north', correlationId: 'request-1', requestId: 'chosen-1' }, 'm-1'),
  ]);
  const [line, batch] = logLines(result, { functionName: 'writer', invocationId: 'invocation-1', at: platform.time });
  expect(JSON.parse(JSON.stringify(line))).toEqual({
    level: 'WARN',
    message: 'Message discarded',
    messageId: 'm-1',
    tenant: 'north',
    correlationId: 'request-1',
    requestId: 'chosen-1',
    reason: 'the tenant has left',
    functionName: 'writer',
    invocationId: 'invocation-1',
  });
  expect(batch).toMatchObject({ level: 'WARN', Written: 0, Failed: 0, Discarded: 1, reads: 1, tenants: {} });
  expect(JSON.stringify([line, batch])).not.toContain('Perez');
});
