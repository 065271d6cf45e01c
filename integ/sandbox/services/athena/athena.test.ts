import { GetObjectCommand, HeadObjectCommand, S3Client } from '@aws-sdk/client-s3';
import type { Assembly, Call, JsonObject } from '../../contracts';
import { createClock } from '../../process/clock';
import { startServices } from '../../start-services';
import { callerWith } from '../../streams/service-caller';
import { type AthenaCall, askAthena, type Execution, endedQuery } from '../../testing/athena';
import { assemblyOf, invalid, provision, startedEngines, temporaryFolder } from '../../testing/engines';
import { type LakeSettings, lakeStack } from '../../testing/lake';
import { services } from '..';

const folder = temporaryFolder();
const { engines } = startedEngines(folder);
const QUESTION = 'SELECT course, avg(score) AS average FROM grades_current GROUP BY course';

type Running = Awaited<ReturnType<typeof startServices>>;
let running: Running;
let assembly: Assembly;
const calls: Call[] = [];
const clock = createClock(1);

beforeAll(async () => {
  assembly = assemblyOf(folder, (stack) => lakeStack(stack, { query: QUESTION }));
  await provision(assembly, engines(), clock);
  running = await startServices(services, { assembly, engines: engines(), clock });
  running.endpoint.onCall((call) => calls.push(call));
  await running.ready();
  const at = (month: number) => Date.UTC(2026, month - 1, 15) / 1000;
  const record = (tenant: string, student_id: string, course: string, score: number | null, month: number, sequence: number) =>
    JSON.stringify({ tenant, student_id, course, score, sequence: String(sequence), changed_at: at(month), event_name: 'INSERT' });
  const records = [
    record('s1', 'ann', 'history', 4, 1, 1),
    record('s1', 'ann', 'history', 6, 2, 2),
    record('s1', 'ben', 'history', 2, 2, 3),
    record('s1', 'ben', 'art, "fine"', null, 3, 4),
    record('s2', 'eve', 'history', 10, 1, 5),
  ];
  const Records = records.map((text) => ({ Data: Buffer.from(text).toString('base64') }));
  await administrator().json('firehose', 'Firehose_20150804', 'PutRecordBatch', { DeliveryStreamName: 'lake', Records });
  await new Promise((done) => setTimeout(done, 500));
  await running.use('deliveryStreams').flush();
});
afterAll(() => running?.close());

const administrator = () => callerWith(running.endpoint, 'us-east-1', () => running.endpoint.administrator());
const analyst = () =>
  callerWith(running.endpoint, 'us-east-1', () =>
    running.endpoint.assumeAsService('arn:aws:iam::123456789012:role/Analyst', 'lambda.amazonaws.com', 'a'),
  );
const athena = (operation: string, input: JsonObject, caller = analyst()) => caller.json('athena', 'AmazonAthena', operation, input);

/** The calls of one caller, for the helpers. */
const by =
  (caller = analyst()): AthenaCall =>
  (operation, input) =>
    athena(operation, input, caller);
const ended = (id: string, caller = analyst()) => endedQuery(by(caller), id);
const inSchool = { WorkGroup: 'analysts', QueryExecutionContext: { Database: 'school' } };

async function run(QueryString: string, more: JsonObject = {}, caller = analyst()): Promise<Execution> {
  const input = { QueryString, ...inSchool, ...more };
  return ended(String((await athena('StartQueryExecution', input, caller)).QueryExecutionId), caller);
}

async function rows(QueryString: string, caller = analyst()): Promise<(string | null)[][]> {
  return (await askAthena(by(caller), { QueryString, ...inSchool })).rows.slice(1);
}

test('a query reads the partitions of its conditions only, and reports files and bytes', async () => {
  const whole = await run(`SELECT * FROM grades WHERE tenant = 's1'`);
  const month = await run(`SELECT * FROM grades WHERE tenant = 's1' AND year = 2026 AND month = 2`);
  const column = await run(`SELECT score FROM grades WHERE tenant = 's1' AND year = 2026 AND month = 2`);
  const inputs = [whole, month, column].map(({ QueryExecutionId }) => running.use('queries').input(QueryExecutionId));
  expect(inputs).toEqual([
    { files: 3, partitions: 48, bytes: whole.Statistics.DataScannedInBytes },
    { files: 1, partitions: 1, bytes: month.Statistics.DataScannedInBytes },
    { files: 1, partitions: 1, bytes: column.Statistics.DataScannedInBytes },
  ]);
  const [all = 0, one = 0, few = 0] = inputs.map((input) => input?.bytes);
  expect(all).toBeGreaterThan(one * 2);
  expect(one).toBeGreaterThan(few);
  expect(few).toBeGreaterThan(0);
});

test('a view has the last state of each item', async () => {
  expect(await rows(`SELECT student_id, course, score FROM grades_current WHERE tenant = 's1' ORDER BY 1, 2`)).toEqual([
    ['ann', 'history', '6'],
    ['ben', 'art, "fine"', null],
    ['ben', 'history', '2'],
  ]);
});

