import { DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import {
  ApiGatewayLogRole,
  FunctionTarget,
  type ResilientGovSync,
  Tenancy,
  TenantDirectory,
  TenantIsolatedApi,
  TenantRemoval,
  TenantTable,
  TenantUserPool,
  Tier,
} from '../../../src';
import { verifyPeriod } from '../../../src/resilient-gov-sync/lambda/audit';
import type { Resolution } from '../../../src/resilient-gov-sync/lambda/resolve/resolve';
import { STABLE } from '../../government-api';
import { auditInBucket } from '../../reports/audit/bucket';
import { PERIOD, type RunningSync, startSync } from '../resilient-gov-sync/start-sync';

// Schools leave whose reports were confirmed, rejected or have an unknown outcome: their data is removed once nobody is owed a report.

const HOUR_MS = 3_600_000;
const SCHOOLS = Array.from({ length: 8 }, (_, index) => `school-${index}`);
/** Cannot be sent, because it is no JSON. */
const BROKEN = 'broken-school';
let sync: RunningSync;
let clients: { readonly lambda: LambdaClient; readonly s3: S3Client; readonly dynamodb: DynamoDBClient };

beforeAll(async () => {
  sync = await startSync({
    // Half of the reports are accepted without a confirmation, and the API offers nothing against duplicates.
    mode: 'neither',
    api: { seed: 4, behaviour: { ...STABLE, sending: { gatewayTimeoutAfter: 0.5 } } },
    tenants: [...SCHOOLS, BROKEN],
    beside(stack, government: ResilientGovSync) {
      new ApiGatewayLogRole(stack, 'ApiGatewayLogRole');
      const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
      const directory = new TenantDirectory(stack, 'Directory', { tenancy });
      const callbackUrls = ['https://schools.example/signed-in'];
      const issuer = new TenantUserPool(stack, 'Users', { directory, callbackUrls, domainPrefix: 'removal-example' });
      const code = Code.fromInline('exports.handler = async () => ({ statusCode: 204 })');
      const grades = new LambdaFunction(stack, 'Grades', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code });
      new TenantIsolatedApi(stack, 'Api', { directory, issuer }).addRoute('GET /grades', FunctionTarget.of(grades));
      const data = new TenantTable(stack, 'Data', { tenancy });
      new TenantRemoval(stack, 'Removal', { directory, tables: [data], syncs: [government] });
    },
  });
  const { endpoint, assembly } = sync.sandbox;
  const { expiration: _, ...credentials } = endpoint.administrator();
  const settings = { endpoint: endpoint.url, region: assembly.region, credentials, maxAttempts: 1 };
  clients = {
    lambda: new LambdaClient(settings),
    s3: new S3Client({ ...settings, forcePathStyle: true }),
    dynamodb: new DynamoDBClient(settings),
  };
}, 240_000);
afterAll(async () => {
  for (const client of Object.values(clients ?? {})) client.destroy();
  await sync?.close();
});

function nameOf(type: string, logicalId: RegExp): string {
  const { assembly } = sync.sandbox;
  const found = assembly.ofType(`AWS::${type}`).find((resource) => logicalId.test(resource.logicalId));
  if (found === undefined) throw new Error(`no ${type} ${logicalId}`);
  return assembly.ref(found);
}

async function invoke<T>(logicalId: RegExp, event: object): Promise<T> {
  const { Payload, FunctionError } = await clients.lambda.send(
    new InvokeCommand({ FunctionName: nameOf('Lambda::Function', logicalId), Payload: JSON.stringify(event) }),
  );
  const text = Buffer.from(Payload ?? []).toString();
  if (FunctionError !== undefined) throw new Error(text);
  return JSON.parse(text) as T;
}

const onboarding = async (action: string, tenants: readonly string[], more: object = {}) =>
  (
    await invoke<{ results: { status: string }[] }>(/^ApiOnboarding(?!Role|Logs)/, {
      action,
      tenants: tenants.map((tenant) => ({ tenant, ...more })),
    })
  ).results;
