import { erase, type InvocationDependencies } from '../../src/lake-erasure/lambda/erase-all';
import { bucketLock } from '../../src/lake-erasure/lambda/lock';
import { monthFolders } from '../../src/lake-erasure/lambda/month-folders';
import { open } from '../../src/lake-erasure/lambda/open';
import { records } from '../../src/lake-erasure/lambda/record';
import { memoryBucket, memoryStore } from './memory';

const HOUR = 3_600_000;
const request = {
  tenant: 'north-high',
  items: [{ partitionKey: 'north-high#STUDENT#1', wholePartition: true as const }],
  requestedBy: 'TICKET-1',
  reason: 'Article 17',
};
const record = (pk: string) => JSON.stringify({ item: { pk: { S: pk }, sk: { S: 'VISIT#1' } } });
const quarantined = (pk: string) => `${JSON.stringify({ rawData: Buffer.from(record(pk)).toString('base64') })}\n`;
const exported = (pk: string) => `${JSON.stringify({ Item: { pk: { S: pk } } })}\n`;
const OWN = 'north-high#STUDENT#1';
const OTHER = 'north-high#STUDENT#2';
const SETTINGS = {
  DATA_FOLDER: 'data/grades/',
  REWRITES_FOLDER: 'rewrites/grades/',
  TENANT_NOUN: 'school',
  HAS_TENANT_FOLDERS: true,
  YEARS: { first: 2026, last: 2050 },
};
const FOLDER = 'data/grades/year=2026/month=11/school=north-high/';

/** A lake whose rows are numbers of months, and the parts around it. */
function lake() {
  let time = Date.parse('2026-11-29T08:00:00Z');
  const bucket = memoryBucket(() => time);
  const state = {
    items: 3,
    rows: new Map([[11, 2]]),
    steps: Number.POSITIVE_INFINITY,
    rewritten: [] as number[],
    needed: [] as string[],
    isKilled: false,
  };
  const dependencies: InvocationDependencies = {
    bucket,
    records: records(bucket),
    table: {
      async erase(_, found) {
        const { items } = state;
        if (items > 0) await found(0);
        state.items = 0;
        // As if Lambda ended the process: nothing runs any more.
        if (state.isKilled) await new Promise(() => undefined);
        return items;
      },
    },
    rows: {
      count: async () => [...state.rows].map(([month, rows]) => ({ year: 2026, month, rows })),
      async rewrite(_, { month }) {
        state.rewritten.push(month);
        return state.rows.delete(month);
      },
      folders: (tenant) => monthFolders(bucket, SETTINGS, tenant),
      rewriting: async () => state.needed,
    },
    keys: ['pk', 'sk'],
    arrivalTime: 49 * HOUR,
    now: () => time,
    hasTime: () => state.steps-- > 0,
    lock: bucketLock(memoryStore(), () => time),
    end: () => time + HOUR / 4,
  };
  return {
    ...{ bucket, state },
    /** An hourly invocation, or one that a request starts. */
    pass: async (milliseconds: number, given: typeof request | undefined = undefined) => {
      time += milliseconds;
      let requested: string | undefined;
      const start = async (id?: string) => {
        requested = id;
      };
      if (given !== undefined) await open(given, { ...dependencies, start });
      const { erasures } = await erase(requested, dependencies, () => undefined);
      return erasures;
    },
    dependencies,
    contents: () => bucket.stored().map(({ key, body, isMarker }) => `${key} ${isMarker ? 'marker' : body.toString()}`),
    open: () => dependencies.records.all(),
  };
}

