import { type CompactionResult, compact } from '../../src/lake-compaction/lambda/compact';
import { countedFolders, isDue } from '../../src/lake-compaction/lambda/folders';
import { noQueries } from '../../src/lake-compaction/lambda/no-queries';
import { folderAt, unloadSql } from '../../src/lake-rewrite/lambda/lake-folder';
import { filled, Memory, NOW, settings } from './memory';

const run = (memory: Memory, until = NOW + 900_000): Promise<CompactionResult> => compact(settings, memory, until);

test.each([
  ['a month that ended a day ago with two new files', 'year=2026/month=05', 2, 2, true],
  ['a month that ended a day ago with one file', 'year=2026/month=05', 1, 1, false],
  ['a compacted month', 'year=2026/month=05', 2, 0, false],
  ['a compacted month with a late file', 'year=2026/month=05', 3, 1, true],
  ['this month with few files', 'year=2026/month=06', 3, 3, false],
  ['this month with many files', 'year=2026/month=06', 4, 4, true],
])('%s', (_, path, files, newFiles, due) => {
  const [year, month] = path.split('/').map((part) => Number(part.split('=')[1]));
  expect(isDue({ folder: { year, month, tenant: 'north' }, files, newFiles }, settings, NOW)).toBe(due);
});

test('a month counts as ended only a day after its end', () => {
  const counted = { folder: { year: 2026, month: 5, tenant: 'north' }, files: 2, newFiles: 2 };
  expect(isDue(counted, settings, Date.UTC(2026, 5, 1, 23, 59))).toBe(false);
  expect(isDue(counted, settings, Date.UTC(2026, 5, 2))).toBe(true);
});

test('folders are counted with their new files, and objects elsewhere are no files', async () => {
  const memory = filled({ 'year=2026/month=05/school=north-high': 2, 'year=2026/month=05/school=south-high': 1 });
  memory.objects.set('data/grades/year=2026/month=05/school=north-high/compaction-00000000-0000-4000-8000-000000000001-0000.parquet', 'x');
  for (const key of ['data/grades/x', 'data/grades/year=2026/month=5/school=a-b/x', "data/grades/year=2026/month=05/school=a'b/x"]) {
    memory.objects.set(key, 'x');
    expect(folderAt(settings, key)).toBeUndefined();
  }
  const found = [];
  for await (const { folder, files, newFiles } of countedFolders(memory.store, settings)) found.push([folder.tenant, files, newFiles]);
  expect(found).toEqual([
    ['north-high', 3, 2],
    ['south-high', 1, 1],
  ]);
});

test('the statement reads one folder', () => {
  const folder = { year: 2026, month: 5, tenant: 'north-high' };
  expect(unloadSql(settings, folder, 'rewrites/x/')).toBe(
    `UNLOAD (SELECT "event_id", "event_name", "changed_at", "sequence", "item" FROM "lake"."grades" WHERE "school" = 'north-high' AND "year" = 2026 AND "month" = 5) TO 's3://lake/rewrites/x/' WITH (format = 'PARQUET', compression = 'SNAPPY')`,
  );
  expect(unloadSql(settings, { year: 2026, month: 5 }, 'rewrites/x/', `event_id <> 'a'`)).toContain(
    `WHERE "year" = 2026 AND "month" = 5 AND (event_id <> 'a')`,
  );
});

test('folders that are due are compacted, others are not read', async () => {
  const memory = filled({
    'year=2026/month=05/school=north-high': 3,
    'year=2026/month=05/school=south-high': 1,
    'year=2026/month=06/school=north-high': 3,
  });
  expect(await run(memory)).toEqual({
    compacted: 1,
    left: 0,
    failed: [],
    outside: { folders: 0, years: [] },
    filesBefore: 3,
    filesAfter: 1,
    scannedBytes: 10,
  });
  expect(memory.statements).toHaveLength(1);
  expect(await run(memory)).toMatchObject({ compacted: 0, left: 0 });
});

test('a folder that fails does not stop the others, and its files stay', async () => {
  const memory = filled({ 'year=2026/month=05/school=north-high': 3, 'year=2026/month=05/school=south-high': 2 });
  memory.fails = (sql) => (sql.includes('north') ? 'Query exhausted resources' : undefined);
  expect(await run(memory)).toMatchObject({
    compacted: 1,
    failed: [{ folder: { tenant: 'north-high' }, reason: 'query query-1 ended as FAILED: Query exhausted resources' }],
  });
  expect([...memory.objects.keys()].filter((key) => key.startsWith('data/') && key.includes('north'))).toHaveLength(3);
  // The next run begins it again.
  memory.fails = () => undefined;
  expect(await run(memory)).toMatchObject({ compacted: 1, left: 0, failed: [] });
  expect([...memory.objects.keys()].filter((key) => key.startsWith('data/') && key.includes('north'))).toHaveLength(1);
});

