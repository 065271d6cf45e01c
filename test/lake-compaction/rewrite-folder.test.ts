import { type Rewrite, rewriteFolder } from '../../src/lake-rewrite/lambda/rewrite-folder';
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
