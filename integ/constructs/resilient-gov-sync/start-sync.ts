import { Duration, SecretValue, type Stack, TimeZone } from 'aws-cdk-lib';
import { Authorization, Connection, HttpMethod } from 'aws-cdk-lib/aws-events';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import {
  Confirmation,
  Duplicates,
  GovEndpoint,
  GovSchedule,
  ReportSource,
  ResilientGovSync,
  type ResilientGovSyncProps,
  Transport,
} from '../../../src';
import {
  type GovernmentApi,
  type GovernmentApiOptions,
  idempotencyKey,
  laterClock,
  lookUp,
  neither,
  STABLE,
  startGovernmentApi,
} from '../../government-api';
import { fastForward } from '../../kit/fast-forward';
import type { Json, JsonObject, Sandbox } from '../../sandbox';
import { callerWith } from '../../sandbox/streams/service-caller';
import { startStack } from '../fixtures/start-stack';

export const PERIOD = '2026Q3';
const ORIGIN = 'https://api.government.example';
const CLIENT = { clientId: 'sync', clientSecret: 'not-a-secret' };
const POLL_MS = 50;

/** What the API offers against duplicates, on both sides. */
const MODES = {
  idempotencyKey: {
    api: () => idempotencyKey(),
    sync: () => Duplicates.idempotencyKey({ retainedFor: Duration.days(7) }),
  },
  lookUp: {
    api: (visibleAfter: Duration) => lookUp(visibleAfter.toMilliseconds()),
    sync: (visibleAfter: Duration) => Duplicates.lookUp({ path: '/reports/{tenant}-{period}', visibleAfter }),
  },
  neither: { api: neither, sync: () => Duplicates.neither() },
};

export interface SyncOptions {
  readonly mode?: keyof typeof MODES;
  readonly transport?: 'httpTask' | 'function';
  /** Ids of the tenants, each with a report of one row. The grade of `bad-…` is invalid, and the report of `broken-…` is no JSON. */
  readonly tenants: readonly string[];
  readonly maxPerSecond?: number;
  readonly api?: Partial<GovernmentApiOptions>;
  readonly props?: Partial<ResilientGovSyncProps>;
  readonly speed?: number;
  /** Whether the clock must not be moved at the moment. @default - it is moved whenever everything waits */
  isHeld?(api: GovernmentApi): boolean;
  /** When a look-up finds a report. @default 5 minutes */
  readonly visibleAfter?: Duration;
  /** Adds what else is in the stack of the sync. */
  beside?(stack: Stack, sync: ResilientGovSync): void;
}

export interface RunningSync {
  readonly sandbox: Sandbox;
  readonly api: GovernmentApi;
  /** Calls an operation of Step Functions as an administrator. */
  states(operation: string, input: object): Promise<JsonObject>;
  /** Starts an attempt. @returns the ARN of its execution */
  start(attempt: number, period?: string): Promise<string>;
  /** Waits for the end of an execution. */
  end(executionArn: string): Promise<JsonObject>;
  /** The items of the reports, by tenant. */
  reports(): Promise<Readonly<Record<string, JsonObject>>>;
  period(): Promise<JsonObject>;
  close(): Promise<void>;
}

