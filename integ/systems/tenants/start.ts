import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createObserver, type Observer } from '../../kit/observer';
import { synthesize } from '../../kit/synthesize';
import { type Resource, type Sandbox, startSandbox } from '../../sandbox';
import { createOnboarding, type Onboarding } from './onboarding';
import { createService, type Service } from './service-sessions';
import { createUsers, type Users } from './users';

export interface TenantsOptions {
  /** A cloud assembly of the app. @default - it is synthesized, and removed at the end */
  readonly folder?: string;
  /** How fast the clock runs. @default 1 */
  readonly speed?: number;
  /** Whether the service asks whether a tenant is active before it opens a session. @default true */
  readonly checksTenants?: boolean;
  readonly report?: (line: string) => void;
}

/** The platform of `app.ts`, running on this machine. */
export interface RunningTenants {
  readonly sandbox: Sandbox;
  readonly onboarding: Onboarding;
  readonly users: Users;
  readonly service: Service;
  readonly observer: Observer;
  /** A client with all permissions. */
  readonly dynamodb: DynamoDBClient;
  readonly directoryTable: string;
  readonly dataTable: string;
  readonly apiUrl: string;
  /** Messages are no longer read from the queue. */
  hold(): Promise<void>;
  release(): void;
  /** Waits until all accepted messages are processed. */
  drained(): Promise<void>;
  /** Moves the clock forward, when no function is running. */
  advance(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

const APP = join('integ', 'systems', 'tenants', 'app.ts');
const POLL_MS = 25;
const DRAIN_TIMEOUT_MS = 5 * 60_000;

/** Synthesizes the app. @returns the folder of its cloud assembly, which is removed when this process ends */
export function synthesizeTenants(report?: (line: string) => void): Promise<string> {
  return synthesize(APP, { fromSources: true, report });
}

export async function startTenants(options: TenantsOptions = {}): Promise<RunningTenants> {
  const { report = () => undefined, speed = 1, checksTenants = true } = options;
  const folder = options.folder ?? (await synthesizeTenants(report));
  const closing: (() => Promise<void> | void)[] = [];
  if (options.folder === undefined) closing.push(() => rmSync(folder, { recursive: true, force: true }));
  const close = async () => {
    for (const one of closing.splice(0).reverse()) await one();
  };
  try {
    // The service caches sessions by their expiration, which is in the time of this machine.
    const functionsOnClock = ({ path }: Resource) => !path?.includes('/Service/');
    const sandbox = await startSandbox(folder, { strict: true, speed, functionsOnClock, report });
    closing.push(() => sandbox.close());
    const { assembly, clock, functions } = sandbox;
    const resource = (type: string, path: string): Resource => {
      const found = assembly.ofType(type).filter((one) => one.path?.includes(path));
      if (found.length !== 1) throw new Error(`Expected one resource of type ${type} under ${path}, found ${found.length}`);
      return found[0];
    };
    const { accessKeyId, secretAccessKey } = sandbox.endpoint.administrator();
    const settings = { endpoint: sandbox.endpoint.url, region: assembly.region, credentials: { accessKeyId, secretAccessKey } };
    const dynamodb = new DynamoDBClient(settings);
    closing.push(() => dynamodb.destroy());
    const observer = createObserver(sandbox);
    closing.push(() => observer.close());
    const onboarding = createOnboarding(sandbox, resource);
    closing.push(() => onboarding.close());
    const users = await createUsers(sandbox, resource);
    closing.push(() => users.close());
    const dataTable = assembly.ref(resource('AWS::DynamoDB::Table', '/Data/'));
    const directoryTable = assembly.ref(resource('AWS::DynamoDB::Table', '/Directory/'));
    const service = createService(sandbox, resource, { tableName: dataTable, directoryTable, checksTenants });
    closing.push(() => service.close());
    const writer = assembly.attribute(resource('AWS::Lambda::Function', '/Messages/Writer/'), 'Arn');
    const queues = ['/Messages/Queue/', '/Messages/RetryQueue/'].map((path) => assembly.ref(resource('AWS::SQS::Queue', path)));
    const depth = async () => {
      let sum = 0;
      for (const queue of queues) sum += await observer.depth(queue);
      return sum;
    };
    const idle = async () => {
      while (functions.inFlight > functions.waiting) await pause(1);
    };
    let isHeld = false;
    return {
      ...{ sandbox, onboarding, users, service, observer, dynamodb, directoryTable, dataTable, close },
      apiUrl: sandbox.restApis.apis[0].url,
      async hold() {
        if (!isHeld) await functions.pauseEventSources(writer);
        isHeld = true;
      },
      release() {
        if (isHeld) functions.resumeEventSources(writer);
        isHeld = false;
      },
      async drained() {
        const deadline = performance.now() + DRAIN_TIMEOUT_MS;
        while ((await depth()) > 0) {
          if (performance.now() > deadline) throw new Error(`${await depth()} messages are still in the queues after five minutes`);
          await pause(POLL_MS);
        }
        await idle();
      },
      async advance(milliseconds) {
        await idle();
        clock.advance(milliseconds);
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