test('the result is a file of the work group, encrypted with its key, whatever the caller asks for', async () => {
  const { QueryExecutionId, ResultConfiguration } = await run(
    `SELECT course, max(score) AS best FROM grades WHERE tenant = 's1' GROUP BY course ORDER BY 1`,
    {
      ResultConfiguration: { OutputLocation: 's3://elsewhere/', EncryptionConfiguration: { EncryptionOption: 'SSE_S3' } },
    },
  );
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(ResultConfiguration.OutputLocation) ?? [];
  expect(Key).toBe(`answers/${QueryExecutionId}.csv`);
  const { expiration: _, ...credentials } = running.endpoint.administrator();
  const s3 = new S3Client({ endpoint: running.endpoint.url, region: 'us-east-1', credentials, forcePathStyle: true });
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  expect(await Body?.transformToString()).toBe('"course","best"\n"art, ""fine""",\n"history","6"\n');
  const { ServerSideEncryption, SSEKMSKeyId } = await s3.send(new HeadObjectCommand({ Bucket, Key }));
  expect(ServerSideEncryption).toBe('aws:kms');
  expect(SSEKMSKeyId).toBe((ResultConfiguration.EncryptionConfiguration as JsonObject).KmsKey);
  s3.destroy();
});

describe('the caller of a query', () => {
  test('reads tables, files and keys with its own permissions', async () => {
    calls.length = 0;
    await rows(`SELECT score FROM grades WHERE tenant = 's1' AND year = 2026 AND month = 2`);
    const own = calls.filter(({ principal }) => principal.includes('/Analyst/'));
    expect([...new Set(own.map(({ service, operation }) => `${service}:${operation}`))]).toEqual(
      expect.arrayContaining(['glue:GetTable', 's3:ListObjectsV2', 's3:GetObject', 's3:PutObject']),
    );
  });

  test.each([
    [
      `SELECT * FROM grades WHERE tenant = 's2'`,
      /^PERMISSION_DENIED: Permission denied on S3 path: s3:\/\/.*\/grades\/tenant=s2\/year=2025\/month=01\/.*s3:ListBucket/,
    ],
    [`SELECT * FROM grades WHERE tenant IN ('s1', 's2') AND year = 2026`, /^PERMISSION_DENIED: .*tenant=s2/],
    [`SELECT * FROM other.grades`, /^PERMISSION_DENIED: Insufficient permissions to execute the query.*glue:GetTable/],
    ['SELECT count(*) FROM grades', /^CONSTRAINT_VIOLATION: For the injected projected partition column tenant/],
    [`SELECT * FROM grades WHERE tenant > 's1'`, /^CONSTRAINT_VIOLATION/],
    [`SELECT * FROM grades_current`, /^CONSTRAINT_VIOLATION/],
    [`SELECT nothing FROM grades WHERE tenant = 's1'`, /^COLUMN_NOT_FOUND: Column 'nothing' cannot be resolved/],
    ['SELECT * FROM missing', /^TABLE_NOT_FOUND: Table 'awsdatacatalog.school.missing' does not exist/],
    ['DROP TABLE grades', /^NOT_SUPPORTED: The sandbox runs SELECT and UNLOAD only, and not DROP/],
  ])('%s fails', async (sql, reason) => {
    const { Status, Statistics } = await run(sql);
    expect([Status.State, Statistics.DataScannedInBytes]).toEqual(['FAILED', 0]);
    expect(Status.StateChangeReason).toMatch(reason);
  });

  test('needs permission on the work group', async () => {
    await expect(athena('ListNamedQueries', { WorkGroup: 'analysts' })).rejects.toThrow(
      /not authorized to perform: athena:ListNamedQueries on resource: .*workgroup\/analysts/,
    );
    await expect(run('SELECT 1', { WorkGroup: 'primary' })).rejects.toThrow(/athena:StartQueryExecution on resource: .*workgroup\/primary/);
  });

  test('may ask twice with the same token, and runs one query', async () => {
    const input = { QueryString: 'SELECT 1', WorkGroup: 'analysts', ClientRequestToken: 'x'.repeat(32) };
    const ids = [
      (await athena('StartQueryExecution', input)).QueryExecutionId,
      (await athena('StartQueryExecution', input)).QueryExecutionId,
    ];
    expect(ids[0]).toBe(ids[1]);
    expect((await ended(String(ids[0]))).Status.State).toBe('SUCCEEDED');
  });
});

