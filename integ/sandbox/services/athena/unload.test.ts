import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { Stack } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Assembly, JsonObject } from '../../contracts';
import { createClock } from '../../process/clock';
import { startServices } from '../../start-services';
import { callerWith } from '../../streams/service-caller';
import { type Execution, endedQuery } from '../../testing/athena';
import { assemblyOf, provision, startedEngines, temporaryFolder } from '../../testing/engines';
import { COLUMNS, lakeStack } from '../../testing/lake';
import { services } from '..';

const folder = temporaryFolder();
const { engines } = startedEngines(folder);
const clock = createClock(1);
let running: Awaited<ReturnType<typeof startServices>>;
let assembly: Assembly;
let s3: S3Client;
let lake: string;

/** The lake of `lakeStack`, with an analyst that may write below `grades/copies/`. */
function stackOf(stack: Stack): void {
  lakeStack(stack, {
    columns: [
      ...COLUMNS,
      { Name: 'item', Type: 'struct<score:struct<n:double>,ok:struct<bool:boolean>,at:struct<s:timestamp>,n:struct<n:bigint>>' },
    ],
  });
  const bucket = stack.node.findChild('Lake') as Bucket;
  (stack.node.findChild('Analyst') as Role).addToPolicy(
    new PolicyStatement({ actions: ['s3:PutObject', 's3:GetObject'], resources: [bucket.arnForObjects('grades/tenant=s1/*')] }),
  );
}

beforeAll(async () => {
  assembly = assemblyOf(folder, stackOf);
  await provision(assembly, engines(), clock);
  running = await startServices(services, { assembly, engines: engines(), clock });
  await running.ready();
  const { expiration: _, ...credentials } = running.endpoint.administrator();
  s3 = new S3Client({ endpoint: running.endpoint.url, region: 'us-east-1', credentials, forcePathStyle: true });
  const bucket = assembly.ofType('AWS::S3::Bucket').find(({ logicalId }) => logicalId.startsWith('Lake'));
  lake = bucket === undefined ? '' : assembly.ref(bucket);
  const record = (tenant: string, student_id: string, score: number | null) =>
    JSON.stringify({
      ...{ tenant, student_id, course: 'arts "fine" – é', score, sequence: student_id, event_name: 'INSERT' },
      changed_at: Date.UTC(2026, 1, 15) / 1000,
      item:
        score === null
          ? { OK: null }
          : { Score: { N: '4.5' }, OK: { BOOL: true }, At: { S: '2026-11-29T08:15:30.123Z' }, N: { N: '9007199254740993' } },
    });
  const records = [record('s1', 'ann', 4), record('s1', 'ben', null), record('s1', 'eve', 6), record('s2', 'zoe', 1)];
  const Records = records.map((text) => ({ Data: Buffer.from(text).toString('base64') }));
  const administrator = callerWith(running.endpoint, 'us-east-1', () => running.endpoint.administrator());
  await administrator.json('firehose', 'Firehose_20150804', 'PutRecordBatch', { DeliveryStreamName: 'lake', Records });
  await new Promise((done) => setTimeout(done, 500));
  await running.use('deliveryStreams').flush();
});
afterAll(async () => {
  s3?.destroy();
  await running?.close();
});

const athena = (operation: string, input: JsonObject) =>
  callerWith(running.endpoint, 'us-east-1', () =>
    running.endpoint.assumeAsService('arn:aws:iam::123456789012:role/Analyst', 'lambda.amazonaws.com', 'a'),
  ).json('athena', 'AmazonAthena', operation, input);

async function run(QueryString: string): Promise<Execution & { Statistics: { DataManifestLocation?: string } }> {
  const { QueryExecutionId } = await athena('StartQueryExecution', {
    ...{ QueryString, WorkGroup: 'analysts', QueryExecutionContext: { Database: 'school' } },
  });
  return endedQuery(athena, String(QueryExecutionId));
}

const keys = async (Prefix: string) =>
  ((await s3.send(new ListObjectsV2Command({ Bucket: lake, Prefix }))).Contents ?? []).map(({ Key }) => String(Key));
