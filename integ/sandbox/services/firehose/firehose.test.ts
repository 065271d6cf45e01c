import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import * as kms from 'aws-cdk-lib/aws-kms';
import type { Assembly, Call, JsonObject } from '../../contracts';
import { createClock } from '../../process/clock';
import { keyFindingsOf, startServices } from '../../start-services';
import { callerWith } from '../../streams/service-caller';
import { assemblyOf, invalid, provision, startedEngines, temporaryFolder } from '../../testing/engines';
import { type LakeSettings, lakeStack } from '../../testing/lake';
import { services } from '..';

const folder = temporaryFolder();
const { engines } = startedEngines(folder);
const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function started(settings: LakeSettings = {}, speed = 60) {
  const assembly = assemblyOf(folder, (stack) => lakeStack(stack, settings));
  const clock = createClock(speed);
  await provision(assembly, engines(), clock).catch((error: Error) => {
    // The bucket of an earlier test.
    if (!/already/i.test(error.message)) throw error;
  });
  const reported: string[] = [];
  const running = await startServices(services, { assembly, engines: engines(), clock, report: (line) => reported.push(line) });
  closing.push(() => running.close());
  const calls: Call[] = [];
  running.endpoint.onCall((call) => calls.push(call));
  await running.ready();
  const { expiration: _, ...credentials } = running.endpoint.administrator();
  const s3 = new S3Client({ endpoint: running.endpoint.url, region: 'us-east-1', credentials, forcePathStyle: true });
  closing.push(() => s3.destroy());
  const [bucket] = assembly.ofType('AWS::S3::Bucket').map((one) => assembly.ref(one));
  const caller = callerWith(running.endpoint, 'us-east-1', () => running.endpoint.administrator());
  const before = new Set(await keys());
  async function keys(): Promise<string[]> {
    return ((await s3.send(new ListObjectsV2Command({ Bucket: bucket }))).Contents ?? []).map(({ Key = '' }) => Key);
  }
  const put = (...records: string[]) =>
    caller.json('firehose', 'Firehose_20150804', 'PutRecordBatch', {
      DeliveryStreamName: 'lake',
      Records: records.map((record) => ({ Data: Buffer.from(record).toString('base64') })),
    });
  return {
    ...{ assembly, clock, reported, calls, put, caller, endpoint: running.endpoint, use: running.use },
    /** The objects of this test. */
    objects: async () => (await keys()).filter((key) => !before.has(key)),
    body: async (Key: string) =>
      Buffer.from((await (await s3.send(new GetObjectCommand({ Bucket: bucket, Key }))).Body?.transformToByteArray()) ?? []),
    async until(count: number): Promise<string[]> {
      for (const end = Date.now() + 15_000; ; await new Promise((done) => setTimeout(done, 50))) {
        const found = (await keys()).filter((key) => !before.has(key));
        if (found.length >= count || Date.now() > end) return found;
      }
    },
  };
}
const record = (tenant: unknown, more: object = {}) => JSON.stringify({ tenant, changed_at: 1767323045, student_id: 'ann', ...more });

