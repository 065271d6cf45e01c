import type { Json, JsonObject, LogLine, OwnRequest, Resource } from '../../contracts';
import { createClock } from '../../process/clock';
import { NO_METRICS } from '../../process/no-metrics';
import type { SandboxContext } from '../../service-module';
import { pipeMetrics } from './metrics';
import type { Level, TargetKind, TemplatePipe } from './pipe';
import { runPipe } from './run-pipe';

// A pipe beside an endpoint of this test, which has a stream, a target and a function. The engines' tests have the permissions.

const ARNS: Readonly<Record<TargetKind, string>> = {
  firehose: 'arn:aws:firehose:us-east-1:123456789012:deliverystream/target',
  sqs: 'arn:aws:sqs:us-east-1:123456789012:target',
  lambda: 'arn:aws:lambda:us-east-1:123456789012:function:target',
};
const ENRICHMENT = 'arn:aws:lambda:us-east-1:123456789012:function:enrich';
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

interface Settings {
  readonly target: TargetKind;
  readonly count?: number;
  readonly level?: Level;
  readonly retries?: number;
  /** The reply of the target to a call: the numbers of its records, and which call it is. */
  reply(numbers: number[], call: number): Json;
  /** What the enrichment makes of the events. */
  readonly enrich?: (numbers: number[]) => Json;
}

async function delivered({ target, count = 3, level = 'INFO', retries = -1, reply, enrich }: Settings) {
  const clock = createClock(10_000);
  const calls: number[][] = [];
  const enriched: number[][] = [];
  const dead: JsonObject[] = [];
  const lines: LogLine[] = [];
  const reported: string[] = [];
  const Records = Array.from({ length: count }, (_, index) => ({
    ...{ eventID: `event-${index + 1}`, eventName: 'INSERT' },
    dynamodb: {
      SequenceNumber: String(index + 1),
      ApproximateCreationDateTime: clock.now() / 1000,
      NewImage: { number: { N: `${index + 1}` } },
    },
  }));
  let read = 0;
  const streams: Readonly<Record<string, (input: JsonObject) => JsonObject>> = {
    DescribeStream: () => ({ StreamDescription: { Shards: [{ ShardId: 'shard' }] } }),
    GetShardIterator: ({ SequenceNumber }) => {
      read = Number(SequenceNumber ?? 0);
      return { ShardIterator: 'iterator' };
    },
    GetRecords() {
      const page = Records.slice(read);
      read = Records.length;
      return { Records: page as unknown as Json, NextShardIterator: 'iterator' };
    },
  };
  const toTarget = (numbers: number[]): Json => {
    calls.push(numbers);
    return reply(numbers, calls.length);
  };
  const answers: Readonly<Record<string, (input: Json, url: string) => Json>> = {
    dynamodb: () => null,
    firehose: (input) =>
      toTarget(
        (input as unknown as { Records: { Data: string }[] }).Records.map(({ Data }) => Number(Buffer.from(Data, 'base64').toString())),
      ),
    sqs(input) {
      const { Entries, MessageBody } = input as unknown as { Entries?: { MessageBody: string }[]; MessageBody: string };
      if (Entries !== undefined) return toTarget(Entries.map((entry) => Number(entry.MessageBody)));
      dead.push(JSON.parse(MessageBody));
      return {};
    },
    lambda(input, url) {
      const numbers = (input as Json[]).map(Number);
      if (!decodeURIComponent(url).includes(ENRICHMENT)) return toTarget(numbers);
      enriched.push(numbers);
      return enrich?.(numbers) ?? null;
    },
  };
  const endpoint = {
    assumeAsService: () => ({ accessKeyId: 'key', secretAccessKey: 'secret' }),
    async call({ service, url, headers, body }: OwnRequest) {
      const input = JSON.parse(body.toString()) as Json;
      const operation = (headers['x-amz-target'] ?? '').split('.')[1];
      const output = service === 'dynamodb' ? streams[operation](input as JsonObject) : answers[service](input, url);
      return { status: 200, headers: {}, body: JSON.stringify(output) };
    },
  };
  const context = {
    ...{ assembly: { region: 'us-east-1' }, endpoint, clock },
    report: (line: string) => reported.push(line),
    use: () => ({ write: (line: LogLine) => lines.push(line) }),
  } as unknown as SandboxContext;
  const template = '<$.dynamodb.NewImage.number.N>';
  const pipe: TemplatePipe = {
    resource: { id: 'Shop.Pipe' } as Resource,
    ...{ name: 'changes', arn: 'arn:aws:pipes:us-east-1:123456789012:pipe/changes', roleArn: 'arn:aws:iam::123456789012:role/pipe' },
    ...{
      running: true,
      sourceArn: 'arn:aws:dynamodb:us-east-1:123456789012:table/t/stream/s',
      batchSize: 10,
      windowSeconds: 0,
      filters: [],
    },
    stream: {
      ...{ startingPosition: 'TRIM_HORIZON', maximumRecordAgeSeconds: -1, maximumRetryAttempts: retries, bisect: false },
      deadLetterArn: 'arn:aws:sqs:us-east-1:123456789012:dead',
    },
    target: { kind: target, arn: ARNS[target] },
    ...(enrich === undefined ? { template } : { enrichmentArn: ENRICHMENT, enrichmentTemplate: template }),
    logs: { group: '/aws/vendedlogs/pipes/changes', level },
  };
  const consumer = runPipe(context, pipeMetrics(NO_METRICS, context.clock), pipe);
  consumer.start();
  closing.push(() => consumer.kill());
  await consumer.caughtUp();
  return { calls, enriched, dead, reported, log: lines.map(({ message }) => JSON.parse(message) as JsonObject), lines };
}

