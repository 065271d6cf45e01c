import { type AttributeValue, DynamoDBClient, PutItemCommand, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Tenancy, TenantDirectory, TenantFolder, TenantRemoval, TenantTable, Tier } from '../../../src';
import type { Credentials, Json, Sandbox } from '../../sandbox';
import { startStack } from '../fixtures/start-stack';

const NORTH = 'north-high';
const SOUTH = 'south-high';
const DAY = 86_400_000;
let sandbox: Sandbox;
let close: (() => Promise<void>) | undefined;
let tables: DynamoDBClient;
let objects: S3Client;

beforeAll(async () => {
  ({ sandbox, close } = await startStack('Removals', (stack) => {
    const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
    new TenantRemoval(stack, 'Removal', {
      directory: new TenantDirectory(stack, 'Directory', { tenancy }),
      tables: [new TenantTable(stack, 'Data', { tenancy })],
      folders: [TenantFolder.inBucket(new Bucket(stack, 'Files', { versioned: true }), 'reports/')],
    });
  }));
  const { expiration: _, ...credentials } = sandbox.endpoint.administrator() as Credentials;
  const settings = { endpoint: sandbox.endpoint.url, region: sandbox.assembly.region, credentials, maxAttempts: 1 };
  tables = new DynamoDBClient(settings);
  objects = new S3Client({ ...settings, forcePathStyle: true });
  for (const tenant of [NORTH, SOUTH]) {
    for (const student of ['1', '2', '3']) {
      await put('Data', { pk: { S: `${tenant}#STUDENT#${student}` }, sk: { S: 'VISIT#1' }, name: { S: 'Zoë' } });
    }
    for (const Body of ['1', '2'])
      await objects.send(new PutObjectCommand({ Bucket: nameOf('S3::Bucket', 'Files'), Key: keyOf(tenant), Body }));
    await objects.send(new DeleteObjectCommand({ Bucket: nameOf('S3::Bucket', 'Files'), Key: keyOf(tenant) }));
  }
}, 240_000);

afterAll(async () => {
  tables?.destroy();
  objects?.destroy();
  await close?.();
});

const keyOf = (tenant: string) => `reports/${tenant}/1`;

/** The name of a table or bucket of a construct. */
function nameOf(type: string, construct: string): string {
  const found = sandbox.assembly.ofType(`AWS::${type}`).find(({ logicalId }) => logicalId.startsWith(construct));
  return found === undefined ? '' : sandbox.assembly.ref(found);
}

async function put(construct: string, Item: Record<string, AttributeValue>): Promise<void> {
  await tables.send(new PutItemCommand({ TableName: nameOf('DynamoDB::Table', construct), Item }));
}

/** The directory's record of a tenant that has been in a state for some days. */
async function record(tenant: string, state: string, days: number): Promise<void> {
  const updatedAt = new Date(Date.now() - days * DAY).toISOString();
  await put('Directory', {
    ...{ pk: { S: `TENANT#${tenant}` }, sk: { S: 'TENANT' }, tenant: { S: tenant } },
    ...{ state: { S: state }, updatedAt: { S: updatedAt } },
  });
}

async function items(): Promise<(string | undefined)[]> {
  const { Items = [] } = await tables.send(new ScanCommand({ TableName: nameOf('DynamoDB::Table', 'Data') }));
  return Items.map(({ pk }) => pk.S).sort();
}

async function versions(): Promise<(string | undefined)[]> {
  const { Versions = [], DeleteMarkers = [] } = await objects.send(
    new ListObjectVersionsCommand({ Bucket: nameOf('S3::Bucket', 'Files') }),
  );
  return [...Versions, ...DeleteMarkers].map(({ Key }) => Key).sort();
}

async function invoke(event: object): Promise<Json> {
  const fn = sandbox.assembly.ofType('AWS::Lambda::Function').find(({ logicalId }) => logicalId.startsWith('RemovalFunction'));
  const { payload, functionError } = await sandbox.functions.invoke(
    fn === undefined ? '' : sandbox.assembly.attribute(fn, 'Arn'),
    event as Json,
  );
  if (functionError !== undefined) throw new Error(JSON.stringify(payload));
  return payload;
}

const COUNT = { action: 'count', tenant: NORTH };
const REMOVE = { action: 'remove', tenant: NORTH, requestedBy: 'TICKET-1', reason: 'end of contract' };
const COUNTS = { 'Removals/Data': 3, 'Removals/Files/reports/': 3 };

test('a tenant keeps its data until it has departed, the hold period has ended, and the data was counted', async () => {
  await expect(invoke(REMOVE)).rejects.toThrow('north-high has no record in the directory');
  await record(NORTH, 'suspended', 60);
  await expect(invoke(REMOVE)).rejects.toThrow('north-high is suspended: offboard it first');
  await record(NORTH, 'departed', 29);
  expect(await invoke(REMOVE)).toEqual({ removals: [{ tenant: NORTH, state: 'held', heldUntil: expect.any(String) }] });
  await record(NORTH, 'departed', 31);
  await expect(invoke(REMOVE)).rejects.toThrow('the data of north-high has not been counted');
  expect(await invoke(COUNT)).toMatchObject({ removals: [{ state: 'counted', found: COUNTS, removed: {} }] });
  expect([(await items()).length, (await versions()).length]).toEqual([6, 6]);
});

test('then its items and all versions of its objects are removed, and nothing of other tenants', async () => {
  expect(await invoke(REMOVE)).toMatchObject({ removals: [{ tenant: NORTH, state: 'removed', found: COUNTS, removed: COUNTS, pass: 2 }] });
  expect(await items()).toEqual(['1', '2', '3'].map((student) => `${SOUTH}#STUDENT#${student}`));
  expect(await versions()).toEqual(Array(3).fill(keyOf(SOUTH)));
});

test('the record remains', async () => {
  const { Items = [] } = await tables.send(
    new QueryCommand({
      TableName: nameOf('DynamoDB::Table', 'Directory'),
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'REMOVALS' } },
    }),
  );
  expect(Items).toMatchObject([
    { tenant: { S: NORTH }, state: { S: 'removed' }, requestedBy: { S: 'TICKET-1' }, reason: { S: 'end of contract' } },
  ]);
  const { stores, finishedAt } = unmarshall(Items[0]);
  const after = (days: number) => new Date(Date.parse(finishedAt) + days * DAY).toISOString();
  expect(stores).toEqual([
    { store: 'Removals/Data', outcome: 'erased' },
    { store: 'Removals/Files/reports/', outcome: 'erased' },
    { store: 'Removals/Data/Table (backups)', outcome: 'expires', until: after(35) },
    { store: 'Removals/Data/Table (stream)', outcome: 'expires', until: after(1) },
    { store: 'Removals/Directory/Table (backups)', outcome: 'expires', until: after(35) },
    { store: 'Removals/Directory/Table', outcome: 'kept' },
    { store: 'Removals/Removal/FunctionLogs', outcome: 'expires', until: after(30) },
  ]);
  expect(await invoke({ continue: true })).toEqual({ removals: [] });
});

test('logs have no keys', () => {
  const groups = sandbox.assembly.ofType('AWS::Logs::LogGroup').map((group) => sandbox.assembly.ref(group));
  const logged = groups.flatMap((group) => sandbox.logs.lines(group)).map(({ message }) => String(message));
  expect(logged.filter((line) => line.includes('"Removal"')).length).toBeGreaterThan(0);
  expect(logged.filter((line) => line.includes('STUDENT'))).toEqual([]);
});
