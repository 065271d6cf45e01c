import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ensureLibrary } from './library';

const ROOT = resolve(__dirname, '..', '..');

/** Where the example's web app would be served. */
export const APP_URL = 'https://schools.example';

/** Runs an app, given from the root of the repository, on the library as a consumer gets it; returns the folder of its cloud assembly. */
export async function synthesize(app: string, say: (line: string) => void): Promise<string> {
  await ensureLibrary(ROOT, say);
  say(`synthesizing ${app}`);
  mkdirSync(join(ROOT, '.tmp'), { recursive: true });
  const directory = mkdtempSync(join(ROOT, '.tmp', `${basename(app, '.ts')}-`));
  await promisify(execFile)(process.execPath, [require.resolve('tsx/cli'), app], {
    cwd: ROOT,
    env: { ...process.env, CDK_OUTDIR: directory, CDK_VALIDATION: 'false', APP_URL },
  });
  return directory;
}
