import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { SchoolPlatform } from '../../../examples/school-platform/lib/school-platform';

const APPS: Readonly<Record<string, (app: App) => Stack>> = {
  'school-platform': (app) =>
    new SchoolPlatform(app, 'SchoolPlatform', { appUrl: 'https://schools.example', signInPrefix: 'schools-example' }),
};

/** Names of the examples, as of their folders. */
export const EXAMPLES: readonly string[] = Object.keys(APPS);

/** Synthesizes an example, and hands the folder of its assembly to `use`. */
export function withExample<T>(example: string, use: (directory: string) => T): T {
  const outdir = mkdtempSync(join(tmpdir(), 'example-'));
  try {
    const app = new App({ outdir });
    APPS[example](app);
    return use(app.synth().directory);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
