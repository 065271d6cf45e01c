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

/** An archive that another program creates. */
function zipped(script: string): string {
  const archive = join(folder, 'code.zip');
  execFileSync('python3', [
    '-c',
    `import zipfile\nwith zipfile.ZipFile(${JSON.stringify(archive)}, 'w', zipfile.ZIP_DEFLATED) as z:\n${script}`,
  ]);
  return archive;
}

const taskRoot = (code: CodeLocation, assets: Record<string, string> = {}) => {
  workspace = createWorkspace(assemblyOf({}, assets), () => {}, { runs: join(folder, 'runs') });
  return workspace.taskRoot({ arn: 'arn', runtime: 'nodejs24.x', code } as FunctionConfiguration);
};

test('a zip archive is unpacked, with stored and deflated files', () => {
  const archive = zipped(` z.writestr('lib/a.js', 'a' * 100000)\n z.writestr('index.js', 'b', zipfile.ZIP_STORED)`);
  const root = taskRoot({ bucket: 'b', key: 'k.zip' }, { 'b/k.zip': archive });
  expect(readFileSync(join(root, 'lib', 'a.js'), 'utf8')).toBe('a'.repeat(100_000));
  expect(readFileSync(join(root, 'index.js'), 'utf8')).toBe('b');
});

test('an archive that would write outside its folder is rejected', () => {
  const archive = zipped(` z.writestr('../out.js', 'x')`);
  expect(() => unzip(readFileSync(archive), join(folder, 'in'))).toThrow("../out.js would be written outside the function's folder");
  expect(existsSync(join(folder, 'out.js'))).toBe(false);
});

test("a directory is copied, so that code can't import modules of the repository around it", () => {
  const source = join(folder, 'asset');
  mkdirSync(source);
  writeFileSync(join(source, 'index.js'), 'c');
  const root = taskRoot({ bucket: 'b', key: 'k' }, { 'b/k': source });
  expect(root.startsWith(tmpdir())).toBe(true);
  expect(readFileSync(join(root, 'index.js'), 'utf8')).toBe('c');
});

test('the next run removes what a killed run left behind', () => {
  const left = join(folder, 'left');
  mkdirSync(left);
  mkdirSync(join(folder, 'runs', 'dead'), { recursive: true });
  const record = { owner: { pid: 999_999_999, started: 'never' }, processes: [], folders: [left] };
  writeFileSync(join(folder, 'runs', 'dead', 'run.json'), JSON.stringify(record));
  taskRoot({ inline: '' });
  expect(existsSync(left)).toBe(false);
});
