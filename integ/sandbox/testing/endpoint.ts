import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as cdk from 'aws-cdk-lib';
import { loadAssembly } from '../assembly/index';
import type { Assembly, Call, Credentials, Endpoint, Engines } from '../contracts';
import { installEngines, startEngines } from '../engines';
import { createClock } from '../process/clock';
import { resourceTypes } from '../services';
import { dynamodb } from '../services/dynamodb';
import { iam } from '../services/iam';
import { kms } from '../services/kms';
import { lambda } from '../services/lambda';
import { s3 } from '../services/s3';
import { secretsmanager } from '../services/secretsmanager';
import { sqs } from '../services/sqs';
import { ssm } from '../services/ssm';
import { sts } from '../services/sts';
import { startServices } from '../start-services';
import { provision } from './engines';

/** The services of these tests, and the sources of policies; functions do not run. */
const SERVICES = [iam, kms, dynamodb, sqs, s3, secretsmanager, ssm, sts, { ...lambda, start: undefined }];

export const ACCOUNT = '123456789012';
export const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;

/** The assembly of one stack. */
export function assemble(build: (stack: cdk.Stack) => void): Assembly {
  // Removed at the end of the file's tests.
  const folder = mkdtempSync(join(process.env.TEST_FOLDER ?? tmpdir(), 'endpoint-'));
  const app = new cdk.App({ outdir: folder, analyticsReporting: false });
  build(new cdk.Stack(app, 'Stack'));
  app.synth();
  return loadAssembly(folder, resourceTypes);
}

export interface TestEndpoint {
  readonly endpoint: Endpoint;
  readonly assembly: Assembly;
  readonly engines: Engines;
  /** Every call so far, newest last. */
  readonly calls: readonly Call[];
  /** Credentials of a role as Lambda gets them, in the form that SDKs accept. */
  as(role: string): Omit<Credentials, 'expiration'>;
  close(): Promise<void>;
}

/**
 * An endpoint in front of the real engines with the assembly's tables and queues, or without engines.
 *
 * @param engines true to start engines, or the engines of another endpoint, which stays their owner
 * @param speed of the clock
 */
export async function openTestEndpoint(
  assembly: Assembly,
  { engines: given = false, speed = 1 }: { engines?: boolean | Engines; speed?: number } = {},
): Promise<TestEndpoint> {
  const quiet = () => {};
  const clock = createClock(speed);
  const engines = given === true ? await startEngines(await installEngines(quiet), quiet) : given === false ? NO_ENGINES : given;
  if (given === true) {
    await provision(assembly, engines, clock);
  }
  const { endpoint, close } = await startServices(SERVICES, { assembly, engines, clock });
  const calls: Call[] = [];
  endpoint.onCall((call) => calls.push(call));
  return {
    endpoint,
    assembly,
    engines,
    calls,
    as(role) {
      const { expiration: _, ...keys } = endpoint.assumeAsService(roleArn(role), 'lambda.amazonaws.com', 'session');
      return keys;
    },
    async close() {
      await close();
      if (given === true) {
        await engines.close();
      }
    },
  };
}

const nothing = { name: 'nothing', url: 'http://127.0.0.1:9', pid: 0, close: async () => {} };
export const NO_ENGINES: Engines = { dynamodb: nothing, ministack: nothing, close: async () => {} };

/** The error of a promise, which must be rejected. */
export async function failure(promise: Promise<unknown>): Promise<Error & { readonly $metadata?: { readonly httpStatusCode?: number } }> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error('It was not rejected');
}
