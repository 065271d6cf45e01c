import { type AttributeValue, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3';
import { LakeColumn, LakeSource, StreamingDataLake, Tenancy, TenantDirectory, TenantTable, Tier } from '../../../src';
import { ReportSource } from '../../../src/resilient-gov-sync/report-source';
import type { Sandbox } from '../../sandbox';
import { startStack } from '../fixtures/start-stack';

// Reports of a period from a lake: when it is complete, what they contain, and that they are made again with the same bytes.
const SPEED = 120;
const NORTH = 'north-high';
const clients: { destroy(): void }[] = [];
let sandbox: Sandbox;
let close: (() => Promise<void>) | undefined;
let objects: S3Client;
let put: (pk: string, sk: string, attributes?: Record<string, AttributeValue>) => Promise<unknown>;
let register: (tenant: string, state: string) => Promise<unknown>;
let period: { readonly name: string; readonly start: string; readonly end: string };
let functionArn: string;

beforeAll(async () => {
  let fn: IFunction | undefined;
  ({ sandbox, close } = await startStack(
    'Reports',
    (stack) => {
      const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
      const lake = new StreamingDataLake(stack, 'Lake', {
        source: LakeSource.tableStream(new TenantTable(stack, 'Data', { tenancy })),
        columns: [
          LakeColumn.string('student_id').from('student'),
          LakeColumn.string('course'),
          LakeColumn.double('grade'),
          LakeColumn.decimal('score', 5, 2),
          LakeColumn.boolean('passed'),
          LakeColumn.timestamp('recorded_at').from('recordedAt'),
          LakeColumn.json('remarks'),
        ],
        name: 'lake',
        tableName: 'records',
        bufferInterval: Duration.minutes(1),
        bufferSize: Size.mebibytes(64),
      });
      const source = ReportSource.lake(lake, {
        tenants: new TenantDirectory(stack, 'Directory', { tenancy }),
        fields: {
          ...{ student: 'student_id', course: 'course', grade: 'grade' },
          ...{ score: 'score', passed: 'passed', at: 'recorded_at', remarks: 'remarks' },
        },
        required: ['course'],
      });
      const encryptionKey = new Key(stack, 'Key');
      const bucket = new Bucket(stack, 'Destination', { encryption: BucketEncryption.KMS, encryptionKey });
      const logged = { encryptionKey, removalPolicy: RemovalPolicy.RETAIN };
      fn = source._bind(stack, { bucket, prefix: 'source/', timeZone: 'Europe/Berlin', logged });
      bucket.grantPut(fn, 'source/*');
    },
    SPEED,
  ));
  const { endpoint, assembly, clock } = sandbox;
  const { expiration: _, ...credentials } = endpoint.administrator();
  const settings = { endpoint: endpoint.url, region: assembly.region, credentials, maxAttempts: 1 };
  const tables = new DynamoDBClient(settings);
  objects = new S3Client({ ...settings, forcePathStyle: true });
  clients.push(tables, objects);
  const tableOf = (id: string) => nameOf('AWS::DynamoDB::Table', id);
  put = (pk, sk, attributes = {}) =>
    tables.send(new PutItemCommand({ TableName: tableOf('Data'), Item: { pk: { S: pk }, sk: { S: sk }, ...attributes } }));
  register = (tenant, state) => {
    const Item = { pk: { S: `TENANT#${tenant}` }, sk: { S: 'TENANT' }, tenant: { S: tenant }, state: { S: state } };
    return tables.send(new PutItemCommand({ TableName: tableOf('Directory'), Item }));
  };
  const found = assembly.ofType('AWS::Lambda::Function').find(({ logicalId }) => logicalId.startsWith('LakeReports'));
  functionArn = found === undefined ? '' : assembly.attribute(found, 'Arn');

  await register('north-high', 'active');
  await register('south-high', 'suspended');
  await register('empty-high', 'active');
  await register('new-high', 'onboarding');
  await register('leaving-high', 'offboarding');
  await register('left-high', 'departed');
  await tables.send(new PutItemCommand({ TableName: tableOf('Directory'), Item: { pk: { S: 'USER#1' }, sk: { S: 'MEMBERSHIP' } } }));
  await writeGrades();
  await arrived();
  const end = Math.ceil(clock.now() / 1_000) * 1_000;
  period = { name: '2026Q4', start: '2026-09-30T22:00:00Z', end: new Date(end).toISOString() };
  await clock.sleep(end + 2_000 - clock.now());
  // A correction after the period, and one that is put into quarantine.
  await put(`${NORTH}#STUDENT#1`, 'GRADE#art', grade('1', 'art', '1'));
  await put(`${NORTH}#STUDENT#1`, 'GRADE#later', { ...grade('1', 'later', '1'), grade: { S: 'none' } });
  await arrived();
}, 240_000);

afterAll(async () => {
  for (const client of clients) client.destroy();
  await close?.();
});

const grade = (student: string, course: string, N: string): Record<string, AttributeValue> => ({
  student: { S: student },
  course: { S: course },
  grade: { N },
});

async function writeGrades(): Promise<void> {
  await put(`${NORTH}#STUDENT#1`, 'GRADE#art', grade('1', 'art', '5'));
  await put(`${NORTH}#STUDENT#1`, 'GRADE#art', grade('1', 'art', '6.5'));
  await put(`${NORTH}#STUDENT#1`, 'REVISION#1', { student: { S: '1' }, grade: { N: '5' } });
  await put(`${NORTH}#STUDENT#2`, 'GRADE#art', {
    ...grade('Zoë "2",\n数学', 'art', '1e1'),
    score: { N: '7.5' },
    passed: { BOOL: true },
    recordedAt: { S: '2026-11-29T08:15:30.123Z' },
    remarks: { L: [{ S: 'a "b", c' }] },
  });
  await put(`${NORTH}#STUDENT#2`, 'GRADE#gone', grade('2', 'gone', '1'));
  await put(`${NORTH}#STUDENT#2`, 'GRADE#gone', { ...grade('2', 'gone', '1'), deletedAt: { S: '2026-11-29T08:15:30Z' } });
  await put('south-high#STUDENT#1', 'GRADE#art', grade('', 'art', '0'));
  await put('new-high#STUDENT#1', 'GRADE#art', grade('1', 'art', '3'));
  await put(`${NORTH}#STUDENT#1`, 'GRADE#wrong', { ...grade('1', 'wrong', '1'), grade: { S: 'none' } });
}

/** Waits until the changes so far are in the lake, or in quarantine. */
async function arrived(): Promise<void> {
  const { assembly, pipes, deliveryStreams } = sandbox;
  for (const pipe of assembly.ofType('AWS::Pipes::Pipe')) await pipes.caughtUp(assembly.attribute(pipe, 'Arn'));
  await deliveryStreams.flush();
  for (const stream of assembly.ofType('AWS::KinesisFirehose::DeliveryStream')) {
    await deliveryStreams.delivered(assembly.attribute(stream, 'Arn'));
  }
}

function nameOf(type: string, id: string): string {
  const { assembly } = sandbox;
  const found = assembly.ofType(type).find(({ logicalId }) => logicalId.startsWith(id));
  return found === undefined ? '' : assembly.ref(found);
}

const bucketOf = (id: string) => nameOf('AWS::S3::Bucket', id);

async function keysOf(id: string, Prefix: string): Promise<string[]> {
  const { Contents = [] } = await objects.send(new ListObjectsV2Command({ Bucket: bucketOf(id), Prefix }));
  return Contents.map(({ Key: key = '' }) => key);
}

async function textOf(key: string): Promise<string> {
  const { Body } = await objects.send(new GetObjectCommand({ Bucket: bucketOf('Destination'), Key: key }));
  return (await Body?.transformToString()) ?? '';
}

async function invoke(now: number): Promise<unknown> {
  const destination = { bucket: bucketOf('Destination'), prefix: `source/${period.name}/` };
  const { payload, functionError } = await sandbox.functions.invoke(functionArn, {
    period: { ...period },
    destination,
    at: new Date(now).toISOString(),
  });
  if (functionError !== undefined) throw new Error(JSON.stringify(payload));
  return payload;
}

/** After a change has had its time to arrive, as a state machine calls the function: again while it reports that the query runs. */
async function reports(): Promise<unknown> {
  const end = Date.now() + 60_000;
  for (;;) {
    const result = await invoke(Date.parse(period.end) + 49 * 3_600_000);
    if (!JSON.stringify(result).includes('Athena reads') || Date.now() > end) return result;
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** The files in the order of their names. */
async function files(): Promise<Record<string, string>> {
  const keys = await keysOf('Destination', '');
  return Object.fromEntries(await Promise.all(keys.map(async (key) => [key, await textOf(key)] as const)));
}

const head = (school: string) => `{"reference":"${school}-2026Q4","school":"${school}","period":"2026Q4","rows":`;
const rest = '"score":null,"passed":null,"at":null,"remarks":null}';

test('it waits until changes have had their time to arrive', async () => {
  const end = Date.parse(period.end);
  const until = new Date(end + 49 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
  const reason = `Changes of 2026Q4 can arrive in the lake until ${until} UTC.`;
  expect(await invoke(end + 1)).toEqual({ state: 'WAIT', reason, seconds: 900 });
  expect(await invoke(end + 49 * 3_600_000 - 5_000)).toEqual({ state: 'WAIT', reason, seconds: 5 });
});

test('it waits while the pipe does not run', async () => {
  const { assembly, pipes } = sandbox;
  const pipe = assembly.ofType('AWS::Pipes::Pipe').find(({ logicalId }) => logicalId.startsWith('LakePipe'));
  const arn = pipe === undefined ? '' : assembly.attribute(pipe, 'Arn');
  await pipes.stop(arn);
  expect(await reports()).toEqual({
    state: 'WAIT',
    reason: expect.stringMatching(
      /^The pipe \S+ of the lake is STOPPED: changes of 2026Q4 may be missing. Start it, and backfill the time since it stopped.$/,
    ),
    seconds: 600,
  });
  pipes.start(arn);
});

test('it waits while a change of the period is in quarantine, and not for one of later', async () => {
  const inQuarantine = await keysOf('LakeBucket', 'quarantine/');
  const { reason } = (await reports()) as { reason: string };
  expect(reason).toMatch(/^A change of 2026Q4 is in the quarantine of the lake: s3:.*Replay it, or decide that it is not needed/);
  const [, key = ''] = /s3:\/\/[^/]+\/(\S+)\. Replay/.exec(reason) ?? [];
  expect(inQuarantine).toContain(key);
  expect(inQuarantine).toHaveLength(2);
  expect(await keysOf('Destination', '')).toEqual([]);
  await objects.send(new DeleteObjectCommand({ Bucket: bucketOf('LakeBucket'), Key: key }));
});

const expected = {
  'source/2026Q4/empty-high.json': `${head('empty-high')}[]}`,
  'source/2026Q4/north-high.json': `${head(NORTH)}[{"student":"1","course":"art","grade":6.5,${rest},{"student":"Zoë \\"2\\",\\n数学","course":"art","grade":10,"score":7.50,"passed":true,"at":"2026-11-29T08:15:30.123Z","remarks":{"l":[{"s":"a \\"b\\", c"}]}}]}`,
  'source/2026Q4/south-high.json': `${head('south-high')}[{"student":"","course":"art","grade":0,${rest}]}`,
};

test('each school has a report of its last grades of the period; after a crash, the next call writes the same bytes', async () => {
  const { endpoint } = sandbox;
  const restore = endpoint.inject({
    service: 's3',
    operation: 'PutObject',
    calls: [3],
    status: 403,
    code: 'AccessDenied',
    message: 'A crash.',
  });
  await expect(reports()).rejects.toThrow('A crash.');
  restore();
  expect(await reports()).toEqual({ state: 'DONE', reports: 3 });
  expect(await files()).toEqual(expected);
  const results = await keysOf('LakeBucket', 'results/');
  expect(await reports()).toEqual({ state: 'DONE', reports: 3 });
  expect(await files()).toEqual(expected);
  // The query was found again, with its result.
  expect(await keysOf('LakeBucket', 'results/')).toEqual(results);
  expect(results).toHaveLength(1);
});