const resolve = async (event: object) =>
  (await invoke<Resolution>(/^SyncResolveFunction/, { period: PERIOD, who: 'TICKET-1', why: 'the school has left', ...event })).reports;
const removal = async (event: object) =>
  (await invoke<{ removals: Record<string, unknown>[] }>(/^RemovalFunction(?!Role|Logs)/, event)).removals;
const count = async (tenant: string) => (await removal({ action: 'count', tenant }))[0];
const remove = async (tenant: string) =>
  (await removal({ action: 'remove', tenant, requestedBy: 'TICKET-1', reason: 'end of contract' }))[0];
const run = async (attempt: number) => sync.end(await sync.start(attempt));

async function keys(prefix = ''): Promise<string[]> {
  const Bucket = nameOf('S3::Bucket', /^SyncReportBucket[0-9A-F]{8}$/);
  const { Versions = [], DeleteMarkers = [] } = await clients.s3.send(new ListObjectVersionsCommand({ Bucket, Prefix: prefix }));
  return [...Versions, ...DeleteMarkers].map(({ Key = '' }) => Key);
}
/** What the bucket of reports has of a school. */
const objectsOf = async (tenant: string) => [...(await keys(`payloads/${tenant}/`)), ...(await keys(`source/${PERIOD}/${tenant}.json`))];

const TABLE = () => nameOf('DynamoDB::Table', /^DataTable/);
async function owners(): Promise<(string | undefined)[]> {
  const { Items = [] } = await clients.dynamodb.send(new ScanCommand({ TableName: TABLE() }));
  return Items.map(({ pk }) => pk.S?.split('#')[0]).sort();
}

const EMPTY = ['auditEntries', 'auditHead', 'pk', 'removedAt', 'revision', 'sends', 'since', 'sk', 'status', 'tenant'];
const attributesOf = async (tenant: string) => Object.keys((await sync.reports())[tenant]).sort();

let confirmed: string;
let unknown: string;
let stays: string;

test('a quarter with confirmed reports and with two kinds of dead letters, after which schools leave', async () => {
  expect(await onboarding('onboard', [...SCHOOLS, BROKEN], { tier: 'standard', customer: 'crm-1' })).toHaveLength(9);
  for (const tenant of [...SCHOOLS, BROKEN]) {
    await clients.dynamodb.send(
      new PutItemCommand({ TableName: TABLE(), Item: { pk: { S: `${tenant}#STUDENT#1` }, sk: { S: 'VISIT#1' } } }),
    );
  }
  expect(await run(1)).toMatchObject({ status: 'SUCCEEDED' });
  const statuses = Object.entries(await sync.reports()).map(([tenant, { status }]) => [tenant, status] as const);
  [confirmed, stays] = statuses.flatMap(([tenant, status]) => (status === 'CONFIRMED' ? [tenant] : []));
  [unknown] = statuses.flatMap(([tenant, status]) => (status === 'OUTCOME_UNKNOWN' ? [tenant] : []));
  expect([confirmed, stays, unknown].includes(undefined as unknown as string)).toBe(false);
  expect((await sync.reports())[BROKEN]).toMatchObject({ status: 'REJECTED', sends: 0 });

  const leaving = [confirmed, unknown, BROKEN];
  expect((await onboarding('offboard', leaving)).map(({ status }) => status)).not.toContain('failed');
  sync.sandbox.clock.advance(2 * HOUR_MS);
  await onboarding('offboard', leaving);
  expect(await remove(confirmed)).toMatchObject({ state: 'held' });
  sync.sandbox.clock.advance(31 * 24 * HOUR_MS);
});

test('of a school whose report was confirmed, everything but the proof that it was sent is removed', async () => {
  expect(await objectsOf(confirmed)).toHaveLength(2);
  expect(await count(confirmed)).toMatchObject({ state: 'counted', found: { 'Government/Data': 1, 'Government/Sync': 3 } });
  expect((await sync.reports())[confirmed]).toMatchObject({ receipt: expect.any(String) });
  expect(await remove(confirmed)).toMatchObject({ state: 'removed', removed: { 'Government/Data': 1, 'Government/Sync': 3 } });
  expect(await attributesOf(confirmed)).toEqual(EMPTY);
  expect(await objectsOf(confirmed)).toEqual([]);
  expect(await owners()).not.toContain(confirmed);
  expect(await objectsOf(stays)).toHaveLength(2);
  expect((await sync.reports())[stays]).toMatchObject({ receipt: expect.any(String) });
});