test('records are delivered by partition at the end of the interval, as Parquet, with the key and the permissions of the role', async () => {
  const stream = await started();
  const began = stream.clock.now();
  await stream.put(record('s1'), record('s2'), record('s1'));
  const objects = await stream.until(2);
  expect(stream.clock.now() - began).toBeGreaterThan(59_000);
  expect(objects.sort()).toEqual([
    expect.stringMatching(/^grades\/tenant=s1\/year=2026\/month=01\/lake-1-\d{4}-\d\d-\d\d-\d\d-\d\d-\d\d-[0-9a-f-]{36}\.parquet$/),
    expect.stringMatching(/^grades\/tenant=s2\/year=2026\/month=01\//),
  ]);
  expect((await stream.body(objects[0])).subarray(0, 4).toString()).toBe('PAR1');
  const own = stream.calls.filter(({ principal }) => principal.includes('/Delivery/'));
  expect([...new Set(own.map(({ service, operation }) => `${service}:${operation}`))]).toEqual(['glue:GetTableVersions', 's3:PutObject']);
  expect(stream.reported).toEqual([]);
});

test('records without a partition key, of a wrong type and that are no JSON go to the error prefix, with the reason', async () => {
  const stream = await started();
  await stream.put(record(null), 'no JSON', record('s1', { score: 'high' }), record('s1', { score: 5 }), record('', {}));
  await new Promise((done) => setTimeout(done, 300));
  await stream.use('deliveryStreams').flush();
  const objects = await stream.objects();
  const type = (key: string) => key.split('/')[1];
  const failed = objects.filter((key) => key.startsWith('quarantine/'));
  expect(objects).toHaveLength(3);
  expect(failed.map(type).sort()).toEqual(['format-conversion-failed', 'metadata-extraction-failed']);
  const day = new Date(stream.clock.now()).toISOString().slice(0, 10);
  expect(failed[0].split('/')[2]).toBe(day);
  const lines = async (of: string) =>
    (await stream.body(failed.find((key) => type(key) === of) ?? ''))
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as JsonObject);
  const times = { arrivalTimestamp: expect.any(Number), attemptEndingTimestamp: expect.any(Number), attemptsMade: 1 };
  const extraction = { ...times, errorCode: 'DynamicPartitioning.MetadataExtractionFailed' };
  expect(await lines('metadata-extraction-failed')).toEqual([
    {
      ...extraction,
      errorMessage: 'partitionKeys values must not be null or empty',
      rawData: Buffer.from(record(null)).toString('base64'),
    },
    { ...extraction, errorMessage: 'Non JSON record provided', rawData: Buffer.from('no JSON').toString('base64') },
    { ...extraction, errorMessage: 'partitionKeys values must not be null or empty', rawData: expect.any(String) },
  ]);
  expect(await lines('format-conversion-failed')).toEqual([
    {
      ...times,
      lastErrorCode: 'DataFormatConversion.MalformedData',
      lastErrorMessage: 'Data does not match the schema. For input string: "high"',
      rawData: Buffer.from(record('s1', { score: 'high' })).toString('base64'),
      sequenceNumber: expect.any(String),
      subSequenceNumber: null,
      dataCatalogTable: {
        ...{ catalogId: '123456789012', databaseName: 'school', tableName: 'grades', region: 'us-east-1', versionId: 'LATEST' },
        roleArn: 'arn:aws:iam::123456789012:role/Delivery',
      },
    },
  ]);
});

test('a buffer that is full is delivered at once', async () => {
  const destination = {
    ...{
      Prefix: 'plain/',
      ErrorOutputPrefix: 'failed/!{firehose:error-output-type}/',
      BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 900 },
      CompressionFormat: 'GZIP',
    },
    ...{ DynamicPartitioningConfiguration: { Enabled: false }, DataFormatConversionConfiguration: { Enabled: false } },
    ProcessingConfiguration: {
      Enabled: true,
      Processors: [{ Type: 'AppendDelimiterToRecord', Parameters: [{ ParameterName: 'Delimiter', ParameterValue: '\\n' }] }],
    },
  };
  const stream = await started({ destination }, 1);
  await stream.put('x'.repeat(600_000));
  await new Promise((done) => setTimeout(done, 300));
  expect(await stream.objects()).toEqual([]);
  await stream.put('y'.repeat(600_000));
  const [key] = await stream.until(1);
  expect(key).toMatch(/^plain\/lake-1-.*\.gz$/);
});

test('more than 500 active partitions go to the error prefix', async () => {
  const stream = await started({ destination: { DataFormatConversionConfiguration: { Enabled: false } } }, 1);
  await stream.put(...Array.from({ length: 500 }, (_, index) => record(`t${index}`)));
  await stream.put(record('one-more'), record('t1'));
  await new Promise((done) => setTimeout(done, 500));
  await stream.use('deliveryStreams').flush();
  const failed = (await stream.objects()).filter((key) => key.startsWith('quarantine/'));
  // Documented: "Buffer data for dynamic partitioning".
  expect(failed.map((key) => key.split('/')[1])).toEqual(['activePartitionExceeded']);
  expect(JSON.parse((await stream.body(failed[0])).toString())).toMatchObject({
    errorCode: 'DynamicPartitioning.ActivePartitionsLimitExceeded',
    rawData: Buffer.from(record('one-more')).toString('base64'),
  });
});

