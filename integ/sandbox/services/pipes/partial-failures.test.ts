import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { LogSink } from '../../contracts';
import { createClock } from '../../process/clock';
import { startServices } from '../../start-services';
import { assemblyOf, provision, startedEngines, temporaryFolder } from '../../testing/engines';
import { lakeStack } from '../../testing/lake';
import { services } from '..';
import { pipeLog } from './log';
import type { TemplatePipe } from './pipe';

const folder = temporaryFolder();
const { engines } = startedEngines(folder);
const ARN = 'arn:aws:pipes:us-east-1:123456789012:pipe/lake';
const STUDENTS = ['anna', 'bene', 'ivor'];

// Documented: "EventBridge Pipes error handling": of a batch that fails in part, the failed records are sent again.
test('the records that Firehose does not accept are sent again alone, and the log has the reason without the records', async () => {
  const destination = { DataFormatConversionConfiguration: { Enabled: false } };
  const assembly = assemblyOf(folder, (stack) => lakeStack(stack, { table: true, pipeLog: 'INFO', destination }));
  const clock = createClock(60);
  await provision(assembly, engines(), clock);
  const { endpoint, ready, close, use } = await startServices(services, { assembly, engines: engines(), clock, report: () => undefined });
  const { expiration: _, ...credentials } = endpoint.administrator();
  const settings = { endpoint: endpoint.url, region: 'us-east-1', credentials };
  const [tables, s3] = [new DynamoDBClient(settings), new S3Client({ ...settings, forcePathStyle: true })];
  try {
    await ready();
    const pipes = use('pipes');
    await pipes.stop(ARN);
    for (const student of STUDENTS) {
      const Item = { pk: { S: `s1#${student}` }, tenant: { S: 's1' }, student: { S: student }, course: { S: 'c' }, score: { N: '5' } };
      await tables.send(new PutItemCommand({ TableName: 'grades', Item }));
    }
    const batches: (string | undefined)[] = [];
    endpoint.onCall(({ operation, error }) => (operation === 'PutRecordBatch' ? batches.push(error) : undefined));
    endpoint.inject({ service: 'firehose', operation: 'PutRecordBatch', code: 'ServiceUnavailableException', statements: [1], calls: [1] });
    pipes.start(ARN);
    await pipes.caughtUp(ARN);
    await use('deliveryStreams').flush();

    const [Bucket] = assembly.ofType('AWS::S3::Bucket').map((one) => assembly.ref(one));
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'grades/' }));
    const texts = await Promise.all(
      Contents.map(async ({ Key }) => (await s3.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString()),
    );
    const stored = [...texts.join('').matchAll(/"student_id": ?"(\w+)"/g)].map(([, student]) => student);
    // Each once: those that were accepted are not sent again.
    expect(stored.sort()).toEqual(STUDENTS);
    expect(batches).toHaveLength(2);

    const lines = use('logs').lines('/pipes/lake');
    expect(lines.map(({ message }) => JSON.parse(message))).toEqual([
      expect.objectContaining({ messageType: 'ExecutionStarted', logLevel: 'INFO', resourceArn: ARN }),
      expect.objectContaining({
        ...{ messageType: 'ExecutionPartiallyFailed', logLevel: 'ERROR' },
        error: { message: 'ServiceUnavailableException: Slow down.' },
      }),
      expect.objectContaining({ messageType: 'ExecutionStarted' }),
      expect.objectContaining({ messageType: 'ExecutionSucceeded' }),
    ]);
    for (const { message } of lines) for (const student of STUDENTS) expect(message).not.toContain(student);
  } finally {
    tables.destroy();
    s3.destroy();
    await close();
  }
});

test.each([
  ['ERROR', ['ExecutionPartiallyFailed', 'ExecutionFailed', 'ExecutionFailed']],
  ['INFO', ['ExecutionStarted', 'ExecutionSucceeded', 'ExecutionPartiallyFailed', 'ExecutionFailed', 'ExecutionFailed']],
  [undefined, []],
] as const)('a log of the level %s has %j', (level, expected) => {
  const written: string[] = [];
  const sink = { write: ({ message }: { readonly message: string }) => written.push(message) } as unknown as LogSink;
  const logs = level === undefined ? undefined : { group: '/pipes/lake', level };
  const { started, discarded } = pipeLog(sink, createClock(), { arn: ARN, name: 'lake', logs } as TemplatePipe);
  const execution = started('one');
  execution.ended({ failed: [] }, 2);
  execution.ended({ failed: [1], reason: 'Slow down.' }, 2);
  execution.failed(new Error('The key is disabled'));
  discarded(1, 'RetryAttemptsExhausted');
  const messages = written.map((line) => JSON.parse(line) as { messageType: string; error?: { message: string } });
  expect(messages.map(({ messageType }) => messageType)).toEqual(expected);
  expect(messages.flatMap(({ error }) => error?.message ?? [])).toEqual(
    level === undefined ? [] : ['Slow down.', 'The key is disabled', '1 records are given up: RetryAttemptsExhausted'],
  );
});