/** Starts a sync with an API of a government. */
export async function startSync(options: SyncOptions): Promise<RunningSync> {
  const { mode = 'idempotencyKey', transport = 'httpTask', tenants, maxPerSecond = 20, visibleAfter = Duration.minutes(5) } = options;
  const { clock, follow } = laterClock();
  const api = await startGovernmentApi({
    ...{ seed: 1, behaviour: STABLE, duplicates: MODES[mode].api(visibleAfter), client: CLIENT, ...options.api },
    clock,
  });
  const build = (stack: Stack) => {
    const sync = new ResilientGovSync(stack, 'Sync', {
      schedule: GovSchedule.quarterly({ timeZone: TimeZone.EUROPE_BERLIN, day: 5, hour: 6 }),
      reports: ReportSource.fromFunction(source(stack, tenants)),
      endpoint: GovEndpoint.of({
        url: `${ORIGIN}/reports`,
        transport: transport === 'httpTask' ? httpTask(stack) : Transport.fromFunction(sender(stack)),
        duplicates: MODES[mode].sync(visibleAfter),
        confirmation: Confirmation.of({ receipt: 'receipt', error: 'error', retryable: 'error.retryable' }),
        maxPerSecond,
      }),
      name: 'government-sync',
      ...options.props,
    });
    options.beside?.(stack, sync);
  };
  const { sandbox, close } = await startStack('Government', build, options.speed ?? 1, {
    map: { [ORIGIN]: api.origin },
    functionsOnClock: () => true,
    // The tests start each attempt themselves.
    schedules: () => false,
  });
  follow(sandbox.clock);
  const forward = fastForward(sandbox, { isBusy: () => options.isHeld?.(api) ?? false });
  const { assembly, endpoint } = sandbox;
  const caller = callerWith(endpoint, assembly.region, () => endpoint.administrator());
  const states = (operation: string, input: object) => caller.json('states', 'AWSStepFunctions', operation, input as JsonObject);
  const [machine] = assembly.ofType('AWS::StepFunctions::StateMachine');
  const [table] = assembly.ofType('AWS::DynamoDB::Table').filter(({ logicalId }) => logicalId.startsWith('SyncTable'));
  const query = async () => {
    const { Items } = await caller.json('dynamodb', 'DynamoDB_20120810', 'Query', {
      ...{ TableName: assembly.ref(table), ConsistentRead: true, KeyConditionExpression: 'pk = :pk' },
      ExpressionAttributeValues: { ':pk': { S: `PERIOD#${PERIOD}` } },
    });
    return (Items as JsonObject[]).map(plain);
  };
  return {
    ...{ sandbox, api, states },
    async start(attempt, period = PERIOD) {
      const input = JSON.stringify({ period, attempt, startedBy: 'a test' });
      const started = await states('StartExecution', { stateMachineArn: assembly.ref(machine), name: `gov-${period}-${attempt}`, input });
      return String(started.executionArn);
    },
    async end(executionArn) {
      for (;;) {
        const found = await states('DescribeExecution', { executionArn });
        if (found.status !== 'RUNNING') return found;
        await new Promise((done) => setTimeout(done, POLL_MS));
      }
    },
    reports: async () => {
      const items = (await query()).filter(({ sk }) => String(sk).startsWith('REPORT#'));
      return Object.fromEntries(items.map((item) => [String(item.tenant), item]));
    },
    period: async () => (await query()).find(({ sk }) => sk === 'PERIOD') ?? {},
    async close() {
      await forward.close();
      await close();
      await api.close();
    },
  };
}

function plain(item: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => {
      const { S, N } = value as { readonly S?: string; readonly N?: string };
      return [name, (N === undefined ? S : Number(N)) as Json];
    }),
  );
}

function httpTask(stack: Stack): Transport {
  const connection = new Connection(stack, 'Connection', {
    authorization: Authorization.oauth({
      authorizationEndpoint: `${ORIGIN}/oauth/token`,
      ...{ httpMethod: HttpMethod.POST, clientId: CLIENT.clientId },
      clientSecret: SecretValue.unsafePlainText(CLIENT.clientSecret),
    }),
  });
  return Transport.httpTask(connection);
}

const RUNTIME = { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', timeout: Duration.seconds(110) };

function source(stack: Stack, tenants: readonly string[]): LambdaFunction {
  const code = Code.fromInline(`
    const { S3Client, PutObjectCommand } = require('@aws-sdk/client-s3');
    const s3 = new S3Client();
    exports.handler = async ({ period, destination: { bucket, prefix } }) => {
      const tenants = ${JSON.stringify(tenants)};
      for (const school of tenants) {
        const rows = [{ student: 'student-1', course: 'Maths', grade: school.startsWith('bad-') ? 11 : 7 }];
        const report = JSON.stringify({ reference: school + '-' + period.name, school, period: period.name, rows });
        const Body = school.startsWith('broken-') ? report.slice(0, -1) : report;
        await s3.send(new PutObjectCommand({ Bucket: bucket, Key: prefix + encodeURIComponent(school) + '.json', Body }));
      }
      return { state: 'DONE', reports: tenants.length };
    };`);
  return new LambdaFunction(stack, 'Source', { ...RUNTIME, code });
}

/** Signs in by itself, and reads the payload from the bucket. */
function sender(stack: Stack): LambdaFunction {
  const code = Code.fromInline(`
    const { S3Client, GetObjectCommand } = require('@aws-sdk/client-s3');
    const s3 = new S3Client();
    let token;
    exports.handler = async ({ kind, bucket, key, url, method, headers, notAfter }) => {
      const body = kind === 'report' ? await (await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }))).Body.transformToString() : undefined;
      if (token === undefined) {
        const form = new URLSearchParams(${JSON.stringify({ grant_type: 'client_credentials', client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret })});
        const signedIn = await fetch('${ORIGIN}/oauth/token', { method: 'POST', body: form }).catch(() => undefined);
        if (signedIn?.status !== 200) return { notSent: 'no token' };
        token = (await signedIn.json()).access_token;
      }
      if (Date.now() > Date.parse(notAfter)) return { notSent: 'TOO_LATE', late: true };
      const answer = await fetch(url, { method, headers: { ...headers, authorization: 'Bearer ' + token }, body });
      if (answer.status === 401) token = undefined;
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body: await answer.text() };
    };`);
  return new LambdaFunction(stack, 'Sender', { ...RUNTIME, code });
}
