import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, type Stack } from 'aws-cdk-lib';
import { SchoolPlatform } from '../../../examples/school-platform/lib/school-platform';

const STACKS: Readonly<Record<string, (app: App, id?: string) => Stack>> = {
  'school-platform': (app, id = 'SchoolPlatform') =>
    new SchoolPlatform(app, id, { appUrl: 'https://schools.example', signInPrefix: 'schools-example' }),
};

/** Names of the examples, as of their folders. */
export const EXAMPLES: readonly string[] = Object.keys(STACKS);

/** An app whose templates are the same on every machine. */
export function appIn(outdir: string): App {
  return new App({
    outdir,
    analyticsReporting: false,
    treeMetadata: false,
    // The code of the examples' functions does not matter here.
    context: { 'aws:cdk:bundling-stacks': [] },
  });
}

/** Adds the stack of an example. @param id by default, as where the example is deployed */
export function addExample(app: App, example: string, id?: string): void {
  STACKS[example](app, id);
}

/** Synthesizes an example, and hands the folder of its assembly to `use`. */
export function withExample<T>(example: string, use: (directory: string) => T): T {
  const outdir = mkdtempSync(join(tmpdir(), 'example-'));
  try {
    const app = appIn(outdir);
    addExample(app, example);
    return use(app.synth().directory);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
