import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AthenaClient } from '@aws-sdk/client-athena';
import { DeleteObjectsCommand, ListObjectsV2Command, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import type { Stack } from 'aws-cdk-lib';
import { athenaQueries } from '../../../src/lake-rewrite/lambda/athena-queries';
import type { RewriteDependencies } from '../../../src/lake-rewrite/lambda/dependencies';
import type { LakeFolder } from '../../../src/lake-rewrite/lambda/lake-folder';
import { finishRewrite, type Rewrite, rewriteFolder } from '../../../src/lake-rewrite/lambda/rewrite-folder';
import { s3Store } from '../../../src/lake-rewrite/lambda/s3-store';
import { allowRewrites } from '../../../src/lake-rewrite/rewriting-role';
import type { RewrittenTable } from '../../../src/lake-rewrite/rewritten-table';
import type { Sandbox } from '../../sandbox';
import { startStack } from '../fixtures/start-stack';
import { COLUMNS, clientSettings, deliver, EVERY_TYPE, lakeOf, nameOf, query, roleOf, s3Of } from './fixtures';

// The steps that compaction and erasure share, with the permissions of such a function.
let sandbox: Sandbox;
let close: (() => Promise<void>) | undefined;
let table: RewrittenTable;
let dependencies: RewriteDependencies;
const clients: { destroy(): void }[] = [];

beforeAll(async () => {
  ({ sandbox, close } = await startStack('Rewrite', (stack: Stack) => {
    const lake = lakeOf(stack, roleOf(stack, 'Reports'));
    allowRewrites(roleOf(stack, 'Compactor'), lake, { deletesVersions: false });
    allowRewrites(roleOf(stack, 'Eraser'), lake, { deletesVersions: true });
  }));
  table = {
    ...{ BUCKET: nameOf(sandbox, 'AWS::S3::Bucket', 'LakeBucket'), DATA_FOLDER: 'data/grades/', REWRITES_FOLDER: 'rewrites/grades/' },
    ...{ DATABASE: 'lake', TABLE: 'grades', WORKGROUP: 'lake', TENANT_NOUN: 'school', HAS_TENANT_FOLDERS: true },
    YEARS: { first: 2025, last: 2049 },
  };
  dependencies = dependenciesOf('Compactor');
}, 240_000);

afterAll(async () => {
  for (const client of clients) client.destroy();
  await close?.();
});

function dependenciesOf(role: string): RewriteDependencies {
  const s3 = s3Of(sandbox, role);
  const athena = new AthenaClient(clientSettings(sandbox, role));
  clients.push(s3, athena);
  return {
    store: s3Store(s3, table.BUCKET),
    queries: athenaQueries(athena, { workgroup: table.WORKGROUP, database: table.DATABASE }),
    now: Date.now,
    sleep: async (milliseconds) => void (await sleep(milliseconds)),
    newId: randomUUID,
  };
}

const rewriteOf = (folder: LakeFolder, more: Partial<Rewrite> = {}): Rewrite => ({
  ...{ table, folder, kind: 'compaction', until: Date.now() + 600_000, finishes: ['compaction'] },
  ...{ mayReplace: async () => true, withVersions: false, ...more },
});

const keys = async (folder: string) => (await dependenciesOf('Compactor').store.list(folder)).map(({ key }) => key);
const placeOf = ({ year, month, tenant }: LakeFolder) => `year=${year}/month=${String(month).padStart(2, '0')}/school=${tenant}/`;
const filesIn = (folder: LakeFolder) => keys(`data/grades/${placeOf(folder)}`);
const rowsIn = ({ year, month, tenant }: LakeFolder) =>
  query(
    sandbox,
    `SELECT ${COLUMNS} FROM lake.grades_changes WHERE school = '${tenant}' AND year = ${year} AND month = ${month} ORDER BY event_id`,
  );

/** A folder with three files: an item with a value in every column, one without any, and others. */
async function filled(tenant: string, month = 3): Promise<LakeFolder> {
  const at = Date.UTC(2026, month - 1, 7, 8, 15, 30);
  await deliver(sandbox, [{ id: 'a-full', tenant, at, attributes: EVERY_TYPE }]);
  await deliver(sandbox, [
    { id: 'b-empty', tenant, at },
    { id: 'c-nulls', tenant, at, attributes: { score: { NULL: true }, address: { NULL: true }, clubs: { NULL: true } } },
  ]);
  await deliver(sandbox, [
    { id: 'd-deleted', tenant, at, attributes: { score: { N: '-0.01' }, deletedAt: { S: '2026-03-08T00:00:00Z' } } },
  ]);
  const folder = { year: 2026, month, tenant };
  expect(await filesIn(folder)).toHaveLength(3);
  return folder;
}

test('a folder has the same rows in fewer files, and other files can be added afterwards', async () => {
  const folder = await filled('types-high');
  const before = await rowsIn(folder);
  expect(before[0]).toEqual([
    ...['a-full', 'INSERT', '2026-03-07 08:15:30.000', 'a-full', 'types-high#STUDENT#1', 'a-full', 'request-1', null],
    ...['types-high', '2026', '3', 'Zoë "1" – 数学 🎓', '2147483647', '9007199254740993', '4.5', '95.50', 'true'],
    ...['2026-11-29 08:15:30.123', '2026-01-01 00:00:00.000', '{"l":[{"s":"chess"},{"n":"2"}]}', 'Ulm'],
  ]);
  const result = await rewriteFolder(rewriteOf(folder), dependencies);
  expect(result).toEqual({ state: 'rewritten', filesBefore: 3, filesAfter: 2, scannedBytes: expect.any(Number) });
  expect(result.scannedBytes).toBeGreaterThan(0);
  expect(await filesIn(folder)).toEqual([
    expect.stringMatching(/school=types-high\/compaction-[0-9a-f-]{36}-0000\.parquet$/),
    expect.stringMatching(/-0001\.parquet$/),
  ]);
  expect(await rowsIn(folder)).toEqual(before);
  expect(await keys('rewrites/')).toEqual([]);
  // A change that is delivered late.
  await deliver(sandbox, [{ id: 'e-late', tenant: 'types-high', at: Date.UTC(2026, 2, 31), attributes: EVERY_TYPE }]);
  const all = await rowsIn(folder);
  expect(all).toHaveLength(5);
  await expect(rewriteFolder(rewriteOf(folder), dependencies)).resolves.toMatchObject({ filesBefore: 3, filesAfter: 2 });
  expect(await rowsIn(folder)).toEqual(all);
});

describe('a rewrite that ends early is finished by the next one', () => {
  /** Fails before the call with a number, as a process that is killed then. Calls that read change nothing, and are not counted. */
  function killedBefore(call: number): { dependencies: RewriteDependencies; calls: string[] } {
    const calls: string[] = [];
    const counted =
      <A extends unknown[], R>(name: string, run: (...given: A) => Promise<R>) =>
      async (...given: A): Promise<R> => {
        if (calls.length >= call) throw new Error(`killed before ${name}`);
        calls.push(name);
        return run(...given);
      };
    const { store, queries } = dependencies;
    return {
      calls,
      dependencies: {
        ...dependencies,
        store: {
          ...store,
          write: counted('write', store.write),
          copy: counted('copy', store.copy),
          remove: counted('remove', store.remove),
          // Nothing releases the lock of a process that was killed.
          read: (key) => (calls.length >= call ? Promise.reject(new Error('killed')) : store.read(key)),
        },
        queries: { ...queries, start: counted('start', queries.start) },
      },
    };
  }

  // write (lock), start, write (manifest), copy, copy, remove (old files), remove (copied files), remove (manifest)
  test.each([1, 2, 3, 4, 5, 6, 7])('after call %i', async (call) => {
    const folder = await filled(`killed-${call}-high`);
    const before = await rowsIn(folder);
    const { dependencies: killed, calls } = killedBefore(call);
    await expect(rewriteFolder(rewriteOf(folder), killed)).rejects.toThrow(/killed/);
    expect(calls).toHaveLength(call);
    const distinct = async () =>
      query(
        sandbox,
        `SELECT DISTINCT event_id FROM lake.grades_changes WHERE school = '${folder.tenant}' AND year = 2026 AND month = 3 ORDER BY 1`,
      );
    expect(await distinct()).toEqual([['a-full'], ['b-empty'], ['c-nulls'], ['d-deleted']]);
    // While the first process may still be alive, nobody else changes the folder.
    expect((await rewriteFolder(rewriteOf(folder), dependencies)).state).toBe('busy');
    const later: RewriteDependencies = { ...dependencies, now: () => Date.now() + 700_000 };
    await rewriteFolder(rewriteOf(folder, { until: Date.now() + 2_000_000 }), later);
    expect(await rowsIn(folder)).toEqual(before);
    expect(await filesIn(folder)).toHaveLength(2);
    expect(await keys(`rewrites/grades/${placeOf(folder)}`)).toEqual([]);
  });

  test('after the last call, nothing is left to do', async () => {
    const folder = await filled('killed-8-high');
    const { dependencies: whole, calls } = killedBefore(8);
    await expect(rewriteFolder(rewriteOf(folder), whole)).resolves.toMatchObject({ state: 'rewritten' });
    expect(calls).toEqual(['write', 'start', 'write', 'copy', 'copy', 'remove', 'remove', 'remove']);
  });
});

test('files that may not be removed yet stay, and a later call removes them without another query', async () => {
  const folder = await filled('waiting-high');
  const before = await rowsIn(folder);
  const never = rewriteOf(folder, { mayReplace: async () => false });
  expect(await rewriteFolder(never, dependencies)).toMatchObject({ state: 'waiting', filesBefore: 3, filesAfter: 2 });
  expect(await filesIn(folder)).toHaveLength(3);
  let calls = 0;
  const first = rewriteOf(folder, { mayReplace: async () => calls++ === 0 });
  expect(await finishRewrite(first, dependencies)).toMatchObject({ state: 'waiting' });
  expect(await filesIn(folder)).toHaveLength(5);
  expect(await rowsIn(folder)).toHaveLength(8);
  // Erasure may finish what compaction began; compaction does not touch what erasure began.
  expect(await finishRewrite(rewriteOf(folder, { finishes: [] }), dependencies)).toMatchObject({ state: 'busy' });
  const started = jest.fn(dependencies.queries.start);
  const counting = { ...dependencies, queries: { ...dependencies.queries, start: started } };
  expect(await finishRewrite(rewriteOf(folder), counting)).toMatchObject({ state: 'rewritten', filesBefore: 3, filesAfter: 2 });
  expect(started).not.toHaveBeenCalled();
  expect(await rowsIn(folder)).toEqual(before);
  expect(await finishRewrite(rewriteOf(folder), dependencies)).toBeUndefined();
});

test('a file that arrives during the query is in the folder once', async () => {
  const folder = await filled('arriving-high');
  let arrived = 0;
  const arriving: RewriteDependencies = {
    ...dependencies,
    queries: {
      ...dependencies.queries,
      async start(sql) {
        const id = await dependencies.queries.start(sql);
        if (arrived++ === 0) {
          await deliver(sandbox, [{ id: 'e-late', tenant: 'arriving-high', at: Date.UTC(2026, 2, 31), attributes: EVERY_TYPE }]);
        }
        return id;
      },
    },
  };
  expect(await rewriteFolder(rewriteOf(folder), arriving)).toMatchObject({ state: 'rewritten', filesBefore: 4 });
  expect((await rowsIn(folder)).map(([id]) => id)).toEqual(['a-full', 'b-empty', 'c-nulls', 'd-deleted', 'e-late']);
});

test('two processes at once: one rewrites the folder, and the other one leaves it', async () => {
  const folder = await filled('twice-high');
  const before = await rowsIn(folder);
  const results = await Promise.all([
    rewriteFolder(rewriteOf(folder), dependencies),
    rewriteFolder(rewriteOf(folder), dependenciesOf('Compactor')),
  ]);
  expect(results.map(({ state }) => state).sort()).toEqual(['busy', 'rewritten']);
  expect(await rowsIn(folder)).toEqual(before);
});

test('rows that are not kept are gone with every version, also without any row left', async () => {
  const folder = await filled('erased-high');
  const before = await rowsIn(folder);
  const erasure = (keep: string) => rewriteOf(folder, { kind: 'erasure', keep, withVersions: true, finishes: ['compaction', 'erasure'] });
  const eraser = dependenciesOf('Eraser');
  const versions = async (Prefix: string) => {
    const { Versions = [] } = await s3Of(sandbox).send(new ListObjectVersionsCommand({ Bucket: table.BUCKET, Prefix }));
    return Versions.map(({ Key }) => Key).filter((key) => !key?.endsWith('manifest.json'));
  };
  expect((await rewriteFolder(erasure(`item."sk"."s" IS DISTINCT FROM 'a-full'`), eraser)).state).toBe('rewritten');
  expect(await rowsIn(folder)).toEqual(before.slice(1));
  expect(await versions(`data/grades/${placeOf(folder)}`)).toEqual([expect.stringMatching(/erasure-/), expect.stringMatching(/erasure-/)]);
  expect(await versions(`rewrites/grades/${placeOf(folder)}`)).toEqual([]);
  expect(await rewriteFolder(erasure('false'), eraser)).toMatchObject({ state: 'rewritten', filesBefore: 2, filesAfter: 0 });
  expect(await versions(`data/grades/${placeOf(folder)}`)).toEqual([]);
  expect(await rewriteFolder(erasure('false'), eraser)).toMatchObject({ state: 'empty' });
});

test('the role deletes files of the table and no others, and no versions', async () => {
  const store = dependenciesOf('Compactor');
  await expect(store.store.remove(['quarantine/x'])).rejects.toThrow(/AccessDenied/);
  await expect(store.store.remove(['results/x'])).rejects.toThrow(/AccessDenied/);
  await expect(store.store.remove(['data/gradesother/x'])).rejects.toThrow(/AccessDenied/);
  await expect(store.store.removeVersions('data/grades/')).rejects.toThrow(/not authorized|Access ?Denied/i);
  await expect(
    s3Of(sandbox, 'Compactor').send(
      new DeleteObjectsCommand({ Bucket: table.BUCKET, Delete: { Objects: [{ Key: 'data/grades/x', VersionId: 'null' }] } }),
    ),
  ).resolves.toMatchObject({ Errors: [expect.objectContaining({ Code: 'AccessDenied' })] });
  await expect(s3Of(sandbox, 'Compactor').send(new ListObjectsV2Command({ Bucket: table.BUCKET }))).resolves.toBeDefined();
});
