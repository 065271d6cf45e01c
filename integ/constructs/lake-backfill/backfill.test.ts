import { gzipSync } from 'node:zlib';
import { type AttributeValue, DeleteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, ListObjectVersionsCommand, S3Client } from '@aws-sdk/client-s3';
import { Duration, Size } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LakeBackfill, LakeColumn, LakeSource, StreamingDataLake, Tenancy, TenantTable, Tier } from '../../../src';
import type { Sandbox } from '../../sandbox';
import type { JsonObject } from '../../sandbox/contracts';
import { callerWith } from '../../sandbox/streams/service-caller';
import { askAthena } from '../../sandbox/testing/athena';
import { startStack } from '../fixtures/start-stack';

// The pipe of the lake stands still, so that every row comes from a backfill: of a span, and of the whole table, each twice.
// 15 minutes, the shortest span, take four seconds.
const SPEED = 240;
const SCHOOL = 'north-high';
const PK = `${SCHOOL}#STUDENT#1`;
let sandbox: Sandbox;
let close: (() => Promise<void>) | undefined;
let bucket: string;
let table: string;
let tables: DynamoDBClient;
let objects: S3Client;
let span: { readonly from: string; readonly to: string };

beforeAll(async () => {
  ({ sandbox, close } = await startStack(
    'Backfills',
    (stack) => {
      const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
      const lake = new StreamingDataLake(stack, 'Lake', {
        source: LakeSource.tableStream(new TenantTable(stack, 'Data', { tenancy, timeToLive: Duration.days(30) })),
        columns: [LakeColumn.decimal('score', 5, 2), LakeColumn.json('clubs')],
        name: 'lake',
        tableName: 'grades',
        bufferInterval: Duration.minutes(1),
        bufferSize: Size.mebibytes(64),
        firstYear: 2025,
      });
      new LakeBackfill(stack, 'Backfill', { lake, changedAtAttributes: ['createdAt', 'updatedAt'] });
      const reports = new Role(stack, 'Reports', { roleName: 'Reports', assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
      lake.grants.queryAllTenants(reports);
      lake.grants.readQuarantine(reports);
    },
    SPEED,
  ));
  const { endpoint, assembly, pipes } = sandbox;
  for (const pipe of assembly.ofType('AWS::Pipes::Pipe')) await pipes.stop(assembly.attribute(pipe, 'Arn'));
  bucket = nameOf('AWS::S3::Bucket', 'LakeBucket');
  table = nameOf('AWS::DynamoDB::Table', 'Data');
  const { expiration: _, ...credentials } = endpoint.administrator();
  tables = new DynamoDBClient({ endpoint: endpoint.url, region: assembly.region, credentials });
  objects = new S3Client({ endpoint: endpoint.url, region: assembly.region, credentials, forcePathStyle: true });
  span = await writeItems();
}, 240_000);

afterAll(async () => {
  tables?.destroy();
  objects?.destroy();
  await close?.();
});

function nameOf(type: string, id: string): string {
  const { assembly } = sandbox;
  const found = assembly.ofType(type).find(({ logicalId }) => logicalId.startsWith(id));
  return found === undefined ? '' : assembly.ref(found);
}

async function put(sk: string, attributes: Record<string, AttributeValue> = {}): Promise<void> {
  await tables.send(new PutItemCommand({ TableName: table, Item: { pk: { S: PK }, sk: { S: sk }, ...attributes } }));
}

async function remove(sk: string): Promise<void> {
  await tables.send(new DeleteItemCommand({ TableName: table, Key: { pk: { S: PK }, sk: { S: sk } } }));
}

/** Items from before the span, and changes in it. */
async function writeItems(): Promise<typeof span> {
  const { clock } = sandbox;
  const nowSeconds = () => Math.floor(clock.now() / 1000);
  await put('older', { score: { N: '1' }, updatedAt: { S: '2025-03-01T08:00:00Z' } });
  await put('changed', { score: { N: '1' } });
  await put('gone', { score: { N: '1' } });
  await put('expired', { score: { N: '1' }, expiresAt: { N: String(nowSeconds() - 60) } });
  await settled();
  const from = nowSeconds();
  await put('changed', { score: { N: '2' } });
  await put('changed', { score: { N: '3' } });
  await put('inserted', { score: { N: '4' } });
  await put('separated', { score: { N: '5' }, clubs: { L: [{ S: 'art\u2028chess\n' }] } });
  await put('marked', { score: { N: '6' }, deletedAt: { S: '2026-11-29T08:15:30Z' } });
  await put('wrong-type', { score: { S: '9.5' } });
  // 1.4 MB as JSON, in 380 KB as DynamoDB counts.
  await put('large', { clubs: { L: Array.from({ length: 125_000 }, () => ({ N: '1' })) } });
  await put('short');
  await remove('short');
  await remove('gone');
  await settled();
  await clock.sleep(Math.max(0, from + 960 - nowSeconds()) * 1000);
  const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
  return { from: iso(from), to: iso(nowSeconds()) };
}

/** The sandbox gives a change the time at which it reads it from the engine, so it is read at once; two seconds of its clock pass. */
async function settled(): Promise<void> {
  const { assembly, clock, endpoint } = sandbox;
  await new Promise((done) => setTimeout(done, 100));
  const caller = callerWith(endpoint, assembly.region, () => endpoint.administrator());
  const streams = (operation: string, input: JsonObject) => caller.json('dynamodb', 'DynamoDBStreams_20120810', operation, input);
  const resource = assembly.ofType('AWS::DynamoDB::Table').find((one) => assembly.ref(one) === table);
  const StreamArn = resource === undefined ? '' : assembly.attribute(resource, 'StreamArn');
  const { StreamDescription } = (await streams('DescribeStream', { StreamArn })) as {
    StreamDescription: { Shards: { ShardId: string }[] };
  };
  const [{ ShardId }] = StreamDescription.Shards;
  await streams('GetShardIterator', { StreamArn, ShardId, ShardIteratorType: 'LATEST' });
  await clock.sleep(2_000);
}

const ANSWER_TIMEOUT_MS = 90_000;

async function until<T>(read: () => Promise<T>, isDone: (value: T) => boolean): Promise<T> {
  const end = Date.now() + ANSWER_TIMEOUT_MS;
  for (;;) {
    const value = await read();
    if (isDone(value)) return value;
    if (Date.now() > end) throw new Error(`not within ${ANSWER_TIMEOUT_MS} ms: ${JSON.stringify(value)}`);
    await new Promise((done) => setTimeout(done, 250));
  }
}

async function backfill(request: object): Promise<unknown> {
  const { assembly, functions } = sandbox;
  const start = assembly.ofType('AWS::Lambda::Function').find(({ logicalId }) => logicalId.startsWith('BackfillStart'));
  const { payload, functionError } = await functions.invoke(start === undefined ? '' : assembly.attribute(start, 'Arn'), request as never);
  if (functionError !== undefined) throw new Error(JSON.stringify(payload));
  return payload;
}

/** The rows of a query in the workgroup of the lake, by the role of the platform's reports. */
async function query(QueryString: string): Promise<(string | null)[][]> {
  const { endpoint, assembly } = sandbox;
  const reports = callerWith(endpoint, assembly.region, () =>
    endpoint.assumeAsService(`arn:aws:iam::${assembly.account}:role/Reports`, 'lambda.amazonaws.com', 'reports'),
  );
  const { rows } = await askAthena((operation, input) => reports.json('athena', 'AmazonAthena', operation, input), {
    QueryString,
    WorkGroup: 'lake',
  });
  return rows.slice(1);
}

/** Rows by their kind of backfill: all of them, and those with different ids. */
async function counted(): Promise<Record<string, { readonly rows: number; readonly ids: number }>> {
  const found = await query(
    `SELECT CASE WHEN event_name = 'BACKFILL' THEN 'whole' ELSE 'span' END AS kind, count(*) AS n, count(DISTINCT event_id) AS ids
     FROM lake.grades_changes WHERE school = '${SCHOOL}' GROUP BY 1`,
  );
  return Object.fromEntries(found.map(([kind, rows, ids]) => [String(kind), { rows: Number(rows), ids: Number(ids) }]));
}

async function quarantined(): Promise<{ readonly folder: string; readonly reason: string; readonly sortKey: string }[]> {
  const { Contents = [] } = await objects.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: 'quarantine/' }));
  const records = await Promise.all(
    Contents.map(async ({ Key = '' }) => {
      const { Body } = await objects.send(new GetObjectCommand({ Bucket: bucket, Key }));
      const lines = (await Body?.transformToString())?.split('\n').filter(Boolean) ?? [];
      return lines.map((line) => {
        const { errorMessage, lastErrorMessage, rawData } = JSON.parse(line);
        const raw = JSON.parse(Buffer.from(rawData, 'base64').toString());
        return { folder: Key.split('/')[1], reason: errorMessage ?? lastErrorMessage, sortKey: raw.item.sk.S };
      });
    }),
  );
  return records.flat();
}

