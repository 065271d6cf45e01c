import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { globSync } from 'glob';
import { REPOSITORY } from './repository';

const run = promisify(execFile);

/**
 * Builds the library and the bundles of its handlers where they are missing or older than a source: examples and proofs import what a
 * consumer would get.
 */
export async function ensureLibrary(say: (line: string) => void): Promise<void> {
  if (isBuilt(REPOSITORY)) return;
  say('building the library and its handlers (npx projen library, about half a minute)');
  await run(process.execPath, [join(REPOSITORY, 'node_modules', 'projen', 'bin', 'projen'), 'library'], { cwd: REPOSITORY }).catch(
    (error: { stdout: string; stderr: string }) => {
      throw new Error(`npx projen library failed:\n${error.stdout}${error.stderr}`);
    },
  );
}

/** Whether the compiled library and each handler's bundle are newer than every source. */
export function isBuilt(root: string): boolean {
  // As projenrc/bundle-handlers.ts names them.
  const handlers = globSync('src/**/*.lambda.ts', { cwd: root }).map((file) =>
    join('assets', basename(dirname(file)), basename(file, '.lambda.ts'), 'index.js'),
  );
  const times = (files: readonly string[]) => files.map((file) => statSync(join(root, file)).mtimeMs);
  const built = ['lib/index.js', '.jsii', ...handlers];
  if (!built.every((file) => existsSync(join(root, file)))) return false;
  return Math.max(...times(globSync('src/**/*.ts', { cwd: root }))) < Math.min(...times(built));
}
