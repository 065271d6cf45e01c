import { finishRewrite, type Rewrite, rewriteFolder } from '../../src/lake-rewrite/lambda/rewrite-folder';
import { filled, type Memory, NOW, settings } from './memory';

const FOLDER = 'year=2026/month=05/school=north-high';
const folder = { year: 2026, month: 5, tenant: 'north-high' };
const rewriteOf = (more: Partial<Rewrite> = {}): Rewrite => ({
  table: settings,
  folder,
  kind: 'compaction',
  until: NOW + 900_000,
  finishes: ['compaction', 'erasure'],
  mayReplace: async () => true,
  withVersions: false,
  ...more,
});
const erasure = rewriteOf({ kind: 'erasure', keep: `event_id <> 'a'`, withVersions: true });
const files = (memory: Memory) => [...memory.objects.keys()].filter((key) => key.startsWith('data/'));

test('rows that are left out are counted, and files are replaced if no other row is missing', async () => {
  const memory = filled({ [FOLDER]: 3 });
  memory.leftOut = 2;
  await expect(rewriteFolder(erasure, memory)).resolves.toMatchObject({ state: 'rewritten', filesBefore: 3, filesAfter: 1 });
  expect(memory.statements[1]).toBe(
    `SELECT count(*) FROM "lake"."grades" WHERE "school" = 'north-high' AND "year" = 2026 AND "month" = 5 AND NOT coalesce((event_id <> 'a'), false)`,
  );
});

test('an erasure that would remove more rows than those of the condition replaces nothing', async () => {
  const memory = filled({ [FOLDER]: 3 });
  memory.leftOut = 2;
  memory.writes = (rows) => rows - 1;
  await expect(rewriteFolder(erasure, memory)).rejects.toThrow('has 6 rows, of which 2 are left out, but the new files have 3');
  expect(files(memory)).toHaveLength(3);
});

test('all rows can be left out', async () => {
  const memory = filled({ [FOLDER]: 3 });
  memory.leftOut = 6;
  await expect(rewriteFolder(erasure, memory)).resolves.toMatchObject({ state: 'rewritten', filesBefore: 3, filesAfter: 0 });
  expect(files(memory)).toEqual([]);
});

test('a folder of a year that the table does not have is an error, and its files stay', async () => {
  const memory = filled({ 'year=2025/month=05/school=north-high': 2 });
  await expect(rewriteFolder(rewriteOf({ folder: { ...folder, year: 2025 } }), memory)).rejects.toThrow(
    'year=2025/month=05/school=north-high/ is not in the table, which has the years 2026 to 2050: its files stay as they are',
  );
  expect(files(memory)).toHaveLength(2);
  expect(memory.objects.size).toBe(2);
});

test('objects that a query does not read stay in the folder', async () => {
  const memory = filled({ [FOLDER]: 2 });
  for (const name of ['', '_SUCCESS', '.hidden']) memory.objects.set(`data/grades/${FOLDER}/${name}`, '0');
  await expect(rewriteFolder(rewriteOf(), memory)).resolves.toMatchObject({ state: 'rewritten', filesBefore: 2, filesAfter: 1 });
  expect(files(memory)).toHaveLength(4);
});

describe('a rewrite whose new files are gone', () => {
  const place = `rewrites/grades/${FOLDER}/`;
  const id = '11111111-1111-4111-8111-111111111111';
  const added = [0, 1].map((index) => ({
    from: `${place}${id}/0/file${index}`,
    to: `data/grades/${FOLDER}/compaction-${id}-000${index}.parquet`,
    size: 20,
  }));

  /** A folder of a rewrite that copied one of two files. */
  function interrupted(): Memory {
    const memory = filled({ [FOLDER]: 3 });
    const manifest = { id, kind: 'compaction', until: 0, replaced: files(memory), added };
    memory.objects.set(`${place}manifest.json`, JSON.stringify(manifest));
    memory.objects.set(added[0].to, '3 rows, new........ '.slice(0, 20));
    return memory;
  }

  test('begins again if it removed no old file, and no row is there twice', async () => {
    const memory = interrupted();
    await expect(rewriteFolder(rewriteOf(), memory)).resolves.toMatchObject({ state: 'rewritten', filesBefore: 3, filesAfter: 1 });
    expect(files(memory).map((key) => memory.objects.get(key))).toEqual([expect.stringMatching(/^6 rows/)]);
    expect([...memory.objects.keys()].filter((key) => key.startsWith(place))).toEqual([]);
  });

  test('can be undone by an erasure, with all versions', async () => {
    const memory = interrupted();
    const removed: string[] = [];
    const store = {
      ...memory.store,
      removeVersions: async (prefix: string) => {
        removed.push(prefix);
        return memory.store.removeVersions(prefix);
      },
    };
    await expect(finishRewrite(erasure, { ...memory, store, queries: memory.queries })).resolves.toBeUndefined();
    expect(removed).toEqual([added[0].to, `${place}${id}/`]);
    expect(files(memory)).toHaveLength(3);
  });

  test('waits until files may be removed', async () => {
    const memory = interrupted();
    await expect(finishRewrite(rewriteOf({ mayReplace: async () => false }), memory)).resolves.toMatchObject({ state: 'waiting' });
    expect(files(memory)).toHaveLength(4);
  });

  test('is an error if an old file is gone, too', async () => {
    const memory = interrupted();
    memory.objects.delete(`data/grades/${FOLDER}/f1.parquet`);
    await expect(rewriteFolder(rewriteOf(), memory)).rejects.toThrow(
      `file1 is gone, and so is data/grades/${FOLDER}/f1.parquet, which it replaces: restore a version of one of them`,
    );
    expect(files(memory)).toHaveLength(3);
    expect(memory.objects.has(`${place}manifest.json`)).toBe(true);
  });
});

test('a process that lost its rewrite to another one leaves no file in rewrites/', async () => {
  const memory = filled({ [FOLDER]: 3 });
  const start = memory.queries.start;
  memory.queries.start = async (sql) => {
    const query = await start(sql);
    const key = `rewrites/grades/${FOLDER}/manifest.json`;
    memory.objects.set(key, JSON.stringify({ ...JSON.parse(memory.objects.get(key) ?? ''), id: 'of-another' }));
    return query;
  };
  await expect(rewriteFolder(rewriteOf(), memory)).resolves.toMatchObject({ state: 'busy' });
  expect([...memory.objects.keys()].filter((key) => key.startsWith('rewrites/'))).toEqual([`rewrites/grades/${FOLDER}/manifest.json`]);
  expect(files(memory)).toHaveLength(3);
});
