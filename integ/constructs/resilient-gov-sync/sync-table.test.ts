import { CreateTableCommand, DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { holdCalls, isCallAllowed, takeTurn } from '../../../src/resilient-gov-sync/lambda/api-item';
import { afterCall, type Breaker, CLOSED, permissionOf } from '../../../src/resilient-gov-sync/lambda/breaker';
import { readBreaker, writeBreaker } from '../../../src/resilient-gov-sync/lambda/breaker-item';
import { reopening } from '../../../src/resilient-gov-sync/lambda/resolve/reopen';
import type { Dependencies } from '../../../src/resilient-gov-sync/lambda/steps/dependencies';
import { type Item, periodKey, reportKey, type SyncTable, syncTable } from '../../../src/resilient-gov-sync/lambda/sync-table';
import { intervalMs, reserveTurn } from '../../../src/resilient-gov-sync/lambda/turns';
import type { Engines } from '../../sandbox';
import { installEngines, startEngines } from '../../sandbox/engines';

// The conditional updates of the table, by concurrent callers on a real engine: the item that all executions share, and reopened periods.
const TableName = 'sync';
const PERIOD = '2026Q4';
const REPORTS = ['school-1', 'school-2', 'school-3', 'school-4', 'school-5', 'school-6'];
const NOW = Date.UTC(2027, 0, 7);
const HORIZON_MS = 15 * 60_000;
const RATE = { maxPerSecond: 10, latenessMs: 250 };
let engines: Engines;
let client: DynamoDBClient;
let table: SyncTable;
let item = 0;

beforeAll(async () => {
  engines = await startEngines(await installEngines(() => undefined), () => undefined);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new DynamoDBClient({ endpoint: engines.dynamodb.url, region: 'us-east-1', credentials });
  const keys = [
    ['pk', 'HASH'],
    ['sk', 'RANGE'],
  ] as const;
  await client.send(
    new CreateTableCommand({
      ...{ TableName, BillingMode: 'PAY_PER_REQUEST' },
      KeySchema: keys.map(([AttributeName, KeyType]) => ({ AttributeName, KeyType })),
      AttributeDefinitions: keys.map(([AttributeName]) => ({ AttributeName, AttributeType: 'S' })),
    }),
  );
  table = syncTable(client, TableName);
});

afterAll(async () => {
  client?.destroy();
  await engines?.close();
});

beforeEach(() => {
  item += 1;
});

const Key = () => ({ pk: { S: `API ${item}` }, sk: { S: 'API' } });
const read = async () => readBreaker((await client.send(new GetItemCommand({ TableName, Key: Key(), ConsistentRead: true }))).Item);

/** Whether the condition of an update held, and the old values. */
async function update(expressions: object): Promise<{ nextSendAt?: number } | undefined> {
  try {
    const input = { TableName, Key: Key(), ReturnValues: 'UPDATED_OLD' as const, ...expressions };
    const { Attributes = {} } = await client.send(new UpdateItemCommand(input));
    return { nextSendAt: Attributes.nextSendAt?.N === undefined ? undefined : Number(Attributes.nextSendAt.N) };
  } catch (error) {
    if ((error as Error).name === 'ConditionalCheckFailedException') return undefined;
    throw error;
  }
}

async function set(next: Breaker): Promise<void> {
  expect(await update(writeBreaker(await read(), next))).toBeDefined();
}

async function reserve(now: number): Promise<number | undefined> {
  for (let attempt = 0; attempt < 10; attempt++)
    for (const { turn, ...expressions } of reserveTurn(now, now + HORIZON_MS, RATE)) {
      const old = await update(expressions);
      if (old !== undefined) return turn(old.nextSendAt);
    }
  return undefined;
}

test('concurrent callers get different turns, an interval apart', async () => {
  await set(CLOSED);
  const turns = await Promise.all(Array.from({ length: 40 }, () => reserve(NOW)));
  const expected = Array.from({ length: 40 }, (_, place) => NOW + place * intervalMs(RATE));
  expect(turns.sort((one, other) => (one ?? 0) - (other ?? 0))).toEqual(expected);
  // After a pause, nobody waits for turns of the past.
  const later = NOW + HORIZON_MS;
  expect((await Promise.all([reserve(later), reserve(later)])).sort()).toEqual([later, later + intervalMs(RATE)]);
});

test('no turn is given while the breaker is open, before the API has an item, and beyond the horizon', async () => {
  expect(await reserve(NOW)).toBeUndefined();
  await set({ ...CLOSED, state: 'OPEN', openUntil: NOW });
  expect(await reserve(NOW)).toBeUndefined();
  await set(CLOSED);
  expect(await reserve(NOW + HORIZON_MS + 1)).toBeDefined();
  expect(await reserve(NOW)).toBeUndefined();
});

test('each failure of concurrent callers counts, and the fifth opens the breaker once', async () => {
  await set(CLOSED);
  const failed = async (caller: string): Promise<void> => {
    for (;;) {
      const found = await read();
      const next = afterCall(found.breaker, false, NOW, caller);
      if (next === found.breaker || (await update(writeBreaker(found, next))) !== undefined) return;
    }
  };
  await Promise.all(['a', 'b', 'c', 'd'].map(failed));
  expect((await read()).breaker).toMatchObject({ state: 'CLOSED', failures: 4 });
  await Promise.all(['a', 'b', 'c', 'd'].map(failed));
  expect((await read()).breaker).toEqual({ ...CLOSED, state: 'OPEN', openings: 1, openedAt: NOW, openUntil: NOW + 60_000 });
});

test('of concurrent callers, one makes the probe, and its success closes the breaker', async () => {
  await set({ ...CLOSED, state: 'OPEN', openings: 1, openUntil: NOW });
  const found = await read();
  const callers = ['a', 'b', 'c', 'd', 'e'];
  const won = await Promise.all(
    callers.map((caller) => {
      const permission = permissionOf(found.breaker, NOW, caller);
      return permission.may === 'probe' ? update(writeBreaker(found, permission.next)) : undefined;
    }),
  );
  const winners = callers.filter((_, place) => won[place] !== undefined);
  const probing = await read();
  expect(winners).toEqual([probing.breaker.probeOwner]);
  await set(afterCall(probing.breaker, true, NOW, winners[0]));
  expect((await read()).breaker).toEqual({ ...CLOSED, probeOwner: undefined });
});

test('Retry-After also holds calls whose turns are reserved, and a probe that it held is made by its owner at once', async () => {
  let now = NOW;
  const dependencies = { table, now: () => now, rules: { rate: RATE } } as unknown as Dependencies;
  const turns = await Promise.all(Array.from({ length: 20 }, (_, child) => takeTurn(String(child), NOW, dependencies)));
  expect(turns.every((turn) => 'turn' in turn)).toBe(true);
  // Earlier than the last turn that is reserved, and then shorter.
  await holdCalls(NOW + 1_000, dependencies);
  await holdCalls(NOW + 500, dependencies);
  const allowed = async (at: number, child = '1') => {
    now = at;
    return isCallAllowed(child, dependencies);
  };
  expect([await allowed(NOW + 999), await allowed(NOW + 1_000)]).toEqual([false, true]);
  await holdCalls(NOW + 60_000, dependencies);
  now = NOW + 2_000;
  expect(await takeTurn('1', now, dependencies)).toEqual({ turn: NOW + 60_000 });

  const { version } = readBreaker(await table.readApi());
  await table.updateApi(writeBreaker({ breaker: CLOSED, version }, { ...CLOSED, state: 'OPEN', openUntil: NOW + 70_000 }));
  now = NOW + 70_000;
  expect(await takeTurn('a', now, dependencies)).toEqual({ turn: now });
  await holdCalls(NOW + 80_000, dependencies);
  expect(await allowed(NOW + 71_000, 'a')).toBe(false);
  expect(await takeTurn('b', now, dependencies)).toMatchObject({ waitUntil: NOW + 250_000 });
  expect(await takeTurn('a', now, dependencies)).toEqual({ turn: NOW + 80_000 });
  expect(await allowed(NOW + 80_000, 'a')).toBe(true);
});

const write = async (key: { readonly pk: string; readonly sk: string }, set: Item) =>
  table.change(key, { set, expect: { never: undefined } });
const reset = async (period: Item) => {
  await write(periodKey(PERIOD), { decisions: undefined, listKey: 'list', scheduledAttempts: 12, ...period });
  for (const tenant of REPORTS) await write(reportKey(PERIOD, tenant), { tenant, status: 'REJECTED', revision: 1 });
};
const replay = (tenant: string) =>
  reopening(client, TableName, () => NOW).change(PERIOD, tenant, {
    set: { status: 'PLANNED', reason: undefined },
    expect: { status: 'REJECTED', revision: 1, auditEntries: undefined },
  });

test('decisions at the same time about several reports are all applied, and open the period once', async () => {
  await reset({ status: 'COMPLETE', since: 1 });
  expect(await Promise.all(REPORTS.map(replay))).toEqual(REPORTS.map(() => true));
  expect(await table.read(periodKey(PERIOD))).toMatchObject({ status: 'INCOMPLETE', since: NOW, decisions: 6, scheduledAttempts: 0 });
  expect((await table.reports(PERIOD)).map(({ status }) => status)).toEqual(REPORTS.map(() => 'PLANNED'));
});

test('a decision ends the wait for look-ups: the next attempt is at the next time of the schedule', async () => {
  await reset({ status: 'WAITING_FOR_LOOK_UP', since: 1, nextAttemptAt: NOW + 86_400_000 });
  expect(await replay('school-1')).toBe(true);
  expect(await table.read(periodKey(PERIOD))).toMatchObject({ status: 'INCOMPLETE', nextAttemptAt: NOW, scheduledAttempts: 0 });
});

test('a report that an attempt may send is not changed while one has the lease of its period, and by none that takes it in between', async () => {
  const end = () =>
    reopening(client, TableName, () => NOW).change(
      PERIOD,
      'school-1',
      { set: { status: 'WITHDRAWN' }, expect: { status: 'REJECTED' } },
      true,
    );
  const statusOf = async () => (await table.read(reportKey(PERIOD, 'school-1')))?.status;
  await reset({ status: 'SENDING', leaseOwner: 'attempt', leaseUntil: NOW + 1 });
  expect([await end(), await statusOf()]).toEqual([false, 'REJECTED']);
  // The attempt was stopped, and its lease is over.
  await reset({ status: 'SENDING', leaseOwner: 'attempt', leaseUntil: NOW });
  expect([await end(), await statusOf()]).toEqual([true, 'WITHDRAWN']);
  // The next attempt takes the lease after the decision has read the period.
  await reset({ status: 'INCOMPLETE', leaseOwner: undefined, leaseUntil: undefined });
  let reads = 0;
  const overtaken = {
    send: async (command: Parameters<DynamoDBClient['send']>[0]) => {
      const answer = await client.send(command);
      if (command instanceof GetItemCommand && reads++ === 0) await write(periodKey(PERIOD), { leaseOwner: 'next', leaseUntil: NOW + 1 });
      return answer;
    },
  } as unknown as DynamoDBClient;
  const change = { set: { status: 'WITHDRAWN' }, expect: { status: 'REJECTED' } };
  expect(await reopening(overtaken, TableName, () => NOW).change(PERIOD, 'school-1', change, true)).toBe(false);
  expect([reads, await statusOf()]).toEqual([2, 'REJECTED']);
  await write(periodKey(PERIOD), { status: 'INCOMPLETE', leaseOwner: undefined, leaseUntil: undefined });
});

test('of decisions at the same time about one report, one is applied', async () => {
  await reset({ status: 'COMPLETE', since: 1 });
  const applied = await Promise.all([1, 2, 3, 4].map(() => replay('school-1')));
  expect(applied.filter(Boolean)).toEqual([true]);
  expect(await table.read(periodKey(PERIOD))).toMatchObject({ decisions: 1 });
});

test('an attempt that counted the reports before a decision cannot close the period after it', async () => {
  await reset({ status: 'SENDING', since: 1 });
  const { decisions } = (await table.read(periodKey(PERIOD))) ?? {};
  expect(await replay('school-2')).toBe(true);
  const close = (expected: Item) => table.change(periodKey(PERIOD), { set: { status: 'COMPLETE' }, expect: expected });
  expect(await close({ decisions })).toBeUndefined();
  // An attempt that runs says itself what the period is.
  expect(await table.read(periodKey(PERIOD))).toMatchObject({ status: 'SENDING', since: 1, decisions: 1 });
});