test('the first pass erases what has arrived, and waits for what can still arrive', async () => {
  const { bucket, state, pass, open, contents } = lake();
  bucket.put('quarantine/a', quarantined(OWN) + quarantined(OTHER));
  bucket.put('quarantine/b', quarantined(OWN));
  bucket.put('backfill/c', exported(OTHER) + exported(OWN));
  bucket.put('results/d.csv', 'a result');
  bucket.put(`${FOLDER}old`, 'replaced');
  bucket.put(`${FOLDER}old`, 'replaced again');
  bucket.mark(`${FOLDER}old`);
  bucket.put(`${FOLDER}current`, 'rows');
  const [outcome] = await pass(0, request);
  expect(outcome).toMatchObject({
    ...{ tenant: 'north-high', state: 'waiting', passes: 1, nextPass: '2026-12-01T09:00:00.000Z' },
    erased: { items: 3, rows: 2, folders: 1, quarantined: 2, exported: 1, results: 0, versions: 3 },
  });
  expect(contents().filter((line) => !line.startsWith('erasures/'))).toEqual([
    `backfill/c ${exported(OTHER)}\n`,
    `${FOLDER}current rows`,
    `quarantine/a ${quarantined(OTHER)}`,
    'results/d.csv a result',
  ]);
  expect(state.rewritten).toEqual([11]);
  expect(await open()).toHaveLength(1);
});

test('results of queries that ended before the files were written again are removed', async () => {
  const { bucket, pass, contents } = lake();
  bucket.put('results/d.csv', 'a result');
  bucket.put('results/d.csv', 'a result');
  const [{ erased }] = await pass(1_000, request);
  expect(erased.results).toBe(2);
  expect(contents().join()).not.toContain('results/');
});

test('the schedule does not look at an erasure before its last pass is due, and finishes it then', async () => {
  const { pass, contents, open } = lake();
  await pass(0, request);
  expect(await pass(48 * HOUR)).toEqual([]);
  const [outcome] = await pass(HOUR);
  expect(outcome).toMatchObject({
    state: 'finished',
    passes: 2,
    record: expect.stringMatching(/^erasures\/2026-11-29T08-00-00.000Z-[0-9a-f]{64}\.json$/),
  });
  expect(await open()).toEqual([]);
  // The record is all that is left, without keys.
  const [only, ...others] = contents();
  expect(others).toEqual([]);
  expect(JSON.parse(only.slice(only.indexOf(' ')))).toEqual({
    id: outcome.id,
    tenant: 'north-high',
    requestedBy: 'TICKET-1',
    reason: 'Article 17',
    selections: 1,
    startedAt: '2026-11-29T08:00:00.000Z',
    lastInTable: '2026-11-29T08:00:00.000Z',
    finishedAt: '2026-12-01T09:00:00.000Z',
    passes: 2,
    erased: { items: 3, rows: 2, folders: 1, quarantined: 0, exported: 0, results: 0, versions: 0 },
    left: { rows: 0, versions: 0, unread: 0 },
  });
  expect(only).not.toContain('STUDENT');
});

test('what arrived after the first pass is erased by the last one', async () => {
  const { state, bucket, pass } = lake();
  await pass(0, request);
  state.rows.set(12, 5);
  bucket.put('quarantine/late', quarantined(OWN));
  const [outcome] = await pass(49 * HOUR);
  expect(outcome).toMatchObject({ state: 'finished', erased: { rows: 7, folders: 2, quarantined: 1 } });
});

test('an item that was written again starts the waiting anew', async () => {
  const { state, pass } = lake();
  await pass(0, request);
  state.items = 1;
  const [outcome] = await pass(49 * HOUR);
  expect(outcome).toMatchObject({ state: 'waiting', nextPass: '2026-12-03T10:00:00.000Z', erased: { items: 4 } });
  expect(await pass(48 * HOUR)).toEqual([]);
  expect(await pass(HOUR)).toMatchObject([{ state: 'finished' }]);
});

test('a pass that is interrupted goes on where it stopped, and counts nothing twice', async () => {
  const { state, bucket, pass } = lake();
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) bucket.put(`quarantine/${name}`, quarantined(OWN) + quarantined(OTHER));
  const read: string[] = [];
  const original = bucket.read;
  Object.assign(bucket, {
    read(key: string, version?: string) {
      if (key.startsWith('quarantine/')) read.push(key);
      return original(key, version);
    },
  });
  state.steps = 6;
  expect(await pass(0, request)).toMatchObject([{ state: 'incomplete', passes: 0 }]);
  const before = read.length;
  expect(before).toBeLessThan(6);
  state.steps = Number.POSITIVE_INFINITY;
  expect(await pass(0)).toMatchObject([{ state: 'waiting', passes: 1, erased: { items: 3, rows: 2, quarantined: 6 } }]);
  // Only the last key of a page is read again.
  expect(read.length).toBeLessThanOrEqual(7);
  expect(state.rewritten).toEqual([11]);
});

