import { asReport, type ReportStatus } from '../../src/resilient-gov-sync/lambda/items';
import { type RemovedReports, removeReports } from '../../src/resilient-gov-sync/lambda/removal/remove-reports';
import { readRemovalRequest } from '../../src/resilient-gov-sync/lambda/removal/request';
import { type Item, periodKey, reportKey } from '../../src/resilient-gov-sync/lambda/sync-table';
import { payloadPrefix } from '../../src/resilient-gov-sync/report-folders';
import { tableInMemory } from './table-in-memory';

const NOW = Date.UTC(2027, 0, 7, 9);
const NORTH = 'north-high';
const LIST = { listKey: 'lists/2026Q4/1.jsonl' };
const EVERYTHING = {
  ...{ tenant: NORTH, since: 1, revision: 2, sends: 3, auditEntries: 4, auditHead: 'head 4', rows: 1, bytes: 20 },
  ...{ payloadKey: 'payloads/1', payloadHash: 'hash', plannedBy: 'execution', sourceTag: 'tag', receipt: 'R-1' },
  ...{ reason: 'Zoë has no course', said: 'unknown course', worker: 'child', turns: 1, sender: 'child', turn: 1, sentAt: 1, sentBefore: 1 },
  ...{ verdict: 'REJECTED', waitUntil: 1, leftBy: 'execution', unknownSince: 1 },
};
const REMAINS = { tenant: NORTH, since: 1, revision: 2, sends: 3, auditEntries: 4, auditHead: 'head 4', removedAt: NOW };

/** A sync with periods, each with an item and the report of the tenant. */
function sync(periods: Readonly<Record<string, readonly [period: Item, report?: Item]>>) {
  const table = tableInMemory();
  const nameOf = ({ pk, sk }: { readonly pk: string; readonly sk: string }) => `${pk} ${sk}`;
  for (const [name, [period, report]] of Object.entries(periods)) {
    table.items.set(nameOf(periodKey(name)), period);
    if (report !== undefined) table.items.set(nameOf(reportKey(name, NORTH)), { ...EVERYTHING, ...report });
    table.items.set(nameOf(reportKey(name, 'south-high')), { ...EVERYTHING, tenant: 'south-high', status: 'CONFIRMED' });
  }
  const before = new Map(table.items);
  const ask = (action: 'count' | 'remove'): Promise<RemovedReports> =>
    removeReports({ action, tenant: NORTH }, { table, timeZone: 'Europe/Berlin', now: () => NOW });
  const reportOf = (period: string, tenant = NORTH) => table.items.get(nameOf(reportKey(period, tenant)));
  return { table, before, ask, reportOf };
}

test('of a final report, only what keeps it from being sent again remains, and nothing of another tenant changes', async () => {
  const { table, before, ask, reportOf } = sync({
    '2026Q3': [{ status: 'COMPLETE', ...LIST }, { status: 'CONFIRMED' }],
    '2026Q4': [{ status: 'COMPLETE', ...LIST }, { status: 'WITHDRAWN' }],
  });
  const objects = expect.arrayContaining([`payloads/${NORTH}/2026Q4/`, `source/2026Q4/${NORTH}.json`, `payloads/${NORTH}/2026Q3/`]);
  expect(await ask('count')).toEqual({ found: 2, waiting: [], objects });
  expect(table.items).toEqual(before);
  expect(await ask('remove')).toEqual({ found: 2, waiting: [], objects });
  expect(reportOf('2026Q3')).toEqual({ ...reportKey('2026Q3', NORTH), ...REMAINS, status: 'CONFIRMED' });
  expect(reportOf('2026Q4')).toEqual({ ...reportKey('2026Q4', NORTH), ...REMAINS, status: 'WITHDRAWN' });
  expect(reportOf('2026Q4', 'south-high')).toEqual(before.get('PERIOD#2026Q4 REPORT#south-high'));
  // Objects of an invocation that ended in the middle are found again.
  expect(await ask('remove')).toEqual({ found: 0, waiting: [], objects });
  expect(await ask('count')).toEqual({ found: 0, waiting: [], objects });
});