describe('a query with parameters', () => {
  const QueryString = 'SELECT student_id, score FROM grades WHERE tenant = ? AND year = 2026 AND month = ? ORDER BY score';

  test('reads the partitions of their values', async () => {
    const { id, rows: found } = await askAthena(by(), { QueryString, ExecutionParameters: [`'s1'`, '2'], ...inSchool });
    expect(found.slice(1)).toEqual([
      ['ben', '2'],
      ['ann', '6'],
    ]);
    expect(running.use('queries').input(id)).toMatchObject({ files: 1, partitions: 1 });
    const { QueryExecution } = await athena('GetQueryExecution', { QueryExecutionId: id });
    expect(QueryExecution).toMatchObject({ Query: QueryString, ExecutionParameters: [`'s1'`, '2'] });
  });

  test('fails if one is missing', async () => {
    const { Status } = await run(QueryString, { ExecutionParameters: [`'s1'`] });
    expect(Status).toMatchObject({ State: 'FAILED', StateChangeReason: expect.stringMatching(/^INVALID_PARAMETER_USAGE: .*expected 2/) });
    await expect(run(QueryString, { ExecutionParameters: [] })).rejects.toThrow('ExecutionParameters must be a list of texts');
  });
});

test('saved queries can be read', async () => {
  const admin = administrator();
  const { NamedQueryIds } = await athena('ListNamedQueries', { WorkGroup: 'analysts' }, admin);
  const [NamedQueryId] = NamedQueryIds as string[];
  expect(await athena('GetNamedQuery', { NamedQueryId }, admin)).toEqual({
    NamedQuery: { Name: 'averages', Database: 'school', QueryString: QUESTION, Description: '', NamedQueryId, WorkGroup: 'analysts' },
  });
});

test('results have pages of at most 1,000 rows, with types', async () => {
  const { QueryExecutionId } = await run('SELECT n, n / 2.0 AS half FROM unnest(sequence(1, 1200)) AS t (n) ORDER BY 1');
  const first = (await athena('GetQueryResults', { QueryExecutionId })) as unknown as {
    NextToken: string;
    ResultSet: { Rows: unknown[]; ResultSetMetadata: { ColumnInfo: JsonObject[] } };
  };
  const second = (await athena('GetQueryResults', { QueryExecutionId, NextToken: first.NextToken })) as unknown as {
    ResultSet: { Rows: unknown[] };
    NextToken?: string;
  };
  expect([first.ResultSet.Rows.length, second.ResultSet.Rows.length, second.NextToken]).toEqual([1000, 201, undefined]);
  expect(first.ResultSet.ResultSetMetadata.ColumnInfo.map(({ Name }) => Name)).toEqual(['n', 'half']);
});

describe('a work group', () => {
  const problems = (settings: LakeSettings): string[] => invalid(assemblyOf(folder, (stack) => lakeStack(stack, settings)));

  test('cancels a query that would scan more than its limit', async () => {
    const limited = assemblyOf(folder, (stack) => lakeStack(stack));
    const [group] = limited.ofType('AWS::Athena::WorkGroup');
    const original = limited.read.bind(limited);
    // The limit of AWS is at least 10 MB, which no test writes.
    const smaller: Assembly['read'] = (resource, reader) => {
      const value = original(resource, reader);
      return resource === group ? { ...value, cutoffBytes: 100 } : value;
    };
    jest.spyOn(limited, 'read').mockImplementation(smaller as never);
    const other = await startServices(services, { assembly: limited, engines: engines(), clock });
    await other.ready();
    const caller = callerWith(other.endpoint, 'us-east-1', () => other.endpoint.administrator());
    const { Status } = await run(`SELECT * FROM grades WHERE tenant = 's1'`, {}, caller);
    await other.close();
    expect(Status).toMatchObject({ State: 'CANCELLED', StateChangeReason: expect.stringMatching(/^Bytes scanned limit was exceeded/) });
  });

  test.each<[LakeSettings, string]>([
    [
      { workGroup: { BytesScannedCutoffPerQuery: 5 } },
      'WorkGroupConfiguration.BytesScannedCutoffPerQuery is 5: it must be at least 10000000',
    ],
    [{ workGroup: { ResultConfiguration: { OutputLocation: 'answers' } } }, 'OutputLocation answers must begin with s3://'],
    [
      { workGroup: { ResultConfiguration: { OutputLocation: 's3://a/', EncryptionConfiguration: { EncryptionOption: 'CSE_KMS' } } } },
      'CSE_KMS is not supported',
    ],
  ])('%j is rejected', (settings, message) => {
    expect(problems(settings)).toEqual([expect.stringContaining(message)]);
  });
});

test('a table of another format is rejected by name', () => {
  const built = assemblyOf(folder, (stack) => {
    lakeStack(stack);
    const grades = stack.node.findChild('Grades') as { addPropertyOverride?(path: string, value: string): void };
    grades.addPropertyOverride?.('TableInput.StorageDescriptor.InputFormat', 'org.apache.hadoop.hive.ql.io.orc.OrcInputFormat');
  });
  expect(invalid(built)).toEqual([
    expect.stringMatching(/InputFormat org.apache.hadoop.hive.ql.io.orc.OrcInputFormat with .* is not supported: only .*Parquet/),
  ]);
});
