import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as cdk from 'aws-cdk-lib';
import { loadAssembly } from '../assembly';
import { createClock } from '../clock';
import type { Assembly, Call, Credentials, Door, Engines, TypeKnowledge } from '../contracts';
import { knowledge as enginesKnowledge, installEngines, provision, startEngines } from '../engines';
import { knowledge, openDoor } from '.';

const functionKnowledge: TypeKnowledge = {
  type: 'AWS::Lambda::Function',
  standing: 'run',
  reason: '',
  properties: {},
  ref: (of) => of.name('FunctionName', 64),
  attributes: { Arn: (of) => `arn:aws:lambda:${of.region}:${of.account}:function:${of.name('FunctionName', 64)}` },
};

export const ACCOUNT = '123456789012';
export const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;

/** The assembly of one stack. */
export function assemble(build: (stack: cdk.Stack) => void): Assembly {
  const folder = mkdtempSync(join(tmpdir(), 'door-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const app = new cdk.App({ outdir: folder, analyticsReporting: false });
  build(new cdk.Stack(app, 'Stack'));
  app.synth();
  return loadAssembly(folder, [...knowledge, ...enginesKnowledge, functionKnowledge]);
}

export interface TestDoor {
  readonly door: Door;
  readonly assembly: Assembly;
  readonly engines: Engines;
  /** Every call so far, the newest last. */
  readonly calls: readonly Call[];
  /** Credentials of a role as Lambda gets them, in the shape that SDKs take. */
  as(role: string): Omit<Credentials, 'expiration'>;
  close(): Promise<void>;
}

/**
 * A door in front of the real engines with the assembly's tables and queues, or in front of nothing.
 *
 * @param engines true to start them, or those of another door, which keeps them
 * @param speed of the clock
 */
export async function openTestDoor(
  assembly: Assembly,
  { engines: given = false, speed = 1 }: { engines?: boolean | Engines; speed?: number } = {},
): Promise<TestDoor> {
  const quiet = () => {};
  const clock = createClock(speed);
  const engines = given === true ? await startEngines(await installEngines(quiet), quiet) : given === false ? NO_ENGINES : given;
  if (given === true) {
    await provision(assembly, engines, clock);
  }
  const door = await openDoor({ assembly, engines, clock });
  const calls: Call[] = [];
  door.onCall((call) => calls.push(call));
  return {
    door,
    assembly,
    engines,
    calls,
    as(role) {
      const { expiration: _, ...keys } = door.assumeAsService(roleArn(role), 'lambda.amazonaws.com', 'session');
      return keys;
    },
    async close() {
      await door.close();
      if (given === true) {
        await engines.close();
      }
    },
  };
}

const nothing = { name: 'nothing', url: 'http://127.0.0.1:9', pid: 0, close: async () => {} };
const NO_ENGINES: Engines = { dynamodb: nothing, ministack: nothing, close: async () => {} };

/** What a promise was rejected with; it must be. */
export async function failure(promise: Promise<unknown>): Promise<Error & { readonly $metadata?: { readonly httpStatusCode?: number } }> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('It was not refused');
}
