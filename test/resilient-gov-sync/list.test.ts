import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { runStep } from '../../src/resilient-gov-sync/lambda/steps';
import type { Dependencies } from '../../src/resilient-gov-sync/lambda/steps/dependencies';
import type { ListResult } from '../../src/resilient-gov-sync/lambda/steps/make-list';
import { periodKey } from '../../src/resilient-gov-sync/lambda/sync-table';
import { TRANSPORTS } from '../../src/resilient-gov-sync/lambda/transport';
import {
  LEASE_MS,
  MOST_BYTES_IN_FLIGHT,
  MOST_BYTES_IN_STATE,
  MOST_BYTES_OF_REPORT,
  MOST_PASSES,
  MOST_REPORTS_OF_PASS,
} from '../../src/resilient-gov-sync/limits';
import { auditInMemory } from './audit-bucket-in-memory';
import { tableInMemory } from './table-in-memory';

const PERIOD = '2026Q4';
const FOLDER = `source/${PERIOD}/`;
const NOW = Date.UTC(2027, 0, 5, 6);
const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content).digest('hex');
const pathOf = (tenant: string) => `${FOLDER}${encodeURIComponent(tenant)}.json`;

interface Source {
  readonly content: string | Uint8Array;
  readonly notMade?: string;
  /** S3's error for the file. */
  readonly unreadable?: string;
  /** The size that a listing shows, for files that a test does not make. */
  readonly bytes?: number;
}

/** A sync whose source wrote the given files. Counts what a pass does. */
function sync(files: Readonly<Record<string, string | Source>>, { transport = 'httpTask' as keyof typeof TRANSPORTS, latency = 0 } = {}) {
  const table = tableInMemory();
  const { audit, stored } = auditInMemory();
  const objects = new Map<string, Source & { tag: string }>();
  let writes = 0;
  const write = (key: string, source: string | Source) =>
    void objects.set(key, { ...(typeof source === 'string' ? { content: source } : source), tag: `"${writes++}"` });
  for (const [key, source] of Object.entries(files)) write(key, source);
  const put = new Map<string, string | Uint8Array>();
  const calls = { list: 0, read: 0, put: 0, change: 0, highestBytes: 0, highestItems: 0 };
  let [bytesInFlight, itemsInFlight] = [0, 0];
  const clock = { now: NOW, left: Number.POSITIVE_INFINITY };
  const sizeOf = ({ content, bytes }: Source) => bytes ?? Buffer.byteLength(content);
  const lines: object[] = [];
  const dependencies: Dependencies = {
    table: {
      ...table,
      async change(key, change) {
        calls.change += 1;
        const changed = await table.change(key, change);
        if (change.set.plannedBy !== undefined && change.set.payloadHash !== undefined) {
          bytesInFlight -= sizes.get(String(change.set.tenant)) ?? 0;
          itemsInFlight -= 1;
        }
        return changed;
      },
    },
    ...{ audit, log: (line: object) => lines.push(line), now: () => clock.now, hasTime: () => clock.left-- > 0 },
    ...{ isRunning: async () => false, pause: async () => undefined },
    store: {
      bucket: 'reports',
      async sources() {
        calls.list += 1;
        return [...objects].map(([key, source]) => ({ key, bytes: sizeOf(source), tag: source.tag }));
      },
      async readSource(key) {
        calls.read += 1;
        const { content = '', notMade, unreadable } = objects.get(key) ?? {};
        bytesInFlight += sizes.get(nameOf(key)) ?? 0;
        itemsInFlight += 1;
        calls.highestBytes = Math.max(calls.highestBytes, bytesInFlight);
        calls.highestItems = Math.max(calls.highestItems, itemsInFlight);
        if (latency > 0) await sleep(latency);
        if (unreadable !== undefined) return { unreadable };
        return { content: Buffer.from(content as string), ...(notMade === undefined ? {} : { notMade }) };
      },
      read: async (key) => String(put.get(key)),
      async putPayload({ period, tenant }, content) {
        calls.put += 1;
        const key = `payloads/${tenant}/${period}/${sha256(content)}.json`;
        put.set(key, content);
        return { key, hash: sha256(content), bytes: Buffer.byteLength(content) };
      },
      async putList(period, all) {
        const key = `lists/${period}/list.jsonl`;
        put.set(key, all.map((line) => JSON.stringify(line)).join('\n'));
        return key;
      },
      readList: async (key) =>
        String(put.get(key))
          .split('\n')
          .map((line) => JSON.parse(line)),
    },
    rules: {
      ...{ transport: TRANSPORTS[transport], duplicates: { mode: 'neither' }, confirmation: { receipt: 'receipt' }, path: 'reports' },
      ...{ timeZone: 'Europe/Berlin', callTimeoutMs: 60_000, dueAfterMs: 1, rate: { maxPerSecond: 10, latenessMs: 2_000 } },
    },
  };
  const sizes = new Map([...objects].map(([key, source]) => [nameOf(key), sizeOf(source)]));
  const lease = (owner = 'attempt-1') =>
    void table.items.set(`PERIOD#${PERIOD} PERIOD`, {
      ...table.items.get(`PERIOD#${PERIOD} PERIOD`),
      ...{ ...periodKey(PERIOD), status: 'WAITING_FOR_DATA', leaseOwner: owner, leaseUntil: clock.now + LEASE_MS, attempt: 1 },
    });
  lease();
  const step = (name: Parameters<typeof runStep>[0], more: object) =>
    runStep(name, { period: PERIOD, attempt: 1, execution: 'attempt-1', ...more }, dependencies);
  const pass = (passes = 0, more: object = {}) => step('makeList', { expected: objects.size, passes, ...more }) as Promise<ListResult>;
  return {
    ...{ table, objects, put, calls, clock, stored, lines, write, lease, step, pass },
    report: (tenant: string) => table.items.get(`PERIOD#${PERIOD} REPORT#${tenant}`),
    period: () => table.items.get(`PERIOD#${PERIOD} PERIOD`),
    list: () =>
      String(put.get(`lists/${PERIOD}/list.jsonl`))
        .split('\n')
        .map((line) => JSON.parse(line).tenant as string),
    /** All passes of an attempt. */
    async all(more: object = {}) {
      const results: ListResult[] = [];
      do results.push(await pass(results.at(-1)?.passes ?? 0, more));
      while (results.at(-1)?.state === 'MORE');
      return results;
    },
  };
}

