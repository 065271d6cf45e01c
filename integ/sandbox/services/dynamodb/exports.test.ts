import { gunzipSync } from 'node:zlib';
import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import type { Assembly, Endpoint, JsonObject } from '../../contracts';
import { createClock } from '../../process/clock';
import { startServices } from '../../start-services';
import { callerWith, type ServiceCaller } from '../../streams/service-caller';
import { assemblyOf, provision, startedEngines, temporaryFolder } from '../../testing/engines';
import { services } from '..';

// An hour takes a second and a half of this machine: an export ends soon, and spans of 15 minutes can be in the past.
const SPEED = 2_400;
const folder = temporaryFolder();
const { engines } = startedEngines(folder);
const clock = createClock(SPEED);
let assembly: Assembly;
let endpoint: Endpoint;
let close: () => Promise<void>;
let administrator: ServiceCaller;
const arnOf = (table: string) => `arn:aws:dynamodb:us-east-1:${assembly.account}:table/${table}`;
const call = (caller: ServiceCaller, operation: string, input: JsonObject) =>
  caller.json('dynamodb', 'DynamoDB_20120810', operation, input);
const put = (pk: string, value: string) =>
  call(administrator, 'PutItem', { TableName: 'items', Item: { pk: { S: pk }, value: { S: value } } });
const remove = (pk: string) => call(administrator, 'DeleteItem', { TableName: 'items', Key: { pk: { S: pk } } });

beforeAll(async () => {
  assembly = assemblyOf(folder, (stack) => {
    const key = new kms.Key(stack, 'Key');
    const table = (tableName: string, pointInTimeRecoveryEnabled: boolean) =>
      new dynamodb.Table(stack, tableName, {
        ...{ tableName, partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING }, encryptionKey: key },
        billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
        stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled },
        removalPolicy: RemovalPolicy.DESTROY,
      });
    const items = table('items', true);
    table('unprotected', false);
    const bucket = new s3.Bucket(stack, 'Exports', { bucketName: 'exports', encryption: s3.BucketEncryption.KMS, encryptionKey: key });
    const role = (roleName: string, ...without: string[]) => {
      const actions = ['s3:PutObject', 's3:PutObjectAcl', 's3:AbortMultipartUpload'].filter((action) => !without.includes(action));
      const one = new iam.Role(stack, roleName, { roleName, assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
      items.grant(one, 'dynamodb:ExportTableToPointInTime');
      one.addToPolicy(new iam.PolicyStatement({ actions: ['dynamodb:DescribeExport'], resources: [`${items.tableArn}/export/*`] }));
      one.addToPolicy(new iam.PolicyStatement({ actions, resources: [bucket.arnForObjects('own/*')] }));
      key.grantEncryptDecrypt(one);
    };
    role('Exporter');
    role('WithoutAcl', 's3:PutObjectAcl');
  });
  await provision(assembly, engines(), clock);
  const started = await startServices(services, { assembly, engines: engines(), clock });
  ({ endpoint, close } = started);
  await started.ready();
  administrator = callerWith(endpoint, 'us-east-1', () => endpoint.administrator());
}, 120_000);

afterAll(() => close?.());

function as(role: string): ServiceCaller {
  const credentials = endpoint.assumeAsService(`arn:aws:iam::${assembly.account}:role/${role}`, 'lambda.amazonaws.com', 'export');
  return callerWith(endpoint, 'us-east-1', () => credentials);
}

const real = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));
/** Long enough for 15 minutes of the clock. A change has the time at which it is read from the engine, so it is read at once. */
async function quarter(): Promise<void> {
  await real(100);
  const StreamArn = assembly.attribute(assembly.ofType('AWS::DynamoDB::Table')[0], 'StreamArn');
  const streams = (operation: string, input: JsonObject) => administrator.json('dynamodb', 'DynamoDBStreams_20120810', operation, input);
  const { StreamDescription } = (await streams('DescribeStream', { StreamArn })) as {
    StreamDescription: { Shards: { ShardId: string }[] };
  };
  const [{ ShardId }] = StreamDescription.Shards;
  await streams('GetShardIterator', { StreamArn, ShardId, ShardIteratorType: 'LATEST' });
  await real(400);
}
const seconds = () => Math.floor(clock.now() / 1000);

