import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { globSync } from 'glob';
import { bundleOf } from '../projenrc/package/contents';
import { brokenLinks } from '../test/docs/links';
import { tarball } from './own-app';

const ROOT = resolve(__dirname, '..');
const unpacked = mkdtempSync(join(tmpdir(), 'unpacked-'));
const folder = join(unpacked, 'package');
beforeAll(() => execFileSync('tar', ['-xzf', tarball(), '-C', unpacked]));
afterAll(() => rmSync(unpacked, { recursive: true, force: true }));

test('each handler is in the package, and each file has a source', () => {
  const handlers = globSync('src/**/*.lambda.ts', { cwd: ROOT }).map(bundleOf);
  expect(handlers.length).toBeGreaterThan(0);
  expect(handlers.filter((file) => !existsSync(join(folder, file)))).toEqual([]);
  const compiled = globSync('lib/**/*.js', { cwd: folder });
  expect(compiled.filter((file) => !existsSync(join(ROOT, file.replace(/^lib/, 'src').replace(/\.js$/, '.ts'))))).toEqual([]);
});

test('each link in each packaged page leads to a packaged file', () => {
  expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain('](docs/before-you-deploy.md)');
  expect(brokenLinks(folder, ROOT)).toEqual([]);
});

test('only the library and its pages are packed', () => {
  const others = globSync('**/*', { cwd: folder, nodir: true, dot: true }).filter(
    (file) =>
      !/^(lib|assets|src|docs|examples)\/|^[A-Z-]+(\.md)?$|^\.jsii(\.gz)?$|^\.warnings\.jsii\.js$|^package\.json$|^API\.md$/.test(file),
  );
  expect(others).toEqual([]);
});
