import { cycleIn, type FileImport, importsOfFolders, mermaid, withoutTransitive } from '../projenrc/imports/folders';

const FILES: FileImport[] = [
  ['src/tenant-table/tenant-table.ts', 'src/core/private/table.ts'],
  ['src/tenant-table/tenant-table.ts', 'src/core/item-store.ts'],
  ['src/core/private/table.ts', 'src/core/item-store.ts'],
  ['src/core/item-store.ts', 'node_modules/constructs/index.d.ts'],
  ['src/index.ts', 'src/tenant-table/index.ts'],
];

test('files of a folder are one node, and files of other packages are ignored', () => {
  expect([...importsOfFolders(FILES).keys()].sort()).toEqual(['src', 'src/core', 'src/core/private', 'src/tenant-table']);
});

test('transitive arrows are omitted', () => {
  const drawn = mermaid(withoutTransitive(importsOfFolders(FILES)));
  expect(drawn).toContain('src_tenant_table --> src_core_private');
  expect(drawn).not.toContain('src_tenant_table --> src_core\n');
});

test('a cycle is found from any of its nodes', () => {
  expect(cycleIn(importsOfFolders(FILES))).toBeUndefined();
  const cycle = cycleIn(importsOfFolders([...FILES, ['src/core/time.ts', 'src/tenant-table/index.ts']]));
  expect(cycle?.[0]).toBe(cycle?.at(-1));
  expect(cycle).toEqual(expect.arrayContaining(['src/core', 'src/tenant-table']));
});

test('a test may import more than its folder', () => {
  expect(cycleIn(importsOfFolders([...FILES, ['src/core/time.test.ts', 'src/tenant-table/index.ts']]))).toBeUndefined();
});