async function exported(caller: ServiceCaller, input: JsonObject): Promise<JsonObject> {
  const { ExportDescription: started } = await call(caller, 'ExportTableToPointInTime', {
    ...{ TableArn: arnOf('items'), S3Bucket: 'exports', S3Prefix: 'own' },
    ...input,
  });
  for (;;) {
    const { ExportArn } = started as JsonObject;
    const { ExportDescription } = await call(caller, 'DescribeExport', { ExportArn });
    if ((ExportDescription as JsonObject).ExportStatus !== 'IN_PROGRESS') return ExportDescription as JsonObject;
    await real(20);
  }
}

async function object(key: unknown): Promise<Buffer> {
  return (await administrator.send('s3', { method: 'GET', url: `/exports/${String(key)}` })).body;
}

/** The lines of all data files, and the summary. */
async function contents({ ExportManifest }: JsonObject): Promise<{ summary: JsonObject; files: JsonObject[]; lines: JsonObject[] }> {
  const summary = JSON.parse((await object(`own/${String(ExportManifest)}`)).toString());
  const files = read(await object(summary.manifestFilesS3Key));
  const lines = await Promise.all(files.map(async ({ dataFileS3Key }) => read(gunzipSync(await object(dataFileS3Key)))));
  return { summary, files, lines: lines.flat() };
}

function read(text: Buffer): JsonObject[] {
  return text
    .toString()
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}

test('a full export has the items of its time, and an incremental export the items that changed in its span', async () => {
  await put('changed', 'a');
  await put('removed', 'a');
  await quarter();
  const from = seconds();
  await put('changed', 'b');
  await put('changed', 'c');
  await put('inserted', 'a');
  await put('short', 'a');
  await remove('short');
  await remove('removed');
  await quarter();
  const to = seconds();
  await put('changed', 'd');
  await quarter();
  const exporter = as('Exporter');

  const now = await exported(exporter, { S3SseAlgorithm: 'KMS' });
  expect(now).toMatchObject({ ExportStatus: 'COMPLETED', ExportType: 'FULL_EXPORT', ItemCount: 2 });
  const whole = await contents(now);
  expect(whole.summary).toMatchObject({
    version: '2020-06-30',
    itemCount: 2,
    s3Prefix: 'own',
    s3Bucket: 'exports',
    outputFormat: 'DYNAMODB_JSON',
  });
  expect(whole.files).toHaveLength(4);
  expect(whole.lines).toHaveLength(2);
  expect(whole.lines).toContainEqual({ Item: { pk: { S: 'changed' }, value: { S: 'd' } } });

  const before = await contents(await exported(exporter, { ExportTime: from }));
  expect(before.lines).toHaveLength(2);
  expect(before.lines).toContainEqual({ Item: { pk: { S: 'changed' }, value: { S: 'a' } } });
  expect(before.lines).toContainEqual({ Item: { pk: { S: 'removed' }, value: { S: 'a' } } });

  const span = { ExportFromTime: from, ExportToTime: to };
  const incremental = (ExportViewType: string) => ({
    ...{ ExportType: 'INCREMENTAL_EXPORT', IncrementalExportSpecification: { ...span, ExportViewType } },
  });
  const both = await contents(await exported(exporter, incremental('NEW_AND_OLD_IMAGES')));
  expect(both.summary).toMatchObject({ version: '2023-08-01', outputView: 'NEW_AND_OLD_IMAGES', exportType: 'INCREMENTAL_EXPORT' });
  const Metadata = { WriteTimestampMicros: { N: expect.stringMatching(/^\d{16}$/) } };
  const image = (pk: string, value: string) => ({ pk: { S: pk }, value: { S: value } });
  expect(both.lines).toHaveLength(3);
  expect(both.lines).toContainEqual({
    Metadata,
    Keys: { pk: { S: 'changed' } },
    OldImage: image('changed', 'a'),
    NewImage: image('changed', 'c'),
  });
  expect(both.lines).toContainEqual({ Metadata, Keys: { pk: { S: 'inserted' } }, NewImage: image('inserted', 'a') });
  expect(both.lines).toContainEqual({ Metadata, Keys: { pk: { S: 'removed' } }, OldImage: image('removed', 'a') });
  const news = await contents(await exported(exporter, incremental('NEW_IMAGE')));
  expect(news.lines).toContainEqual({ Metadata, Keys: { pk: { S: 'removed' } } });

  const { ExportSummaries } = await call(administrator, 'ListExports', { TableArn: arnOf('items'), MaxResults: 25 });
  expect(ExportSummaries).toHaveLength(4);
}, 60_000);