const steps = (log: readonly JsonObject[]) =>
  log.map(({ messageType, error }) => [messageType, (error as JsonObject | undefined)?.message ?? '']);

// documented: "EventBridge Pipes batching and concurrency", partial batch failure
describe('after a partial failure, the failed records are sent again, and only they', () => {
  const first = (failed: Json, nothing: Json) => (_numbers: number[], call: number) => (call === 1 ? failed : nothing);

  test.each<[TargetKind, Settings['reply'], string]>([
    [
      'firehose',
      (numbers, call) => ({
        RequestResponses: numbers.map(
          (number): JsonObject =>
            call === 1 && number === 2 ? { ErrorCode: 'ServiceUnavailableException', ErrorMessage: 'Slow down.' } : { RecordId: 'id' },
        ),
      }),
      'ServiceUnavailableException: Slow down.',
    ],
    ['sqs', first({ Failed: [{ Id: '1', Code: 'InternalError', Message: 'down' }] }, {}), 'InternalError: down'],
    ['lambda', first({ batchItemFailures: [{ itemIdentifier: 'event-2' }] }, {}), ''],
  ])('of %s', async (target, reply, reason) => {
    const { calls, log, dead } = await delivered({ target, reply });
    expect(calls).toEqual([[1, 2, 3], [2]]);
    expect(steps(log)).toEqual([
      ['ExecutionStarted', ''],
      ['ExecutionPartiallyFailed', reason],
      ['ExecutionStarted', ''],
      ['ExecutionSucceeded', ''],
    ]);
    expect(dead).toEqual([]);
  });
});

describe('the log of a pipe', () => {
  const fails: Settings['reply'] = () => ({ Failed: [{ Id: '0', Code: 'InternalError', Message: 'down' }] });

  test('has errors only, by its level, with the time, the pipe and the execution, and no record', async () => {
    const { log, lines } = await delivered({ target: 'sqs', count: 1, retries: 1, level: 'ERROR', reply: fails });
    expect(steps(log)).toEqual([
      ['ExecutionFailed', 'InternalError: down'],
      ['ExecutionFailed', 'InternalError: down'],
      ['ExecutionFailed', '1 records are given up: RetryAttemptsExhausted'],
    ]);
    expect(log[0]).toEqual({
      ...{ resourceArn: 'arn:aws:pipes:us-east-1:123456789012:pipe/changes', timestamp: expect.any(Number) },
      ...{ executionId: expect.stringMatching(/^[0-9a-f-]{36}$/), messageType: 'ExecutionFailed', logLevel: 'ERROR' },
      error: { message: 'InternalError: down' },
    });
    expect(new Set(lines.map(({ group, stream }) => [group, stream].join(' ')))).toEqual(
      new Set(['/aws/vendedlogs/pipes/changes aws/pipes/changes']),
    );
  });

  test('is empty if its level is OFF', async () => {
    expect((await delivered({ target: 'sqs', count: 1, retries: 0, level: 'OFF', reply: fails })).log).toEqual([]);
  });
});

// documented: "Event enrichment in Amazon EventBridge Pipes"
describe('an enrichment', () => {
  test('replaces the events, of which it may leave some out', async () => {
    const { calls, enriched } = await delivered({
      target: 'sqs',
      reply: () => ({}),
      enrich: (numbers) => numbers.slice(1).map((number) => number * 10),
    });
    expect(enriched).toEqual([[1, 2, 3]]);
    expect(calls).toEqual([[20, 30]]);
  });

  test('that returns an empty list ends the execution without a call of the target', async () => {
    const { calls, dead, log } = await delivered({ target: 'sqs', reply: () => ({}), enrich: () => [] });
    expect([calls, dead]).toEqual([[], []]);
    expect(steps(log)).toEqual([
      ['ExecutionStarted', ''],
      ['ExecutionSucceeded', ''],
    ]);
  });

  test('is called again for the whole batch after a partial failure of the target', async () => {
    const reply: Settings['reply'] = (_numbers, call): JsonObject =>
      call === 1 ? { Failed: [{ Id: '1', Code: 'InternalError', Message: 'down' }] } : {};
    const { calls, enriched } = await delivered({ target: 'sqs', reply, enrich: (numbers) => numbers });
    expect(enriched).toEqual([
      [1, 2, 3],
      [1, 2, 3],
    ]);
    expect(calls).toEqual(enriched);
  });
});

test('a record that is given up is a dead letter with its position, and not its content', async () => {
  const { dead, calls } = await delivered({
    ...{ target: 'firehose', retries: 1 },
    reply: (numbers) => ({
      RequestResponses: numbers.map((number): JsonObject => (number === 2 ? { ErrorCode: 'InternalFailure' } : { RecordId: 'id' })),
    }),
  });
  expect(calls).toEqual([[1, 2, 3], [2]]);
  expect(dead).toEqual([
    expect.objectContaining({
      context: { partnerResourceArn: 'arn:aws:pipes:us-east-1:123456789012:pipe/changes', condition: 'RetryAttemptsExhausted' },
      DDBStreamBatchInfo: expect.objectContaining({ shardId: 'shard', startSequenceNumber: '2', endSequenceNumber: '2', batchSize: 1 }),
    }),
  ]);
});