describe('a delivery that fails', () => {
  test('is tried again until it succeeds', async () => {
    const stream = await started({}, 60);
    stream.endpoint.inject({ service: 's3', operation: 'PutObject', code: 'SlowDown', calls: [1, 2] });
    await stream.put(record('s1'));
    expect(await stream.until(1)).toHaveLength(1);
    const statuses = stream.calls.filter(({ operation }) => operation === 'PutObject').map(({ error }) => error);
    expect(statuses).toEqual(['SlowDown', 'SlowDown', undefined]);
  });

  test.each([
    ['s3', /is not authorized to perform: s3:PutObject/],
    ['kms', /kms:GenerateDataKey/],
  ] as const)('because the role lacks the permission for %s is reported', async (without, message) => {
    const stream = await started({ without });
    await stream.put(record('s1'));
    for (const end = Date.now() + 10_000; stream.reported.length === 0 && Date.now() < end; )
      await new Promise((done) => setTimeout(done, 50));
    expect(stream.reported[0]).toMatch(message);
    expect(await stream.objects()).toEqual([]);
  });

  test('because the role may not read the schema puts the records to the error prefix', async () => {
    const stream = await started({ without: 'glue' });
    await stream.put(record('s1'));
    const [key] = await stream.until(1);
    expect(JSON.parse((await stream.body(key)).toString())).toMatchObject({
      lastErrorCode: 'DataFormatConversion.InvalidSchema',
      lastErrorMessage: expect.stringMatching(/glue:GetTableVersions/),
    });
  });
});

describe('a delivery that is killed', () => {
  const arn = 'arn:aws:firehose:us-east-1:123456789012:deliverystream/lake';

  test('loses nothing that was accepted', async () => {
    const stream = await started({}, 1);
    await stream.put(record('s1'), record('s2', { score: 'high' }), record(null));
    const { flush, kill, delivered } = stream.use('deliveryStreams');
    await kill(arn);
    expect(await stream.objects()).toEqual([]);
    await flush();
    await delivered(arn);
    expect((await stream.objects()).map((key) => key.split('/')[1]).sort()).toEqual([
      'format-conversion-failed',
      'metadata-extraction-failed',
      'tenant=s1',
    ]);
  });

  test('after it wrote an object, and before it recorded that, writes the object again', async () => {
    const stream = await started({}, 1);
    const { flush, kill, delivered } = stream.use('deliveryStreams');
    const killed = new Promise<void>((done) => {
      const end = stream.endpoint.onCall(({ operation }) => {
        if (operation !== 'PutObject') return;
        end();
        clearInterval(intervals);
        kill(arn).then(done);
      });
    });
    await stream.put(record('s1'), record('s1'));
    // The records may not be in the buffer yet, and the interval begins when they are.
    const intervals = setInterval(() => stream.clock.advance(61_000), 200);
    await killed;
    expect(await stream.objects()).toHaveLength(1);
    await Promise.all([flush(), delivered(arn)]);
    const objects = await stream.objects();
    expect(objects.map((key) => key.split('/')[1])).toEqual(['tenant=s1', 'tenant=s1']);
    expect(await stream.body(objects[0])).toEqual(await stream.body(objects[1]));
    await delivered(arn);
  });

  test('must be one of the assembly', async () => {
    const stream = await started({}, 1);
    expect(() => stream.use('deliveryStreams').kill('arn:aws:firehose:us-east-1:123456789012:deliverystream/other')).toThrow(
      /No delivery stream of the assembly has the ARN .*other: there are arn:.*deliverystream\/lake/,
    );
  });
});

