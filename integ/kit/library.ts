import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { REPOSITORY } from './repository';

let isBuilt = false;

/**
 * Builds the library and its handlers if they are missing or older than a source file: examples and proofs import what a consumer gets.
 */
export async function ensureLibrary(report: (line: string) => void): Promise<void> {
  if (isBuilt) return;
  const run = (...command: string[]) => spawnSync(process.execPath, command, { cwd: REPOSITORY, encoding: 'utf8' });
  if (run(require.resolve('tsx/cli'), join('projenrc', 'package', 'stale.ts')).status === 0) {
    report('building the library and its handlers (npx projen library, about half a minute)');
    const { status, stdout, stderr } = run(join('node_modules', 'projen', 'bin', 'projen'), 'library');
    if (status !== 0) throw new Error(`npx projen library failed:\n${stdout}${stderr}`);
  }
  isBuilt = true;
}