const EMPTY_BYTES = gzipSync('').length;
const SPAN_ROWS = 4;
const WHOLE_ROWS = 5;

test('a span and the whole table, each twice and with a throttled Firehose, are the same rows after removal of duplicates', async () => {
  const throttle = { service: 'firehose', operation: 'PutRecordBatch', code: 'ServiceUnavailableException' };
  const { endpoint } = sandbox;
  // The first call as a whole, then the first record of the next ones.
  const restore = [
    endpoint.inject({ ...throttle, calls: [1], status: 503 }),
    endpoint.inject({ ...throttle, calls: [2, 3], statements: [0] }),
  ];
  const both = () => Promise.all([backfill(span), backfill({})]);
  await expect(both()).resolves.toMatchObject([{ exports: 1 }, { exports: 1 }]);
  await until(counted, ({ span: one, whole }) => one?.ids === SPAN_ROWS && whole?.ids === WHOLE_ROWS);
  for (const one of restore) one();

  const columns = 'event_name, sort_key, score, clubs, sequence';
  const rows = await query(`SELECT DISTINCT ${columns} FROM lake.grades_changes WHERE school = '${SCHOOL}' ORDER BY event_name, sort_key`);
  const separated = '{"l":[{"s":"art\u2028chess\\n"}]}';
  expect(rows).toEqual([
    ['BACKFILL', 'changed', '3.00', null, null],
    ['BACKFILL', 'inserted', '4.00', null, null],
    ['BACKFILL', 'marked', '6.00', null, null],
    ['BACKFILL', 'older', '1.00', null, null],
    ['BACKFILL', 'separated', '5.00', separated, null],
    ['UPSERT', 'changed', '3.00', null, null],
    ['UPSERT', 'inserted', '4.00', null, null],
    ['UPSERT', 'marked', '6.00', null, null],
    ['UPSERT', 'separated', '5.00', separated, null],
  ]);
  // The attribute that says when an item was written decides about its month.
  const older = `SELECT year, month, changed_at FROM lake.grades_changes WHERE school = '${SCHOOL}' AND sort_key = 'older'`;
  expect((await query(older))[0]).toEqual(['2025', '3', '2025-03-01 08:00:00.000']);

  await both();
  const again = await until(counted, ({ span: one, whole }) => one?.rows >= 2 * SPAN_ROWS && whole?.rows >= 2 * WHOLE_ROWS);
  expect(again).toMatchObject({ span: { ids: SPAN_ROWS }, whole: { ids: WHOLE_ROWS } });
  const current = await query(`SELECT sort_key, score FROM lake.grades_current WHERE school = '${SCHOOL}' ORDER BY sort_key`);
  expect(current).toEqual([
    ['changed', '3.00'],
    ['inserted', '4.00'],
    ['older', '1.00'],
    ['separated', '5.00'],
  ]);
}, 120_000);