test.each<[what: string, period: Item, report: ReportStatus | undefined, waitsFor: string]>([
  ['it is planned', { status: 'INCOMPLETE', ...LIST }, 'PLANNED', 'ATTEMPT'],
  ['it is planned, before the list is made', { status: 'WAITING_FOR_DATA' }, 'PLANNED', 'ATTEMPT'],
  ['it may be being sent', { status: 'SENDING', ...LIST }, 'SENDING', 'ATTEMPT'],
  ['it is looked up later', { status: 'WAITING_FOR_LOOK_UP', ...LIST }, 'WAITING', 'ATTEMPT'],
  ['the API rejected it', { status: 'COMPLETE', ...LIST }, 'REJECTED', 'DECISION'],
  ['nobody knows whether it arrived', { status: 'COMPLETE', ...LIST }, 'OUTCOME_UNKNOWN', 'DECISION'],
  ['it arrived, and the period is open', { status: 'SENDING', ...LIST }, 'CONFIRMED', 'PERIOD'],
  ['a person withdrew it, and the period is open', { status: 'INCOMPLETE', ...LIST }, 'WITHDRAWN', 'PERIOD'],
  ['the list of an open period is not made', { status: 'WAITING_FOR_DATA' }, undefined, 'LIST'],
])('a report that is not final stays as it is: %s', async (_, period, status, waitsFor) => {
  const { table, before, ask } = sync({ '2026Q4': [period, status === undefined ? undefined : { status }] });
  const waiting = [{ period: '2026Q4', waitsFor, status }];
  expect(await ask('count')).toMatchObject({ found: status === undefined ? 0 : 1, waiting });
  const { found, objects, ...rest } = await ask('remove');
  expect([found, rest]).toEqual([0, { waiting }]);
  expect(objects.filter((key) => key.includes('2026Q4'))).toEqual([]);
  expect(table.items).toEqual(before);
});

test('what is final is removed while another period waits', async () => {
  const { ask, reportOf } = sync({
    '2026Q3': [{ status: 'COMPLETE', ...LIST }, { status: 'CONFIRMED' }],
    '2026Q4': [{ status: 'COMPLETE', ...LIST }, { status: 'REJECTED' }],
  });
  const { found, waiting, objects } = await ask('remove');
  expect([found, waiting]).toEqual([1, [{ period: '2026Q4', waitsFor: 'DECISION', status: 'REJECTED' }]]);
  expect(objects.slice(0, 2)).toEqual([`payloads/${NORTH}/2026Q3/`, `source/2026Q3/${NORTH}.json`]);
  expect(reportOf('2026Q3')).toMatchObject({ removedAt: NOW });
});

test('an open period whose list has no report of the tenant needs nothing of it', async () => {
  const { ask } = sync({ '2026Q4': [{ status: 'SENDING', ...LIST }] });
  const { waiting, objects } = await ask('remove');
  expect(waiting).toEqual([]);
  expect(objects.slice(0, 2)).toEqual([`payloads/${NORTH}/2026Q4/`, `source/2026Q4/${NORTH}.json`]);
});

test('of a period that was never started, only what the source wrote is removed', async () => {
  const { ask } = sync({});
  const { objects } = await ask('remove');
  expect([objects.length, objects[0], objects.at(-1)]).toEqual([12, `source/2026Q4/${NORTH}.json`, `source/2024Q1/${NORTH}.json`]);
});

test('a period that another decision opened again does not keep what was removed', async () => {
  const { table, ask } = sync({ '2026Q4': [{ status: 'COMPLETE', ...LIST }, { status: 'CONFIRMED' }] });
  await ask('remove');
  table.items.set('PERIOD#2026Q4 PERIOD', { status: 'INCOMPLETE', ...LIST });
  expect(await ask('remove')).toMatchObject({ found: 0, waiting: [] });
});

test('a decision of a person in between wins: the report is not emptied, and waits', async () => {
  const { table, ask, reportOf } = sync({ '2026Q4': [{ status: 'COMPLETE', ...LIST }, { status: 'WITHDRAWN' }] });
  table.overtaken.push(async () => {
    table.items.set('PERIOD#2026Q4 PERIOD', { status: 'INCOMPLETE', ...LIST });
    table.items.set(`PERIOD#2026Q4 REPORT#${NORTH}`, { ...EVERYTHING, status: 'PLANNED', auditEntries: 5, auditHead: 'head 5' });
  });
  expect(await ask('remove')).toMatchObject({ found: 0, waiting: [{ period: '2026Q4', waitsFor: 'ATTEMPT', status: 'PLANNED' }] });
  expect(asReport(reportOf('2026Q4') ?? {})).toMatchObject({ payloadHash: 'hash', status: 'PLANNED' });
});

test('a name that is no id of a tenant is not part of a key, and has a folder that no tenant has', () => {
  const folders = ['..', 'a/b', 'x'.repeat(1_000), 'North'].map((name) => payloadPrefix('2026Q4', name));
  for (const folder of folders) expect(folder).toMatch(/^payloads\/_[0-9a-f]{64}\/2026Q4\/$/);
  expect(new Set(folders).size).toBe(folders.length);
});

test.each<[unknown, string]>([
  [null, 'invalid event: expected an object with action and tenant'],
  [{ action: 'erase', tenant: NORTH }, 'invalid action: expected count or remove'],
  [{ action: 'remove', tenant: '*' }, 'invalid tenant: expected one that matches ^[a-z0-9-]{3,64}$'],
  [{ action: 'remove', tenant: NORTH, force: true }, 'invalid field force: expected only action, tenant'],
])('an invalid request is an error: %j', (event, message) => {
  expect(() => readRemovalRequest(event)).toThrow(message);
});
