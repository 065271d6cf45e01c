import { circleIn, type FileImport, importsOfRooms, mermaid, withoutShortcuts } from '../projenrc/imports/rooms';

const FILES: FileImport[] = [
  ['src/tenant-table/tenant-table.ts', 'src/core/private/table.ts'],
  ['src/tenant-table/tenant-table.ts', 'src/core/item-store.ts'],
  ['src/core/private/table.ts', 'src/core/item-store.ts'],
  ['src/core/item-store.ts', 'node_modules/constructs/index.d.ts'],
  ['src/index.ts', 'src/tenant-table/index.ts'],
];

test('files of a folder are one node, and files of other packages are ignored', () => {
  expect([...importsOfRooms(FILES).keys()].sort()).toEqual(['src', 'src/core', 'src/core/private', 'src/tenant-table']);
});

test('transitive arrows are omitted', () => {
  const drawn = mermaid(withoutShortcuts(importsOfRooms(FILES)));
  expect(drawn).toContain('src_tenant_table --> src_core_private');
  expect(drawn).not.toContain('src_tenant_table --> src_core\n');
});

test('a cycle is found from any of its nodes', () => {
  expect(circleIn(importsOfRooms(FILES))).toBeUndefined();
  const circle = circleIn(importsOfRooms([...FILES, ['src/core/time.ts', 'src/tenant-table/index.ts']]));
  expect(circle?.[0]).toBe(circle?.at(-1));
  expect(circle).toEqual(expect.arrayContaining(['src/core', 'src/tenant-table']));
});

test('a test may import more than its folder', () => {
  expect(circleIn(importsOfRooms([...FILES, ['src/core/time.test.ts', 'src/tenant-table/index.ts']]))).toBeUndefined();
});
