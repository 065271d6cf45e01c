import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';

/** What is not part of an image. */
const LEFT_OUT = ['node_modules', 'dist'];

/**
 * Hands a copy of a service's folder to `use`, together with the session helper of the installed library, as a single file. The Dockerfile
 * finds it at `cdk-andamio/tenant-sessions.js`. The copy is deleted afterwards.
 */
export function withServiceFolder<T>(folder: string, use: (copy: string) => T): T {
  const copy = mkdtempSync(join(tmpdir(), 'service-'));
  try {
    cpSync(folder, copy, { recursive: true, filter: (path) => !LEFT_OUT.some((name) => path === join(folder, name)) });
    const helper = require.resolve('cdk-andamio/tenant-sessions');
    buildSync({
      entryPoints: [helper],
      // The output names files relative to it, and so is the same on every machine.
      absWorkingDir: dirname(helper),
      bundle: true,
      platform: 'node',
      target: 'node24',
      outfile: join(copy, 'cdk-andamio', 'tenant-sessions.js'),
    });
    return use(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