function nameOf(key: string): string {
  const name = key.slice(FOLDER.length, -'.json'.length);
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}

const schools = (count: number, content: (school: string) => string = (school) => JSON.stringify({ school, rows: [{ grade: 7 }] })) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => `school-${String(index).padStart(5, '0')}`).map((school) => [
      pathOf(school),
      content(school),
    ]),
  );

test('as many reports as the source says, under the hash of what is sent, once for a period', async () => {
  const { pass, report, put, period, list, write } = sync({ [pathOf('north-high')]: '{"rows":[{"a": 1.50}]}', [pathOf('Ün/1')]: '{}' });
  expect(await pass()).toEqual({ state: 'DONE', key: `lists/${PERIOD}/list.jsonl`, reports: 2, passes: 1 });
  const sent = '{"rows":[{"a":1.5}]}';
  expect(report('north-high')).toMatchObject({ status: 'PLANNED', rows: 1, payloadHash: sha256(sent), bytes: sent.length, sends: 0 });
  expect(put.get(String(report('north-high')?.payloadKey))).toBe(sent);
  expect(period()).toMatchObject({ reports: 2, status: 'SENDING' });
  expect(list()).toEqual(['north-high', 'Ün/1']);
  // What the source writes later is not looked at.
  write(pathOf('north-high'), '{"rows":[]}');
  expect(await pass(0, { expected: null })).toMatchObject({ state: 'DONE', reports: 2 });
  expect(report('north-high')).toMatchObject({ payloadHash: sha256(sent) });
});

test('a function gets the bytes of the source', async () => {
  const given = '{ "id": 12345678901234567890, "grade": 7.50 }\n';
  const { pass, report, put } = sync({ [pathOf('north-high')]: given }, { transport: 'function' });
  await pass();
  expect(put.get(String(report('north-high')?.payloadKey))).toBe(given);
  expect(report('north-high')).toMatchObject({ payloadHash: sha256(given) });
});

