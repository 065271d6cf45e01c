import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { globSync } from 'glob';
import { round } from '../kit/statistics';
import { atMost, type Figures } from './figures';

const ROOT = resolve(__dirname, '..', '..');

/** The files that a consumer needs; any other file in the package is reported. */
const WANTED =
  /^(lib\/.*\.(js|d\.ts)|assets\/.*\/index\.js|\.jsii(\.gz)?|\.warnings\.jsii\.js|package\.json|(LICENSE|NOTICE)|[A-Z]+\.md|src\/[^/]+\/README\.md|docs\/.*\.md|examples\/[^/]+\/(README\.md|cdk\.json|app\.ts|(lib|app)\/.*\.ts))$/;

interface Packed {
  readonly size: number;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** The size of the package, and of each handler. */
export async function tarball(): Promise<Figures> {
  const { stdout } = await promisify(execFile)('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT });
  const [packed]: Packed[] = JSON.parse(stdout);
  const astray = packed.files.map(({ path }) => path).filter((path) => !WANTED.test(path));
  const handlers = globSync('assets/**/index.js', { cwd: ROOT })
    .sort()
    .map((path) => ({ path, bytes: statSync(join(ROOT, path)).size }));
  if (handlers.length === 0) throw new Error('assets/ has no handler: run npx projen handlers');
  return {
    title: 'Package and handlers',
    method: ['The package as `npm pack` makes it; 1 KB is 1,000 bytes.', ...astray.map((path) => `Astray in the package: \`${path}\`.`)],
    rows: [
      { name: 'package, compressed', values: { KB: round(packed.size / 1000, 1), files: packed.files.length } },
      { name: 'package, unpacked', values: { KB: round(packed.unpackedSize / 1000, 1), files: packed.files.length } },
      ...handlers.map(({ path, bytes }) => ({ name: path, values: { KB: round(bytes / 1000, 1), files: 1 } })),
    ],
    goals: [
      atMost('package, KB', round(packed.size / 1000, 1), 1000),
      atMost('files astray in the package', astray.length, 0),
      ...handlers.map(({ path, bytes }) => atMost(`${path}, KB`, round(bytes / 1000, 1), 60)),
    ],
  };
}