test('a table with point-in-time recovery says for which times it can be exported', async () => {
  const backups = async (TableName: string) => {
    const { ContinuousBackupsDescription } = await call(administrator, 'DescribeContinuousBackups', { TableName });
    return (ContinuousBackupsDescription as JsonObject).PointInTimeRecoveryDescription as JsonObject;
  };
  const { EarliestRestorableDateTime, LatestRestorableDateTime } = await backups('items');
  expect(Number(LatestRestorableDateTime)).toBeGreaterThan(Number(EarliestRestorableDateTime));
  expect(await backups('unprotected')).toEqual({ PointInTimeRecoveryStatus: 'DISABLED' });
});

test('an export writes with the permissions of its caller', async () => {
  await expect(exported(as('WithoutAcl'), {})).resolves.toMatchObject({
    ExportStatus: 'FAILED',
    FailureCode: 'S3AccessDenied',
    FailureMessage: expect.stringContaining('s3:PutObjectAcl'),
  });
  await expect(exported(as('Exporter'), { S3Prefix: 'other' })).resolves.toMatchObject({ ExportStatus: 'FAILED' });
  await expect(exported(as('Exporter'), { TableArn: arnOf('unprotected') })).rejects.toMatchObject({ code: 'AccessDeniedException' });
});

test('a repeated token returns the same export, and conflicts with another request', async () => {
  const first = await exported(as('Exporter'), { ClientToken: 'once' });
  expect((await exported(as('Exporter'), { ClientToken: 'once' })).ExportArn).toBe(first.ExportArn);
  await expect(exported(as('Exporter'), { ClientToken: 'once', S3Prefix: 'other' })).rejects.toMatchObject({
    code: 'ExportConflictException',
  });
});

test.each<[string, JsonObject, string]>([
  ['a table without point-in-time recovery', { TableArn: 'unprotected' }, 'Point in time recovery is not enabled for table'],
  ['an unknown table', { TableArn: 'nowhere' }, 'Table not found'],
  ['Ion', { ExportFormat: 'ION' }, 'does not support the ExportFormat ION'],
  ['a bucket of another account', { S3BucketOwner: '999999999999' }, 'does not support the S3BucketOwner'],
  ['a time in the future', { ExportTime: 9_999_999_999 }, 'outside of the point in time recovery window'],
  ['a time before the table', { ExportTime: 1 }, 'outside of the point in time recovery window'],
  ['an incremental export without a span', { ExportType: 'INCREMENTAL_EXPORT' }, 'ExportFromTime must be before'],
  [
    'a span of 14 minutes',
    { ExportType: 'INCREMENTAL_EXPORT', IncrementalExportSpecification: { ExportFromTime: 1_000, ExportToTime: 1_840 } },
    'at least 15 minutes',
  ],
  [
    'a span of 25 hours',
    { ExportType: 'INCREMENTAL_EXPORT', IncrementalExportSpecification: { ExportFromTime: 0, ExportToTime: 90_000 } },
    'at most 24 hours',
  ],
])('%s is rejected', async (_, { TableArn = 'items', ...input }, message) => {
  await expect(exported(administrator, { TableArn: arnOf(String(TableArn)), ...input })).rejects.toThrow(message);
});