test('an item of a wrong type and one that is too large are in quarantine with the reason', async () => {
  const found = await until(quarantined, (all) => ['wrong-type', 'large'].every((key) => all.some(({ sortKey }) => sortKey === key)));
  expect(found).toContainEqual({
    folder: 'metadata-extraction-failed',
    reason: expect.stringContaining('score is not N'),
    sortKey: 'wrong-type',
  });
  expect(found).toContainEqual({
    folder: 'backfill',
    reason: expect.stringMatching(/^The item has \d{7} bytes as JSON. Firehose accepts 1024000.$/),
    sortKey: 'large',
  });
  const reasons = await query("SELECT errorcode FROM lake.grades_quarantine WHERE errorcode = 'BackfillRecordTooLarge'");
  expect(reasons).not.toEqual([]);
});

test('an exported file is removed with its versions once it is sent, and old states are not exported', async () => {
  const all = async () => {
    const { Versions = [], DeleteMarkers = [] } = await objects.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: 'backfill/' }),
    );
    return [
      ...Versions.map(({ Key = '', Size: size = 0 }) => ({ key: Key, size })),
      ...DeleteMarkers.map(({ Key = '' }) => ({ key: Key, size: 0 })),
    ];
  };
  const dataFiles = async () => (await all()).filter(({ key }) => key.endsWith('.json.gz'));
  await until(dataFiles, (files) => files.every(({ size }) => size === EMPTY_BYTES));
  // An export has four files here: those without items stay until the lifecycle rule removes them.
  expect((await dataFiles()).length).toBeGreaterThan(0);
  const summaries = await Promise.all(
    (await all())
      .filter(({ key }) => key.endsWith('manifest-summary.json'))
      .map(async ({ key: Key }) => {
        const { Body } = await objects.send(new GetObjectCommand({ Bucket: bucket, Key }));
        return JSON.parse((await Body?.transformToString()) ?? '{}').outputView;
      }),
  );
  expect(new Set(summaries)).toEqual(new Set([undefined, 'NEW_IMAGE']));
}, 120_000);

test('the functions log what they did without items, and had every permission that they needed', async () => {
  const { assembly, logs } = sandbox;
  const groups = assembly.ofType('AWS::Logs::LogGroup').filter(({ logicalId }) => logicalId.startsWith('Backfill'));
  const lines = groups.flatMap((group) => logs.lines(assembly.ref(group)).map(({ message }) => message));
  expect(lines.filter((line) => line.includes('"Export complete"'))).toHaveLength(4);
  for (const text of [PK, 'chess', 'AccessDenied']) expect(lines.filter((line) => line.includes(text))).toEqual([]);
});
