import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SQSClient } from '@aws-sdk/client-sqs';
import { App, Stack } from 'aws-cdk-lib';
import { loadAssembly } from '../assembly';
import { rejectNothing } from '../assembly/errors';
import type { Assembly, Clock, Engines } from '../contracts';
import { type EnginePaths, installEngines, startEngines } from '../engines';
import { resourceTypes, services } from '../services';

/** A temporary folder for a test file, removed at its end. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'engines-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The cloud assembly of one stack, `Shop`, synthesized by the CDK. */
export function assemblyOf(folder: string, build: (stack: Stack) => void): Assembly {
  const outdir = mkdtempSync(join(folder, 'cdk-'));
  const app = new App({ outdir, analyticsReporting: false, treeMetadata: false });
  build(new Stack(app, 'Shop'));
  app.synth();
  return loadAssembly(outdir, resourceTypes);
}

/** Engines for the tests of one file, with their own folder for run records. */
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

/** Creates the resources of an assembly in the engines. */
export async function provision(assembly: Assembly, engines: Engines, clock: Clock): Promise<void> {
  await Promise.all(services.map((service) => service.provision?.({ assembly, engines, clock, reject: rejectNothing })));
}

/** What AWS would reject in an assembly at deployment. */
export function invalid(assembly: Assembly): string[] {
  return services.flatMap((service) => [
    ...(service.invalid?.(assembly, { hosts: new Map(), images: new Map() }) ?? []).map(({ message }) => message),
  ]);
}

/** A client that calls the SQS engine directly, without the endpoint. */
export function sqsClient({ ministack }: Engines, { account, region }: Pick<Assembly, 'account' | 'region'>): SQSClient {
  const credentials = { accessKeyId: account, secretAccessKey: 'engine' };
  return new SQSClient({ endpoint: ministack.url, useQueueUrlAsEndpoint: false, region, credentials });
}
