import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { loadAssembly } from '../assembly';
import type { Assembly, Engines, TypeKnowledge } from '../contracts';
import { type EnginePaths, installEngines, knowledge, startEngines } from '.';

/** A folder of a test file, removed at its end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'engines-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The cloud assembly of one stack, `Shop`, as the CDK writes it. */
export function assemblyOf(folder: string, build: (stack: Stack) => void, more: readonly TypeKnowledge[] = []): Assembly {
  const outdir = mkdtempSync(join(folder, 'cdk-'));
  const app = new App({ outdir, analyticsReporting: false, treeMetadata: false });
  build(new Stack(app, 'Shop'));
  app.synth();
  return loadAssembly(outdir, [...knowledge, ...more]);
}

/** Engines for the tests of one file, with a place of their own for their runs. */
export function startedEngines(folder: string): { paths(): EnginePaths; engines(): Engines } {
  let paths: EnginePaths;
  let engines: Engines;
  beforeAll(async () => {
    paths = { ...(await installEngines(console.log)), runs: join(folder, 'runs') };
    engines = await startEngines(paths, () => {});
  });
  afterAll(() => engines?.close());
  return { paths: () => paths, engines: () => engines };
}
