import { CreateTableCommand, DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { holdCalls, isCallAllowed, takeTurn } from '../../../src/resilient-gov-sync/lambda/api-item';
import { afterCall, type Breaker, CLOSED, permissionOf } from '../../../src/resilient-gov-sync/lambda/breaker';
import { readBreaker, writeBreaker } from '../../../src/resilient-gov-sync/lambda/breaker-item';
import type { Dependencies } from '../../../src/resilient-gov-sync/lambda/steps/dependencies';
import { syncTable } from '../../../src/resilient-gov-sync/lambda/sync-table';
import { intervalMs, reserveTurn } from '../../../src/resilient-gov-sync/lambda/turns';
import type { Engines } from '../../sandbox';
import { installEngines, startEngines } from '../../sandbox/engines';

// The conditional updates of the item that all executions share, by concurrent callers on a real engine.
const TableName = 'sync';
/** With the keys of the table of a sync. */
const SYNC_TABLE = 'sync-table';
const NOW = Date.UTC(2026, 10, 29, 12);
const HORIZON_MS = 15 * 60_000;
const RATE = { maxPerSecond: 10, latenessMs: 250 };
let engines: Engines;
let client: DynamoDBClient;
let item = 0;

beforeAll(async () => {
  engines = await startEngines(await installEngines(() => undefined), () => undefined);
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new DynamoDBClient({ endpoint: engines.dynamodb.url, region: 'us-east-1', credentials });
  await client.send(
    new CreateTableCommand({
      ...{ TableName: SYNC_TABLE, BillingMode: 'PAY_PER_REQUEST' },
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: ['pk', 'sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
    }),
  );
  await client.send(
    new CreateTableCommand({
      ...{ TableName, BillingMode: 'PAY_PER_REQUEST' },
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    }),
  );
});

afterAll(async () => {
  client?.destroy();
  await engines?.close();
});

beforeEach(() => {
  item += 1;
});

const Key = () => ({ pk: { S: `API ${item}` } });
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
  const table = syncTable(client, SYNC_TABLE);
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