const text = async (location = '') => {
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(location) ?? [];
  return (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
};
const results = async (id: string) =>
  (
    (await athena('GetQueryResults', { QueryExecutionId: id })) as unknown as {
      ResultSet: { Rows: { Data: { VarCharValue?: string }[] }[] };
    }
  ).ResultSet.Rows.map(({ Data }) => Data.map(({ VarCharValue }) => VarCharValue ?? null));
const all = 'student_id, course, score, sequence, changed_at, event_name, item.score.n, item.ok.bool, item."at".s, item.n.n';
const rows = async (month: number) => {
  const { QueryExecutionId, Status } = await run(
    `SELECT ${all} FROM grades WHERE tenant = 's1' AND year = 2026 AND month = ${month} ORDER BY student_id`,
  );
  expect(Status.StateChangeReason).toBeUndefined();
  return (await results(QueryExecutionId)).slice(1);
};
const copy = (to: string, options = "format = 'PARQUET', compression = 'SNAPPY'", where = "tenant = 's1'") =>
  run(
    `UNLOAD (SELECT EVENT_NAME, student_id, course, score, sequence, changed_at, item FROM grades WHERE ${where} AND year = 2026 AND month = 2)
     TO 's3://${lake}/grades/${to}' WITH (${options})`,
  );

test('the files of an UNLOAD are read as the table, with the same rows, and the manifest names them', async () => {
  const before = await rows(2);
  const { Status, Statistics } = await copy('tenant=s1/year=2026/month=03');
  expect(Status).toMatchObject({ State: 'SUCCEEDED' });
  const written = await keys('grades/tenant=s1/year=2026/month=03/');
  expect(written).toHaveLength(2);
  expect((await text(Statistics.DataManifestLocation))?.split('\n').filter(Boolean).sort()).toEqual(
    written.map((key) => `s3://${lake}/${key}`).sort(),
  );
  expect(await rows(3)).toEqual(before);
  expect(before).toEqual([
    [
      'ann',
      'arts "fine" – é',
      '4',
      'ann',
      '2026-02-15 00:00:00.000',
      'INSERT',
      '4.5',
      'true',
      '2026-11-29 08:15:30.123',
      '9007199254740993',
    ],
    ['ben', 'arts "fine" – é', null, 'ben', '2026-02-15 00:00:00.000', 'INSERT', null, null, null, null],
    [
      'eve',
      'arts "fine" – é',
      '6',
      'eve',
      '2026-02-15 00:00:00.000',
      'INSERT',
      '4.5',
      'true',
      '2026-11-29 08:15:30.123',
      '9007199254740993',
    ],
  ]);
  expect(Statistics.DataScannedInBytes).toBeGreaterThan(0);
  // The same destination again.
  expect((await copy('tenant=s1/year=2026/month=03/')).Status).toMatchObject({
    State: 'FAILED',
    StateChangeReason: expect.stringMatching(/^HIVE_PATH_ALREADY_EXISTS: .*month=03\/: the destination of UNLOAD must be empty/),
  });
});

test('no row makes no file', async () => {
  expect((await copy('tenant=s1/none/', "format = 'PARQUET'", "tenant = 's1' AND score = 77")).Status.State).toBe('SUCCEEDED');
  expect(await keys('grades/tenant=s1/none/')).toEqual([]);
});

test.each([
  ["format = 'ORC'", /^NOT_SUPPORTED: The sandbox does not support format = 'ORC' of UNLOAD: only PARQUET/],
  ["format = 'PARQUET', compression = 'ZSTD'", /^NOT_SUPPORTED: .*compression = 'ZSTD' of UNLOAD: only GZIP and SNAPPY/],
  ["format = 'PARQUET', partitioned_by = ARRAY['score']", /^NOT_SUPPORTED: .*the property partitioned_by of UNLOAD/],
  ["format = 'PARQUET', field_delimiter = ','", /^NOT_SUPPORTED: .*the property field_delimiter of UNLOAD/],
  ["compression = 'GZIP'", /^SYNTAX_ERROR: UNLOAD expects the property format/],
  ["format = 'PARQUET',", /^SYNTAX_ERROR/],
])('WITH (%s) fails by name', async (options, reason) => {
  const { Status } = await copy('tenant=s1/never/', options);
  expect([Status.State, Status.StateChangeReason]).toEqual(['FAILED', expect.stringMatching(reason)]);
  expect(await keys('grades/tenant=s1/never/')).toEqual([]);
});

test('UNLOAD reads and writes with the permissions of its caller', async () => {
  expect((await copy('tenant=s2/copy/')).Status.StateChangeReason).toMatch(/PERMISSION_DENIED: .*tenant=s2\/copy\/.*s3:ListBucket/);
  expect((await copy('tenant=s1/copy/', "format = 'PARQUET'", "tenant = 's2'")).Status.StateChangeReason).toMatch(
    /PERMISSION_DENIED: .*s3:ListBucket/,
  );
});

test('an expression without a name fails, and other statements do', async () => {
  const to = `TO 's3://${lake}/grades/tenant=s1/expression/' WITH (format = 'PARQUET')`;
  expect((await run(`UNLOAD (SELECT max(score) FROM grades WHERE tenant = 's1') ${to}`)).Status.StateChangeReason).toBe(
    'MISSING_COLUMN_NAME: Column name not specified at position 1',
  );
  expect((await run(`UNLOAD (DROP TABLE grades) ${to}`)).Status.StateChangeReason).toMatch(/^NOT_SUPPORTED: .*DROP/);
  expect((await run(`UNLOAD SELECT 1 ${to}`)).Status.StateChangeReason).toMatch(/^SYNTAX_ERROR: UNLOAD expects a query in parentheses/);
});
