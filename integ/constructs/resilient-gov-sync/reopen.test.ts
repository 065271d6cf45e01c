import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { reopening } from '../../../src/resilient-gov-sync/lambda/resolve/reopen';
import { type Item, periodKey, reportKey, type SyncTable, syncTable } from '../../../src/resilient-gov-sync/lambda/sync-table';
import type { Engines } from '../../sandbox';
import { installEngines, startEngines } from '../../sandbox/engines';

// The transaction that opens a period again, by concurrent callers on a real engine.
const TableName = 'sync';
const PERIOD = '2026Q4';
const REPORTS = ['school-1', 'school-2', 'school-3', 'school-4', 'school-5', 'school-6'];
const NOW = Date.UTC(2027, 0, 7);
let engines: Engines;
let client: DynamoDBClient;
let table: SyncTable;

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