test('while the workgroup runs a query, no file is replaced and no further folder is begun', async () => {
  const memory = filled({
    'year=2026/month=03/school=north-high': 2,
    'year=2026/month=04/school=north-high': 2,
    'year=2026/month=05/school=north-high': 2,
  });
  memory.running = ['of an analyst'];
  expect(await run(memory)).toMatchObject({ compacted: 0, left: 3, failed: [] });
  expect(memory.time - NOW).toBeGreaterThanOrEqual(300_000);
  expect([...memory.objects.keys()].filter((key) => key.startsWith('data/'))).toHaveLength(6);
  memory.running = [];
  expect(await run(memory)).toMatchObject({ compacted: 3, left: 0 });
  // What was written before is used.
  expect(memory.statements).toHaveLength(3);
});

test('queries of the compaction itself are not waited for', async () => {
  const memory = new Memory();
  const { wait, dependencies } = noQueries(memory, 10_000);
  memory.running = [await dependencies.queries.start('UNLOAD')];
  expect(await wait()).toBe(true);
  memory.running.push('of an analyst');
  expect(await wait()).toBe(false);
});

test('no folder is begun shortly before the end', async () => {
  const memory = filled({ 'year=2026/month=05/school=north-high': 3 });
  expect(await run(memory, NOW + 100_000)).toMatchObject({ compacted: 0, left: 1 });
  expect(memory.statements).toEqual([]);
});

const files = (memory: Memory) => [...memory.objects.keys()].filter((key) => key.startsWith('data/'));

test('folders of years that the table does not have are left alone, and reported', async () => {
  const memory = filled({
    'year=2025/month=03/school=north-high': 2,
    'year=2025/month=04/school=north-high': 2,
    'year=2051/month=01/school=north-high': 2,
    'year=2026/month=05/school=north-high': 2,
  });
  expect(await run(memory)).toMatchObject({ compacted: 1, left: 0, failed: [], outside: { folders: 3, years: [2025, 2051] } });
  expect(files(memory)).toHaveLength(7);
  expect(memory.statements).toHaveLength(1);
});

test('files are not replaced by fewer rows, by more rows, or by none', async () => {
  for (const [writes, reason] of [
    [(rows: number) => rows - 1, 'has 6 rows, of which 0 are left out, but the new files have 5: no file is replaced'],
    [(rows: number) => rows + 1, 'has 6 rows, of which 0 are left out, but the new files have 7: no file is replaced'],
    [() => 0, 'has 6 rows, of which 0 are left out, but the new files have 0: no file is replaced'],
  ] as const) {
    const memory = filled({ 'year=2026/month=05/school=north-high': 3 });
    memory.writes = writes;
    const { failed, compacted } = await run(memory);
    expect([compacted, failed.map((one) => one.reason)]).toEqual([0, [`year=2026/month=05/school=north-high/ ${reason}`]]);
    expect(files(memory)).toHaveLength(3);
    memory.writes = (rows) => rows;
    expect(await run(memory)).toMatchObject({ compacted: 1, failed: [] });
  }
});

test('a compaction that yields no file is an error, even of files without rows', async () => {
  const memory = filled({ 'year=2026/month=05/school=north-high': 0 });
  for (const name of ['a', 'b'])
    memory.objects.set(
      `data/grades/year=2026/month=05/school=north-high/${name}`,
      '0 rows, in a file that has a footer all the same, with a schema',
    );
  expect((await run(memory)).failed).toEqual([expect.objectContaining({ reason: expect.stringContaining('the query wrote none') })]);
  expect(files(memory)).toHaveLength(2);
});

test('files in rewrites/ that no manifest names are removed, those of a rewrite that runs are not', async () => {
  const memory = new Memory();
  const place = (tenant: string) => `rewrites/grades/year=2026/month=05/school=${tenant}/`;
  const running = { id: 'of-another', kind: 'erasure', until: NOW + 600_000 };
  memory.objects.set(`${place('north-high')}manifest.json`, JSON.stringify(running));
  for (const tenant of ['north-high', 'south-high']) memory.objects.set(`${place(tenant)}of-another/0/file`, '1 row');
  expect(await run(memory)).toMatchObject({ compacted: 0, left: 1 });
  expect([...memory.objects.keys()]).toEqual([`${place('north-high')}manifest.json`, `${place('north-high')}of-another/0/file`]);
});
