import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CodeLocation, FunctionConfiguration } from './configuration';
import { assemblyOf } from './testing';
import { createWorkspace, type Workspace } from './workspace';
import { unzip } from './zip';

let folder: string;
let workspace: Workspace | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'workspace-test-'));
});
afterEach(() => {
  workspace?.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** An archive made by another program than the one that reads it. */
function zipped(script: string): string {
  const archive = join(folder, 'code.zip');
  execFileSync('python3', [
    '-c',
    `import zipfile\nwith zipfile.ZipFile(${JSON.stringify(archive)}, 'w', zipfile.ZIP_DEFLATED) as z:\n${script}`,
  ]);
  return archive;
}

const taskRoot = (code: CodeLocation, assets: Record<string, string> = {}) => {
  workspace = createWorkspace(assemblyOf({}, assets), () => {}, join(folder, 'runs'));
  return workspace.taskRoot({ arn: 'arn', code } as FunctionConfiguration);
};

test('the code of a zip is unpacked, stored and deflated files alike', () => {
  const archive = zipped(` z.writestr('lib/a.js', 'a' * 100000)\n z.writestr('index.js', 'b', zipfile.ZIP_STORED)`);
  const root = taskRoot({ bucket: 'b', key: 'k.zip' }, { 'b/k.zip': archive });
  expect(readFileSync(join(root, 'lib', 'a.js'), 'utf8')).toBe('a'.repeat(100_000));
  expect(readFileSync(join(root, 'index.js'), 'utf8')).toBe('b');
});

test('an archive that would write outside of its folder is rejected', () => {
  const archive = zipped(` z.writestr('../out.js', 'x')`);
  expect(() => unzip(readFileSync(archive), join(folder, 'in'))).toThrow(
    '../out.js would be written outside of the function’s folder'.replace('’', "'"),
  );
  expect(existsSync(join(folder, 'out.js'))).toBe(false);
});

test('the code of a directory is copied, so that nothing of the repository around it can be imported', () => {
  const source = join(folder, 'asset');
  mkdirSync(source);
  writeFileSync(join(source, 'index.js'), 'c');
  const root = taskRoot({ bucket: 'b', key: 'k' }, { 'b/k': source });
  expect(root.startsWith(tmpdir())).toBe(true);
  expect(readFileSync(join(root, 'index.js'), 'utf8')).toBe('c');
});

test('what a killed run left behind is removed by the next', () => {
  const left = join(folder, 'left');
  mkdirSync(left);
  mkdirSync(join(folder, 'runs', 'dead'), { recursive: true });
  const record = { owner: { pid: 999_999_999, started: 'never' }, processes: [], folders: [left] };
  writeFileSync(join(folder, 'runs', 'dead', 'run.json'), JSON.stringify(record));
  taskRoot({ inline: '' });
  expect(existsSync(left)).toBe(false);
});