test('a pass that fails keeps its counts, goes on with the next invocation, and does not hold others', async () => {
  const { state, bucket, pass, open } = lake();
  const other = { ...request, items: [{ ...request.items[0], partitionKey: OTHER }] };
  state.rows.clear();
  await pass(0, request);
  await pass(0, other);
  state.rows.set(11, 2);
  const { rows } = state;
  const failing = jest.spyOn(rows, 'delete').mockImplementationOnce(() => {
    throw new Error('Throttled');
  });
  await expect(pass(50 * HOUR)).rejects.toThrow(/^erasure [0-9a-f]{64}: Throttled$/);
  failing.mockRestore();
  expect(await open()).toMatchObject([{ isInterrupted: true, passes: 1 }]);
  expect(await pass(0)).toMatchObject([{ state: 'finished' }]);
  expect(bucket.stored().filter(({ key }) => key.startsWith('erasures/open/'))).toEqual([]);
});

test('the same request again continues the open erasure; in another order, too', async () => {
  const { pass, open } = lake();
  const items = [...request.items, { partitionKey: OTHER, wholePartition: true as const }];
  const [first] = await pass(0, { ...request, items });
  const [second] = await pass(1_000, { ...request, items: [...items].reverse() });
  expect(second).toMatchObject({ id: first.id, startedAt: first.startedAt, passes: 2, state: 'waiting' });
  expect(await open()).toHaveLength(1);
});

test('an erasure that still finds rows is not finished', async () => {
  const { state, pass } = lake();
  await pass(0, request);
  jest.spyOn(state.rows, 'delete').mockReturnValue(true);
  state.rows.set(11, 1);
  expect(await pass(49 * HOUR)).toMatchObject([{ state: 'incomplete', passes: 1 }]);
});

describe('files of a month that no query reads', () => {
  const earlier = FOLDER.replace('2026', '2025');

  test('are reported, and keep the erasure open', async () => {
    const { bucket, pass, open } = lake();
    bucket.put(`${earlier}file`, 'rows');
    expect(await pass(0, request)).toMatchObject([{ state: 'incomplete', left: { rows: 0, versions: 0, unread: 1 } }]);
    expect(await pass(50 * HOUR)).toMatchObject([{ state: 'incomplete', left: { unread: 1 } }]);
    expect(await open()).toHaveLength(1);
  });

  test('do not hold the erasure of another tenant', async () => {
    const { bucket, pass } = lake();
    bucket.put(`${earlier.replace('north', 'south')}file`, 'rows');
    expect(await pass(0, request)).toMatchObject([{ state: 'waiting', left: { unread: 0 } }]);
  });

  test('are removed with the whole tenant, because all of them are its own', async () => {
    const { bucket, pass, contents } = lake();
    bucket.put(`${earlier}file`, 'rows');
    bucket.put(`${earlier.replace('north', 'south')}file`, 'rows');
    const whole = { ...request, items: [{ partitionKey: 'north-high#', wholeTenant: true as const }] };
    expect(await pass(0, whole as unknown as typeof request)).toMatchObject([
      { state: 'waiting', left: { unread: 0 }, erased: { versions: 1 } },
    ]);
    expect(contents().filter((line) => line.startsWith('data/'))).toEqual([`${earlier.replace('north', 'south')}file rows`]);
  });

  test('have no older versions any more', async () => {
    const { bucket, pass, contents } = lake();
    bucket.put(`${earlier}file`, 'rows');
    bucket.mark(`${earlier}file`);
    expect(await pass(0, request)).toMatchObject([{ state: 'waiting', erased: { versions: 2 } }]);
    expect(contents().join()).not.toContain('2025');
  });
});