describe('one bad report never stops the others', () => {
  const rows = (bytes: number) => JSON.stringify({ rows: ['x'.repeat(bytes)] });
  test.each<[string, string, string | Source, string]>([
    ['is no JSON', pathOf('bad'), 'a report', 'the report is not JSON'],
    ['is cut', pathOf('bad'), '{"rows":[', 'the report is not JSON'],
    ['is empty', pathOf('bad'), '', 'the report is not JSON'],
    ['is no UTF-8', pathOf('bad'), { content: Buffer.from([0x22, 0xff, 0x22]) }, 'the report is not UTF-8'],
    ['begins with a byte order mark', pathOf('bad'), '\ufeff{}', 'the report is not JSON'],
    ['is nested too deeply', pathOf('bad'), '['.repeat(200_000) + ']'.repeat(200_000), 'the report is nested too deeply'],
    ['is too large for an HTTP Task', pathOf('bad'), rows(210_000), 'the report has 210013 bytes, and an HTTP Task sends at most 204800'],
    [
      'is too large to be read',
      pathOf('bad'),
      { content: '', bytes: MOST_BYTES_OF_REPORT + 1 },
      'the report has 16777217 bytes: expected at',
    ],
    [
      'has digits that change',
      pathOf('bad'),
      '{"id":12345678901234567890}',
      'the report has a number at id, which an HTTP Task would change',
    ],
    ['has a name twice', pathOf('bad'), '{"id":1,"id":2}', 'the report has a name twice in one object'],
    ['cannot be read', pathOf('bad'), { content: '', unreadable: 'AccessDenied' }, 'its file cannot be read: S3 answers AccessDenied'],
    ['could not be made', pathOf('bad'), { content: '', notMade: 'no rows were exported' }, 'the source could not make it: no rows were'],
    [
      'has a bare % in its name',
      `${FOLDER}50%.json`,
      '{}',
      `the name of its file, ${FOLDER}50%.json, is not encodeURIComponent of a tenant`,
    ],
  ])('a report that %s is a dead letter with its reason', async (_, key, content, reason) => {
    const { all, report, step, stored, lines } = sync({ [key]: content, [pathOf('good')]: '{"rows":[]}' });
    expect(await all()).toMatchObject([{ state: 'DONE', reports: 2 }]);
    const tenant = key.includes('50%') ? '50%' : 'bad';
    expect(report(tenant)).toMatchObject({ status: 'PLANNED', verdict: 'REJECTED', sends: 0, reason: expect.stringContaining(reason) });
    expect(report('good')).toMatchObject({ status: 'PLANNED', sends: 0 });
    expect(report('good')).not.toHaveProperty('verdict');
    // The states of a report that the API rejects, without a call.
    const event = { tenant, child: 'child-1' };
    expect(await step('decide', event)).toEqual({ action: 'PUT_ASIDE' });
    expect(await step('putAside', event)).toEqual({ status: 'REJECTED' });
    expect(report(tenant)).toMatchObject({ status: 'REJECTED', sends: 0, auditEntries: 1, reason: expect.stringContaining(reason) });
    expect([...stored.values()].map((text) => JSON.parse(text))).toMatchObject([{ event: 'UNSENDABLE', tenant, number: 1 }]);
    expect(lines).toEqual([{ level: 'WARN', message: 'Report put aside', period: PERIOD, verdict: 'REJECTED' }]);
    expect(await step('decide', event)).toEqual({ action: 'DONE', status: 'REJECTED' });
  });

  test('a report is planned again once its file is right, before the list is made', async () => {
    const { pass, report, write, clock } = sync({ ...schools(2), [pathOf('a')]: 'no JSON' });
    clock.left = 0;
    expect(await pass()).toMatchObject({ state: 'MORE', planned: 1 });
    clock.left = 100;
    write(pathOf('a'), '{}');
    expect(await pass(1)).toMatchObject({ state: 'DONE', reports: 3 });
    expect(report('a')).toMatchObject({ status: 'PLANNED', payloadHash: sha256('{}') });
    expect(report('a')).not.toHaveProperty('verdict');
    expect(report('a')).not.toHaveProperty('reason');
  });
});

describe('files that cannot be read', () => {
  const locked = { content: '', unreadable: 'AccessDenied' };

  test('if they are all of them, the attempt ends with the reason, and the next one reads them again', async () => {
    const { pass, write, lease, calls, report, period } = sync({ [pathOf('a')]: locked, [pathOf('b')]: locked });
    const message = `${PERIOD}: none of the 2 files of the source can be read: ${pathOf('a')}: its file cannot be read: S3 answers AccessDenied`;
    await expect(pass()).rejects.toMatchObject({ name: 'PermanentError', message });
    expect(period()).not.toHaveProperty('listKey');
    lease('attempt-2');
    for (const tenant of ['a', 'b']) write(pathOf(tenant), '{}');
    calls.read = 0;
    expect(await pass(0, { execution: 'attempt-2' })).toMatchObject({ state: 'DONE', reports: 2 });
    expect(calls.read).toBe(2);
    expect(report('a')).not.toHaveProperty('verdict');
  });

  test('a later attempt reads such a file again, although it has not changed, and a later pass does not', async () => {
    const { pass, objects, clock, lease, calls, report } = sync({ [pathOf('a')]: locked, ...schools(2) });
    clock.left = 1;
    expect(await pass()).toMatchObject({ state: 'MORE', planned: 2 });
    objects.set(pathOf('a'), { content: '{}', tag: String(objects.get(pathOf('a'))?.tag) });
    clock.left = 0;
    lease('attempt-2');
    calls.read = 0;
    expect(await pass(0, { execution: 'attempt-2' })).toMatchObject({ state: 'MORE', planned: 1 });
    clock.left = 100;
    expect(await pass(1, { execution: 'attempt-2' })).toMatchObject({ state: 'DONE', reports: 3 });
    expect(calls.read).toBe(2);
    expect(report('a')).toMatchObject({ payloadHash: sha256('{}') });
    expect(report('a')).not.toHaveProperty('verdict');
  });
});

