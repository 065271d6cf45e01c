import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { SchoolPlatform } from '../../../examples/school-platform/lib/school-platform';
import type { CostedResource } from './charges';
import { resourcesOf } from './resources';

const APPS: Readonly<Record<string, (app: App) => Stack>> = {
  'school-platform': (app) =>
    new SchoolPlatform(app, 'SchoolPlatform', { appUrl: 'https://schools.example', signInPrefix: 'schools-example' }),
};

export const EXAMPLES: readonly string[] = Object.keys(APPS);

/** The resources of an example. */
export function exampleResources(example: string): CostedResource[] {
  const outdir = mkdtempSync(join(tmpdir(), 'costs-'));
  try {
    const app = new App({ outdir });
    APPS[example](app);
    return resourcesOf(app.synth().directory);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