test('a pass that Lambda ended after it deleted items starts the waiting anew', async () => {
  const { state, pass } = lake();
  await pass(0, request);
  Object.assign(state, { items: 1, isKilled: true });
  void pass(49 * HOUR);
  await new Promise((done) => setTimeout(done, 20));
  state.isKilled = false;
  expect(await pass(HOUR)).toMatchObject([{ state: 'waiting', nextPass: '2026-12-03T10:00:00.000Z', passes: 2 }]);
});

test('a pass that began too early is not the last one, even if it ends late enough', async () => {
  const { state, bucket, pass } = lake();
  await pass(0, request);
  for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) bucket.put(`quarantine/${name}`, quarantined(OTHER));
  state.steps = 6;
  expect(await pass(48 * HOUR, request)).toMatchObject([{ state: 'incomplete' }]);
  state.steps = Number.POSITIVE_INFINITY;
  // Behind the place where it was interrupted.
  bucket.put('quarantine/aa', quarantined(OWN));
  expect(await pass(HOUR)).toMatchObject([{ state: 'waiting', passes: 2 }]);
  expect(await pass(HOUR)).toMatchObject([{ state: 'finished', erased: { quarantined: 1 } }]);
});

describe('what is left of rewriting files', () => {
  const rewrites = FOLDER.replace('data/', 'rewrites/');

  test('is erased, except a rewrite that can be continued', async () => {
    const { bucket, state, pass, contents } = lake();
    state.needed = [`${rewrites}manifest.json`, `${rewrites}live/`];
    for (const name of ['manifest.json', 'live/0/file', 'orphan/0/file']) bucket.put(`${rewrites}${name}`, 'rows');
    bucket.put(`${rewrites}manifest.json`, 'newer');
    expect(await pass(0, request)).toMatchObject([{ state: 'waiting', erased: { versions: 2 } }]);
    expect(contents().filter((line) => line.startsWith('rewrites/'))).toEqual([
      `${rewrites}live/0/file rows`,
      `${rewrites}manifest.json newer`,
    ]);
  });

  test('is counted as left', async () => {
    const { bucket, pass } = lake();
    bucket.put(`${rewrites}orphan/0/file`, 'rows');
    const remove = jest.spyOn(bucket, 'remove').mockResolvedValue();
    expect(await pass(0, request)).toMatchObject([{ state: 'incomplete', left: { versions: 1 } }]);
    remove.mockRestore();
    expect(await pass(0)).toMatchObject([{ state: 'waiting', left: { versions: 0 } }]);
  });
});

describe('one invocation at a time', () => {
  test('an invocation does nothing while another one erases, which also makes a pass of what is opened meanwhile', async () => {
    const { state, pass, dependencies, open: opened } = lake();
    const other = { ...request, items: [{ ...request.items[0], partitionKey: OTHER }] };
    const { erase: original } = dependencies.table;
    let second: readonly unknown[] | undefined;
    Object.assign(dependencies.table, {
      async erase(...given: Parameters<typeof original>) {
        if (second === undefined) {
          second = [];
          second = await pass(0, other);
        }
        return original(...given);
      },
    });
    expect(await pass(0, request)).toMatchObject([{ passes: 1 }, { passes: 1 }]);
    expect(second).toEqual([]);
    expect(state.rewritten).toEqual([11]);
    expect(await opened()).toHaveLength(2);
  });

  test('the lock of an invocation that Lambda ended is free when its time is over', async () => {
    const { state, pass } = lake();
    state.isKilled = true;
    void pass(0, request);
    await new Promise((done) => setTimeout(done, 20));
    state.isKilled = false;
    expect(await pass(HOUR / 4 - 1)).toEqual([]);
    expect(await pass(1)).toMatchObject([{ state: 'waiting' }]);
  });

  test('an invocation without anything to do does not take the lock', async () => {
    const { pass, dependencies } = lake();
    const take = jest.spyOn(dependencies.lock, 'take');
    expect(await pass(0)).toEqual([]);
    expect(take).not.toHaveBeenCalled();
  });
});