describe('nobody can know which reports there are', () => {
  test.each<[string, Readonly<Record<string, string>>, number | null, string]>([
    [
      'a file is missing',
      schools(2),
      3,
      `${PERIOD}: the source says that it wrote 3 reports, and ${FOLDER} has 2: expected the same number`,
    ],
    ['a file is from before', schools(3), 2, 'the source says that it wrote 2 reports, and'],
    ['there is none', {}, 0, 'says that it wrote 0 reports, and source/2026Q4/ has 0: expected the same number, and at least one'],
    ['a name has another end', { ...schools(1), [`${FOLDER}a.txt`]: '{}' }, 2, 'has 1, and 1 whose names do not end in .json: expected'],
    ['no number is given', schools(1), null, 'says that it wrote null reports'],
    [
      'two files are of one tenant',
      { [`${FOLDER}a%20b.json`]: '{}', [`${FOLDER}a b.json`]: '{}' },
      2,
      `${PERIOD}: ${FOLDER}a%20b.json and ${FOLDER}a b.json are of the same tenant: expected one file for each`,
    ],
    ['a tenant has no name', { [`${FOLDER}.json`]: '{}' }, 1, `${FOLDER}.json has no tenant in its name: expected encodeURIComponent`],
  ])('if %s: an error that is not tried again, and nothing is planned', async (_, files, expected, message) => {
    const { pass, calls, period } = sync(files);
    await expect(pass(0, { expected })).rejects.toMatchObject({ name: 'PermanentError', message: expect.stringContaining(message) });
    expect([calls.read, calls.change]).toEqual([0, 0]);
    expect(period()).not.toHaveProperty('listKey');
  });
});

