import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What is not part of an image. */
const LEFT_OUT = ['node_modules', 'dist'];

/**
 * Hands a copy of a service's folder to `use`, together with the session helper of the installed library and the modules beside it. The
 * Dockerfile finds it at `cdk-andamio/tenant-sessions.js`. The copy is deleted afterwards.
 */
export function withServiceFolder<T>(folder: string, use: (copy: string) => T): T {
  const copy = mkdtempSync(join(tmpdir(), 'service-'));
  try {
    cpSync(folder, copy, { recursive: true, filter: (path) => !LEFT_OUT.some((name) => path === join(folder, name)) });
    const helper = dirname(require.resolve('cdk-andamio/tenant-sessions'));
    cpSync(helper, join(copy, 'cdk-andamio'), { recursive: true, filter: (path) => !path.endsWith('.d.ts') });
    return use(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