// documented: PutRecordBatch (Amazon Data Firehose API Reference)
describe('PutRecordBatch', () => {
  test('returns an error for each record that is throttled, and accepts the others', async () => {
    const stream = await started({}, 1);
    stream.endpoint.inject({
      service: 'firehose',
      operation: 'PutRecordBatch',
      code: 'ServiceUnavailableException',
      statements: [1],
      calls: [1],
    });
    expect(await stream.put(record('a'), record('b'))).toEqual({
      ...{ FailedPutCount: 1, Encrypted: false },
      RequestResponses: [{ RecordId: expect.any(String) }, { ErrorCode: 'ServiceUnavailableException', ErrorMessage: 'Slow down.' }],
    });
    await new Promise((done) => setTimeout(done, 300));
    await stream.use('deliveryStreams').flush();
    expect((await stream.objects()).map((key) => key.split('/')[1])).toEqual(['tenant=a']);
  });

  test('has limits', async () => {
    const stream = await started({}, 1);
    await expect(stream.put(...Array.from({ length: 501 }, () => 'x'))).rejects.toMatchObject({
      code: 'ValidationException',
      message: expect.stringContaining('less than or equal to 500'),
    });
    await expect(stream.put('x'.repeat(1_024_001))).rejects.toMatchObject({
      code: 'ValidationException',
      message: expect.stringContaining('1024000'),
    });
    await expect(stream.put(...Array.from({ length: 5 }, () => 'x'.repeat(1_000_000)))).rejects.toMatchObject({
      code: 'InvalidArgumentException',
      message: 'Records size exceeds 4 MB limit',
    });
    const missing = stream.caller.json('firehose', 'Firehose_20150804', 'PutRecord', { DeliveryStreamName: 'other', Record: { Data: '' } });
    await expect(missing).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: 'Firehose other under account 123456789012 not found.',
    });
  });
});

describe('a delivery stream that AWS would reject, or that is not supported', () => {
  const problems = (destination: object): string[] => invalid(assemblyOf(folder, (stack) => lakeStack(stack, { destination })) as Assembly);

  test.each<[object, string]>([
    [{ BufferingHints: { SizeInMBs: 5, IntervalInSeconds: 60 } }, 'BufferingHints.SizeInMBs is 5: it must be from 64 to 128'],
    [{ BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 0 } }, 'BufferingHints.IntervalInSeconds is 0: it must be from 60 to 900'],
    [{ CompressionFormat: 'GZIP' }, 'CompressionFormat must be UNCOMPRESSED if data format conversion is enabled, not GZIP'],
    [{ ErrorOutputPrefix: 'failed/' }, 'ErrorOutputPrefix must contain !{firehose:error-output-type}'],
    [{ Prefix: 'grades/' }, 'Prefix must contain the partition keys of the query'],
    [{ DynamicPartitioningConfiguration: { Enabled: false } }, 'DynamicPartitioningConfiguration.Enabled must be true for partition keys'],
    [{ S3BackupMode: 'Enabled' }, 'S3BackupMode Enabled is not supported'],
    [{ ProcessingConfiguration: { Enabled: true, Processors: [{ Type: 'Lambda' }] } }, 'Type Lambda is not supported'],
    [
      { DataFormatConversionConfiguration: { OutputFormatConfiguration: { Serializer: { OrcSerDe: {} } } } },
      'OutputFormatConfiguration is not supported: only ParquetSerDe is',
    ],
  ])('%j', (destination, message) => {
    expect(problems(destination)).toEqual([expect.stringContaining(message)]);
  });

  test('a key that S3 cannot use is found before anything starts', () => {
    const assembly = assemblyOf(folder, (stack) => {
      const { keyArn } = new kms.Key(stack, 'Unused', { keySpec: kms.KeySpec.RSA_2048, keyUsage: kms.KeyUsage.SIGN_VERIFY });
      lakeStack(stack, { destination: { EncryptionConfiguration: { KMSEncryptionConfig: { AWSKMSKeyARN: keyArn } } } });
    });
    expect(keyFindingsOf(services, assembly).failing).toEqual([
      expect.stringMatching(/EncryptionConfiguration.KMSEncryptionConfig.AWSKMSKeyARN is a key of the kind RSA_2048/),
    ]);
  });
});