describe('4,000 reports', () => {
  test('are planned in passes, each of them bounded, and nothing is read twice', async () => {
    const { all, calls, list, table } = sync(schools(4_000));
    const results = await all();
    expect(results.map((result) => ('planned' in result ? result.planned : result.reports))).toEqual([1_000, 2_000, 3_000, 4_000]);
    expect(MOST_REPORTS_OF_PASS).toBe(1_000);
    // A listing for each pass, and a change of each item and of the period.
    expect(calls).toMatchObject({ list: 4, read: 4_000, put: 4_000, change: 4_001 });
    expect(calls.highestItems).toBe(20);
    expect([new Set(list()).size, table.items.size]).toEqual([4_000, 4_001]);
  }, 60_000);

  test('a pass ends when its time does, and begins at least one report', async () => {
    const { pass, clock, calls } = sync(schools(50));
    clock.left = 9;
    expect(await pass()).toEqual({ state: 'MORE', planned: 10, reports: 50, passes: 1 });
    clock.left = 0;
    expect(await pass(1)).toEqual({ state: 'MORE', planned: 11, reports: 50, passes: 2 });
    clock.left = 100;
    expect(await pass(2)).toMatchObject({ state: 'DONE', reports: 50, passes: 3 });
    expect(calls).toMatchObject({ read: 50, change: 51 });
  });

  test('the bytes that are in memory at once are bounded, whatever the sizes are', async () => {
    const size = 3 * 1024 * 1024;
    const big = { content: '{}', bytes: size };
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [pathOf(`school-${index}`), index % 3 === 0 ? '{}' : big]));
    const { all, calls } = sync(files, { latency: 1 });
    await all();
    expect(calls.highestBytes).toBeLessThanOrEqual(MOST_BYTES_IN_FLIGHT);
    expect(calls.highestBytes).toBeGreaterThanOrEqual(5 * size);
  });

  test('what an attempt planned that ended is kept, and is no longer its own', async () => {
    const { pass, calls, clock, lease, write, report, table, objects } = sync(schools(20));
    clock.left = 9;
    await pass();
    lease('attempt-2');
    // One has changed since, and one is not there any more.
    write(pathOf('school-00001'), '{"rows":[]}');
    objects.delete(pathOf('school-00002'));
    clock.left = 100;
    expect(await pass(0, { execution: 'attempt-2' })).toMatchObject({ state: 'DONE', reports: 19 });
    // Ten by the first attempt, and one of them again.
    expect([calls.read, report('school-00001')?.payloadHash]).toEqual([10 + 10 + 1, sha256('{"rows":[]}')]);
    expect([...table.items.values()].filter(({ plannedBy }) => plannedBy === 'attempt-1')).toEqual([]);
    expect(report('school-00002')).toBeUndefined();
  });

  test.each([
    ['a new report', 'no report'],
    ['a report that it planned before', 'one report'],
  ])('an attempt that lost the lease in the middle does not overwrite what the next one planned: %s', async (_, before) => {
    const { pass, lease, table, report, write, clock } = sync(schools(2));
    if (before === 'one report') {
      clock.left = 0;
      await pass();
      write(pathOf('school-00000'), '{"rows":[1]}');
    }
    // One report for each pass.
    clock.left = 0;
    // The first write of attempt 1 comes after attempt 2 has taken the lease, and has planned everything from other files.
    table.overtaken.push(async () => {
      lease('attempt-2');
      write(pathOf('school-00000'), '{"rows":[1,2]}');
      clock.left = 100;
      await pass(0, { execution: 'attempt-2' });
    });
    await expect(pass()).rejects.toThrow(/another execution/);
    expect(report('school-00000')).toMatchObject({ rows: 2, plannedBy: 'attempt-2' });
  });

  test('another transport reads the same files again', async () => {
    const files = { [pathOf('a')]: '{"id":12345678901234567890}', [pathOf('b')]: '{}' };
    const task = sync(files);
    task.clock.left = 0;
    await task.pass();
    expect(task.report('a')).toMatchObject({ verdict: 'REJECTED', sourceTag: '"0" values' });
    const other = sync(files, { transport: 'function' });
    other.table.items.set(`PERIOD#${PERIOD} REPORT#a`, task.report('a') ?? {});
    await other.pass();
    expect(other.report('a')).toMatchObject({ sourceTag: '"0" bytes' });
    expect(other.report('a')).not.toHaveProperty('verdict');
  });

  test('a list that never becomes complete ends its attempt', async () => {
    await expect(sync(schools(1)).pass(MOST_PASSES)).rejects.toMatchObject({ name: 'PermanentError' });
    await expect(sync(schools(1)).pass(0, { execution: 'attempt-0' })).rejects.toThrow('another execution has the lease');
  });
});

/** Documented: "Step Functions service quotas": input, output and variables of a state. */
const MOST_STATE_BYTES = 256 * 1024;

test('the largest report of an HTTP Task, of a tenant with the longest name, fits into a state', async () => {
  const largest = JSON.stringify({ rows: [''] });
  const content = largest.replace('""', `"${'x'.repeat(MOST_BYTES_IN_STATE - largest.length)}"`);
  // Documented: "Naming Amazon S3 objects": 1,024 bytes for a key.
  const tenant = 'Ü'.repeat(Math.floor((1_024 - pathOf('').length) / '%C3%9C'.length));
  const { pass, step, report, table, period } = sync({
    [pathOf(tenant)]: content,
    [pathOf('one-more-byte')]: `${content.slice(0, -3)}x"]}`,
  });
  await pass();
  expect(report(tenant)).toMatchObject({ bytes: MOST_BYTES_IN_STATE, sends: 0 });
  expect(report(tenant)).not.toHaveProperty('verdict');
  expect(report('one-more-byte')).toMatchObject({ verdict: 'REJECTED' });
  table.items.set(`PERIOD#${PERIOD} REPORT#${tenant}`, { ...report(tenant), worker: 'child-1', turns: 1 });
  const recorded = await step('record', { tenant, child: 'child-1', call: 'SEND', turn: NOW });
  expect(recorded).toMatchObject({ action: 'GO', body: JSON.parse(content) });
  // With an input and an output of the state that have its name.
  expect(Buffer.byteLength(JSON.stringify(recorded)) + 2 * Buffer.byteLength(tenant)).toBeLessThan(MOST_STATE_BYTES);
  expect(Buffer.byteLength(JSON.stringify(period()))).toBeLessThan(4_096);
});
