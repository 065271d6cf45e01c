import { createHash, verify } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, GetObjectCommand, ListObjectVersionsCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AuditTrail, Tenancy, TenantTable, Tier } from '../../../src';
import { type Ask, athenaIn } from '../../kit/athena';
import { jsonCaller } from '../../kit/aws-json';
import type { Credentials, JsonObject, Sandbox } from '../../sandbox';
import { startStack } from '../fixtures/start-stack';

// Calls of a role through the endpoint, as events in the bucket of the trail, and as rows of its saved queries.
const NORTH = 'north-high';
const CORRELATION = 'JKJaXmPLvHcESHA=';
let sandbox: Sandbox;
let close: (() => Promise<void>) | undefined;
let ask: Ask;
let auditors: Credentials;
const clients: { destroy(): void }[] = [];

beforeAll(async () => {
  ({ sandbox, close } = await startStack('Trails', (stack) => {
    const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
    const { table } = new TenantTable(stack, 'Data', { tenancy });
    const other = new TenantTable(stack, 'Other', { tenancy });
    const files = new Bucket(stack, 'Files');
    const trail = new AuditTrail(stack, 'AuditTrail', { tables: [table], buckets: [files], name: 'luca' });
    trail.alarms.silence({ alarmName: 'silence' });
    trail.alarms.rejected({ alarmName: 'rejected' });
    const role = (id: string) => new Role(stack, id, { roleName: id, assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    const reader = role('Reader');
    table.grantReadData(reader);
    other.table.grantReadData(reader);
    files.grantRead(reader);
    trail.grants.query(role('Auditors'));
  }));
  const administrator = sandbox.endpoint.administrator();
  const reader = sessionOf('Reader', NORTH);
  auditors = sessionOf('Auditors', 'maria');
  ask = athenaIn(sandbox, 'luca-audit', auditors);
  const table = tableNamed('Data');
  const item = { pk: { S: `${NORTH}#STUDENT#7` }, sk: { S: 'PROFILE' }, name: { S: 'Zoë' } };
  await tables(administrator).send(new PutItemCommand({ TableName: table, Item: item }));
  await objects(administrator).send(new PutObjectCommand({ Bucket: filesBucket(), Key: `reports/${NORTH}/1.txt`, Body: 'secret' }));
  const key = { pk: item.pk, sk: item.sk };
  await tables(reader, `correlation/${CORRELATION}`).send(new GetItemCommand({ TableName: table, Key: key }));
  await tables(reader).send(
    new QueryCommand({
      TableName: table,
      KeyConditionExpression: 'pk = :school',
      ExpressionAttributeValues: { ':school': { S: `${NORTH}#STUDENT#7` } },
    }),
  );
  await objects(reader).send(new GetObjectCommand({ Bucket: filesBucket(), Key: `reports/${NORTH}/1.txt` }));
  await tables(reader).send(new GetItemCommand({ TableName: tableNamed('Other'), Key: key }));
  const written = tables(reader).send(new PutItemCommand({ TableName: table, Item: item }));
  await expect(written).rejects.toThrow('dynamodb:PutItem');
  await sandbox.trails.flush();
}, 240_000);

afterAll(async () => {
  for (const client of clients) client.destroy();
  await close?.();
});

function sessionOf(role: string, name: string): Credentials {
  return sandbox.endpoint.assumeAsService(`arn:aws:iam::${sandbox.assembly.account}:role/${role}`, 'lambda.amazonaws.com', name);
}

function settings({ expiration: _, ...credentials }: Credentials) {
  return { endpoint: sandbox.endpoint.url, region: sandbox.assembly.region, credentials, maxAttempts: 1 };
}

function tables(credentials: Credentials, customUserAgent?: string): DynamoDBClient {
  const client = new DynamoDBClient({ ...settings(credentials), customUserAgent });
  clients.push(client);
  return client;
}

function objects(credentials: Credentials): S3Client {
  const client = new S3Client({ ...settings(credentials), forcePathStyle: true });
  clients.push(client);
  return client;
}

function nameOf(type: string, prefix: string): string {
  const found = sandbox.assembly.ofType(type).find(({ logicalId }) => logicalId.startsWith(prefix));
  return found === undefined ? '' : sandbox.assembly.ref(found);
}

const tableNamed = (id: string) => nameOf('AWS::DynamoDB::Table', id);
const filesBucket = () => nameOf('AWS::S3::Bucket', 'Files');
const trailBucket = () => `luca-cloudtrail-logs-${sandbox.assembly.account}-${sandbox.assembly.region}`;
const today = () => new Date(sandbox.clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');

async function files(kind = 'CloudTrail') {
  const { Versions = [] } = await objects(sandbox.endpoint.administrator()).send(new ListObjectVersionsCommand({ Bucket: trailBucket() }));
  return Versions.filter(({ Key }) => Key?.split('/')[2] === kind).sort((one, other) => (String(one.Key) < String(other.Key) ? -1 : 1));
}

/** The text of a file, and the metadata of its object. */
async function fileNamed(Key: string | undefined) {
  const { Body, Metadata = {} } = await objects(sandbox.endpoint.administrator()).send(
    new GetObjectCommand({ Bucket: trailBucket(), Key }),
  );
  return { text: gunzipSync((await Body?.transformToByteArray()) ?? '').toString(), Metadata };
}

async function events(): Promise<JsonObject[]> {
  const all: JsonObject[] = [];
  for (const { Key } of await files()) {
    const file = JSON.parse((await fileNamed(Key)).text) as { readonly Records: JsonObject[] };
    all.push(...file.Records);
  }
  return all;
}

/** Runs a saved query, and returns the values of a column, whose parameters follow the two days. */
async function answer(name: string, parameter: string) {
  const call = jsonCaller(sandbox, { service: 'athena', target: 'AmazonAthena' }, auditors);
  const { NamedQueryIds } = (await call('ListNamedQueries', { WorkGroup: 'luca-audit' })) as { NamedQueryIds: string[] };
  for (const NamedQueryId of NamedQueryIds) {
    const { NamedQuery } = (await call('GetNamedQuery', { NamedQueryId })) as { NamedQuery: Record<string, string> };
    if (NamedQuery.Name !== name) continue;
    const parameters = [today(), today(), parameter].map((value) => `'${value}'`);
    return ask(NamedQuery.QueryString, { database: NamedQuery.Database, parameters });
  }
  throw new Error(`There is no saved query ${name}`);
}

const called = ({ rows, columns }: Awaited<ReturnType<typeof answer>>) =>
  rows.map((row) => `${row[columns.indexOf('eventname')]} ${row[columns.indexOf('errorcode')] ?? ''}`.trim());

test('events are in one compressed file of the day, with the key of the app and locked', async () => {
  const found = await files();
  const folder = `AWSLogs/${sandbox.assembly.account}/CloudTrail/${sandbox.assembly.region}/${today()}/`;
  expect(found.map(({ Key }) => Key)).toEqual([
    expect.stringMatching(new RegExp(`^${folder}\\d{12}_CloudTrail_[a-z0-9-]+_\\d{8}T\\d{4}Z_\\w{16}\\.json\\.gz$`)),
  ]);
  const [{ Key, VersionId }] = found;
  const client = objects(sandbox.endpoint.administrator());
  const { ServerSideEncryption, ObjectLockMode } = await client.send(new GetObjectCommand({ Bucket: trailBucket(), Key }));
  expect({ ServerSideEncryption, ObjectLockMode }).toEqual({ ServerSideEncryption: 'aws:kms', ObjectLockMode: 'GOVERNANCE' });
  await expect(client.send(new DeleteObjectCommand({ Bucket: trailBucket(), Key, VersionId }))).rejects.toThrow('object lock');
});

test('an event of a read has the key, the caller and its session, and no other attribute', async () => {
  const read = (await events()).find(
    ({ eventName, userAgent }) => eventName === 'GetItem' && String(userAgent).includes('correlation/JKJaXmPLvHcESHA'),
  );
  const { account, region } = sandbox.assembly;
  expect(read).toMatchObject({
    eventSource: 'dynamodb.amazonaws.com',
    eventCategory: 'Data',
    awsRegion: region,
    readOnly: true,
    requestParameters: { tableName: tableNamed('Data'), key: { pk: `${NORTH}#STUDENT#7`, sk: 'PROFILE' } },
    resources: [
      { accountId: account, type: 'AWS::DynamoDB::Table', ARN: `arn:aws:dynamodb:${region}:${account}:table/${tableNamed('Data')}` },
    ],
    userIdentity: {
      type: 'AssumedRole',
      arn: `arn:aws:sts::${account}:assumed-role/Reader/${NORTH}`,
      sessionContext: { sessionIssuer: { type: 'Role', arn: `arn:aws:iam::${account}:role/Reader`, userName: 'Reader' } },
    },
  });
  expect(JSON.stringify(await events())).not.toContain('Zoë');
});

test('what is not selected is not recorded', async () => {
  const resources = (await events()).flatMap(({ resources: list }) => (list as { readonly ARN: string }[] | undefined) ?? []);
  expect(resources.some(({ ARN }) => ARN.endsWith(tableNamed('Data')))).toBe(true);
  expect(resources.some(({ ARN }) => ARN.endsWith(tableNamed('Other')))).toBe(false);
  expect(resources.some(({ ARN }) => ARN.includes(trailBucket()))).toBe(false);
});

test('an auditor finds who read and tried to change the data of a tenant', async () => {
  const found = await answer('calls-about-a-tenant', NORTH);
  expect(called(found).sort()).toEqual(['GetItem', 'GetObject', 'PutItem', 'PutItem AccessDenied', 'PutObject', 'Query']);
  expect(found.partitions).toBe(1);
  // A tenant whose id begins the same way is another one.
  expect((await answer('calls-about-a-tenant', 'north')).rows).toEqual([]);
});

test('an auditor finds the calls of a principal', async () => {
  expect(called(await answer('calls-of-a-principal', `assumed-role/Reader/${NORTH}`)).sort()).toEqual([
    'GetItem',
    'GetObject',
    'PutItem AccessDenied',
    'Query',
  ]);
});

test('an auditor finds the calls of one request by its correlation id', async () => {
  expect(called(await answer('calls-of-a-request', CORRELATION))).toEqual(['GetItem']);
});

test('what auditors do is recorded, too, and delivered within five minutes', async () => {
  const before = (await files()).length;
  sandbox.clock.advance(301_000);
  const end = Date.now() + 20_000;
  while ((await files()).length === before && Date.now() < end) await new Promise((done) => setTimeout(done, 50));
  const names = (await events())
    .filter(({ userIdentity }) => JSON.stringify(userIdentity).includes('/Auditors/'))
    .map(({ eventName }) => eventName);
  expect(names).toEqual(expect.arrayContaining(['StartQueryExecution', 'GetNamedQuery']));
  expect(sandbox.trails.undelivered()).toEqual({ 'luca-audit': 0 });
});

/** Moves the clock by some hours, one after another, until each has its digest. */
async function hours(count: number): Promise<void> {
  for (let hour = 0; hour < count; hour++) {
    const before = (await files('CloudTrail-Digest')).length;
    sandbox.clock.advance(3_600_000);
    const end = Date.now() + 30_000;
    while ((await files('CloudTrail-Digest')).length === before && Date.now() < end) await new Promise((done) => setTimeout(done, 50));
  }
}

test('a signed digest of each hour has the hashes of its files, and of the digest before', async () => {
  await hours(3);
  const publicKey = await sandbox.trails.publicKey();
  const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
  const listed: string[] = [];
  let last: { readonly name: string; readonly hash: string; readonly signature: string } | undefined;
  const digests = await files('CloudTrail-Digest');
  expect(digests.length).toBeGreaterThanOrEqual(3);
  for (const { Key } of digests) {
    const { text, Metadata } = await fileNamed(Key);
    const digest = JSON.parse(text);
    const lines = [digest.digestEndTime, `${trailBucket()}/${Key}`, hashOf(text), last?.signature ?? 'null'];
    expect(Metadata['signature-algorithm']).toBe('SHA256withRSA');
    expect(verify('sha256', Buffer.from(lines.join('\n')), publicKey, Buffer.from(Metadata.signature, 'hex'))).toBe(true);
    expect(digest).toMatchObject({
      ...{ digestS3Bucket: trailBucket(), digestS3Object: Key },
      ...{ previousDigestS3Object: last?.name ?? null, previousDigestHashValue: last?.hash ?? null },
      previousDigestSignature: last?.signature ?? null,
    });
    for (const { s3Object, hashValue, oldestEventTime, newestEventTime } of digest.logFiles) {
      const file = (await fileNamed(s3Object)).text;
      expect(hashValue).toBe(hashOf(file));
      const times = (JSON.parse(file).Records as { readonly eventTime: string }[]).map(({ eventTime }) => eventTime).sort();
      expect([oldestEventTime, newestEventTime]).toEqual([times[0], times.at(-1)]);
      listed.push(s3Object);
    }
    last = { name: String(Key), hash: hashOf(text), signature: Metadata.signature };
  }
  // A file that was delivered since then is in the next one.
  expect(listed.length).toBeGreaterThan(0);
  expect((await files()).map(({ Key }) => Key)).toEqual(expect.arrayContaining(listed));
});

test('digests keep the alarm of a silent trail quiet, although nothing is called', async () => {
  await hours(8);
  expect(sandbox.alarms.state('silence')).toBe('OK');
});

test('a trail that was stopped writes a last digest and nothing more, its alarm goes off, and it ends after it was started', async () => {
  const written = async () => [(await files()).length, (await files('CloudTrail-Digest')).length];
  const [, digests] = await written();
  await sandbox.trails.stop('luca-audit');
  const after = await written();
  expect(after[1]).toBe(digests + 1);
  await clocks(8, () => sandbox.alarms.state('silence') === 'ALARM');
  expect(sandbox.alarms.state('silence')).toBe('ALARM');
  expect(await written()).toEqual(after);
  sandbox.trails.start('luca-audit');
  await clocks(5, () => sandbox.alarms.state('silence') === 'OK');
  expect(sandbox.alarms.state('silence')).toBe('OK');
  await expect(sandbox.trails.stop('another')).rejects.toThrow('There is no trail another that records');
});

test('who tries to delete a file of the trail is rejected, and the alarm of that goes off', async () => {
  expect(sandbox.alarms.state('rejected')).toBe('OK');
  const [{ Key, VersionId }] = await files();
  const deletion = new DeleteObjectCommand({ Bucket: trailBucket(), Key, VersionId });
  await expect(objects(sandbox.endpoint.administrator()).send(deletion)).rejects.toMatchObject({ name: 'AccessDenied' });
  await clocks(1, () => sandbox.alarms.state('rejected') === 'ALARM', 301_000);
  expect(sandbox.alarms.state('rejected')).toBe('ALARM');
});

/** Moves the clock by at most some steps, one after another, until something holds. */
async function clocks(most: number, holds: () => boolean, milliseconds = 3_600_000): Promise<void> {
  for (let hour = 0; hour < most && !holds(); hour++) {
    sandbox.clock.advance(milliseconds);
    await new Promise((done) => setTimeout(done, 1_000));
  }
}
