import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareSnapshot, snapshotFolder, writeSnapshot } from './snapshot';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'snapshot-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const hash = (digit: string) => digit.repeat(64);
const write = (batchSize: number, digit: string, salt: string) =>
  writeFileSync(join(folder, 'Stack.template.json'), JSON.stringify({ Code: `${hash(digit)}.zip`, BatchSize: batchSize, salt }));

test('a snapshot is equal to templates whose assets and salts alone are others', () => {
  const app = join(folder, 'integ.x.ts');
  write(50, 'a', '1');
  writeSnapshot(app, folder);
  write(50, 'b', '2');
  expect(compareSnapshot(app, folder)).toEqual([]);
  expect(readFileSync(join(snapshotFolder(app), 'Stack.template.json'), 'utf8')).toContain('"salt":"<salt>"');
});

test('a changed, new or missing template is a difference, and a missing snapshot is not written', () => {
  const app = join(folder, 'integ.x.ts');
  write(50, 'a', '1');
  expect(compareSnapshot(app, folder)).toEqual([expect.stringContaining('there is no integ.x.ts.snapshot')]);
  writeSnapshot(app, folder);
  write(40, 'a', '1');
  writeFileSync(join(folder, 'New.template.json'), '{}');
  expect(compareSnapshot(app, folder)).toEqual([
    'New.template.json is new',
    'Stack.template.json differs from line 3: committed "BatchSize": 50,, synthesized "BatchSize": 40,',
  ]);
});