test('a school of which a report was put aside keeps its data, and the record says which period waits for what', async () => {
  for (const [tenant, status] of [
    [unknown, 'OUTCOME_UNKNOWN'],
    [BROKEN, 'REJECTED'],
  ]) {
    const waiting = { 'Government/Sync': [{ period: PERIOD, waitsFor: 'DECISION', status }] };
    const before = (await sync.reports())[tenant];
    expect(await count(tenant)).toMatchObject({ state: 'counted', waiting });
    expect(await remove(tenant)).toMatchObject({ state: 'removing', waiting, removed: { 'Government/Sync': 0 } });
    expect((await sync.reports())[tenant]).toEqual(before);
    expect([(await objectsOf(tenant)).length, (await owners()).includes(tenant)]).toEqual([2, true]);
  }
});

test('a person decides, an attempt closes the period, and the removal goes on by itself', async () => {
  expect(await resolve({ kind: 'ACCEPTED', tenant: unknown, receipt: 'R-1' })).toMatchObject([{ result: 'CONFIRMED' }]);
  expect(await resolve({ kind: 'WITHDRAWN', tenants: [BROKEN] })).toMatchObject([{ result: 'WITHDRAWN' }]);
  const waiting = (status: string) => ({ 'Government/Sync': [{ period: PERIOD, waitsFor: 'PERIOD', status }] });
  const open = await removal({ continue: true });
  expect(open.map(({ tenant, waiting: found }) => [tenant, found]).sort()).toEqual([
    [BROKEN, waiting('WITHDRAWN')],
    [unknown, waiting('CONFIRMED')],
  ]);
  expect(await run(2)).toMatchObject({ status: 'SUCCEEDED' });
  const finished = await removal({ continue: true });
  expect(finished.map(({ state, waiting: found }) => [state, found])).toEqual(Array(2).fill(['removed', undefined]));
  for (const tenant of [unknown, BROKEN]) {
    expect([await attributesOf(tenant), await objectsOf(tenant)]).toEqual([EMPTY, []]);
  }
  expect(await owners()).toEqual(SCHOOLS.filter((school) => ![confirmed, unknown].includes(school)));
});

test('nothing of them is sent again when the period is opened for another school, and its audit is intact', async () => {
  const [other] = Object.entries(await sync.reports()).flatMap(([tenant, { status }]) => (status === 'OUTCOME_UNKNOWN' ? [tenant] : []));
  const sendsBefore = (await sync.reports())[confirmed].sends;
  const { accepted } = sync.api.record().figures;
  expect(await resolve({ kind: 'REPLAY', tenants: [BROKEN] })).toEqual([
    { tenant: BROKEN, result: 'NOT_ASIDE', reason: 'its data was removed, because the tenant has left' },
  ]);
  expect(await resolve({ kind: 'ACCEPTED', tenant: other, receipt: 'R-2' })).toMatchObject([{ result: 'CONFIRMED' }]);
  expect(await run(3)).toMatchObject({ status: 'SUCCEEDED' });
  expect(await sync.period()).toMatchObject({ status: 'COMPLETE', reports: 9 });
  expect((await sync.reports())[confirmed]).toMatchObject({ status: 'CONFIRMED', sends: sendsBefore });
  expect(sync.api.record().figures).toMatchObject({ accepted, doubled: 0 });
  const audit = await auditInBucket(clients.s3, nameOf('S3::Bucket', /^SyncAuditBucket[0-9A-F]{8}$/), PERIOD);
  expect(verifyPeriod(audit, PERIOD)).toMatchObject({ chains: 9, closingRecords: 3, notClosed: 0, findings: [] });
});
