import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as cdk from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, type DynamoEventSourceProps, SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { JsonObject, Sandbox } from '../../../contracts';
import { startSandbox } from '../../../sandbox';

const TRIM_HORIZON = lambda.StartingPosition.TRIM_HORIZON;
const idOf = '({ dynamodb }) => dynamodb.Keys.id.S';
const LOGS_IDS = `exports.handler = async ({ Records }) => { console.log('ids', Records.map(${idOf}).join()); };`;
const LOGS_EVENTS = "exports.handler = async (event) => { console.log('event', JSON.stringify(event)); };";
/** Fails if the batch has a record whose id begins with `bad`. */
const FAILS = `exports.handler = async ({ Records }) => {
  const ids = Records.map(${idOf});
  console.log('ids', ids.join());
  if (ids.some((id) => id.startsWith('bad'))) throw new Error('bad');
};`;
/** Names the first such record as failed, until it was tried twice. */
const NAMES_FAILURE = `let tries = 0;
exports.handler = async ({ Records }) => {
  console.log('ids', Records.map(${idOf}).join());
  const bad = Records.find(({ dynamodb }) => dynamodb.Keys.id.S.startsWith('bad'));
  if (!bad || ++tries > 2) return {};
  return { batchItemFailures: [{ itemIdentifier: bad.dynamodb.SequenceNumber }] };
};`;

let sandbox: Sandbox;
let client: DynamoDBClient;
const reported: string[] = [];

beforeAll(async () => {
  const outdir = mkdtempSync(join(process.env.TEST_FOLDER ?? tmpdir(), 'streams-'));
  const app = new cdk.App({ outdir, analyticsReporting: false });
  const stack = new cdk.Stack(app, 'Shop');
  const tableWithStream = (id: string) =>
    new dynamodb.Table(stack, `${id}Table`, {
      tableName: id,
      partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING },
      stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
    });
  const reader = (id: string, code: string, options: Partial<DynamoEventSourceProps> = {}, table = tableWithStream(id)) => {
    const handler = new lambda.Function(stack, id, {
      functionName: id,
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline(code),
    });
    handler.addEventSource(new DynamoEventSource(table, { startingPosition: TRIM_HORIZON, ...options }));
    return handler;
  };
  // With a window, records that are written one after another are in one batch.
  const window = { maxBatchingWindow: cdk.Duration.seconds(20) };
  const discarded = new sqs.Queue(stack, 'Discarded', { queueName: 'discarded' });
  reader('Plain', LOGS_EVENTS);
  reader('Latest', LOGS_IDS, { startingPosition: lambda.StartingPosition.LATEST, ...window });
  reader('Bisected', FAILS, { ...window, bisectBatchOnError: true, retryAttempts: 1, onFailure: new SqsDlq(discarded) });
  reader('Partial', NAMES_FAILURE, { ...window, reportBatchItemFailures: true, retryAttempts: 5 });
  reader('Aged', FAILS, { ...window, maxRecordAge: cdk.Duration.seconds(60) });
  reader('Filtered', LOGS_IDS, { filters: [lambda.FilterCriteria.filter({ eventName: lambda.FilterRule.isEqual('INSERT') })] });
  const unlisted = reader('Unlisted', LOGS_IDS);
  unlisted.addToRolePolicy(new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['dynamodb:ListStreams'], resources: ['*'] }));
  sandbox = await startSandbox(app.synth().directory, { speed: 20, report: (line) => reported.push(line) });
  const { accessKeyId, secretAccessKey } = sandbox.endpoint.administrator();
  client = new DynamoDBClient({ endpoint: sandbox.endpoint.url, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } });
});
afterAll(async () => {
  require('node:fs').writeFileSync(
    '/tmp/f-debug.json',
    JSON.stringify({ reported, logs: sandbox.logs.lines('/aws/lambda/Latest'), bis: sandbox.logs.lines('/aws/lambda/Plain') }, null, 1),
  );
  client?.destroy();
  await sandbox?.close();
});

async function put(TableName: string, ...ids: string[]): Promise<void> {
  for (const id of ids) await client.send(new PutItemCommand({ TableName, Item: { id: { S: id } } }));
}

/** What a function has logged with this word, as soon as there are so many lines of it. */
async function logged(name: string, word: string, count: number): Promise<string[]> {
  for (let tries = 0; tries < 300; tries += 1) {
    const lines = sandbox.logs.lines(`/aws/lambda/${name}`).flatMap(({ message }) => new RegExp(`\t${word} (.*)`).exec(message)?.[1] ?? []);
    if (lines.length >= count) return lines;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${name} has not logged ${count} lines with '${word}' in 30 s`);
}

test('delivers the records of a stream in the documented format, with the function’s role', async () => {
  const callers = new Set<string>();
  const stop = sandbox.endpoint.onCall(({ operation, principal }) => operation === 'GetRecords' && callers.add(principal));
  await client.send(new PutItemCommand({ TableName: 'Plain', Item: { id: { S: 'a' }, pieces: { N: '3' } } }));
  const [event] = await logged('Plain', 'event', 1);
  stop();
  const streamARN = sandbox.assembly.attribute(sandbox.assembly.ofType('AWS::DynamoDB::Table')[0], 'StreamArn');
  expect(streamARN).toMatch(/^arn:aws:dynamodb:us-east-1:123456789012:table\/Plain\/stream\/20/);
  expect(JSON.parse(event) as JsonObject).toEqual({
    Records: [
      {
        eventID: expect.any(String),
        eventName: 'INSERT',
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: 'us-east-1',
        dynamodb: {
          ApproximateCreationDateTime: expect.any(Number),
          Keys: { id: { S: 'a' } },
          NewImage: { id: { S: 'a' }, pieces: { N: '3' } },
          SequenceNumber: expect.stringMatching(/^\d+$/),
          SizeBytes: expect.any(Number),
          StreamViewType: 'NEW_AND_OLD_IMAGES',
        },
        eventSourceARN: streamARN,
      },
    ],
  });
  expect([...callers].some((caller) => /assumed-role\/.*PlainServiceRole/.test(caller))).toBe(true);
});

test('a batch of a stream has the records of its window, in their order', async () => {
  await put('Latest', '1', '2', '3');
  expect(await logged('Latest', 'ids', 1)).toEqual(['1,2,3']);
});

test('a failed batch is split until the bad record is alone, which is discarded after its retries', async () => {
  await put('Bisected', '1', 'bad', '3');
  const batches = await logged('Bisected', 'ids', 5);
  expect(batches).toEqual(['1,bad,3', '1,bad', '1', 'bad', 'bad', '3'].slice(0, batches.length));
  const { accessKeyId, secretAccessKey } = sandbox.endpoint.administrator();
  const queues = new SQSClient({ endpoint: sandbox.endpoint.url, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey } });
  const receive = new ReceiveMessageCommand({
    QueueUrl: 'https://sqs.us-east-1.amazonaws.com/123456789012/discarded',
    WaitTimeSeconds: 5,
  });
  const { Messages = [] } = await queues.send(receive);
  queues.destroy();
  expect(Messages.map(({ Body = '' }) => JSON.parse(Body))).toEqual([
    {
      requestContext: {
        requestId: expect.any(String),
        functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:Bisected',
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 2,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: expect.stringMatching(/^20.*Z$/),
      DDBStreamBatchInfo: {
        shardId: expect.stringMatching(/^shardId-/),
        startSequenceNumber: expect.stringMatching(/^\d+$/),
        endSequenceNumber: expect.stringMatching(/^\d+$/),
        approximateArrivalOfFirstRecord: expect.stringMatching(/^20.*Z$/),
        approximateArrivalOfLastRecord: expect.stringMatching(/^20.*Z$/),
        batchSize: 1,
        streamArn: expect.stringContaining(':table/Bisected/stream/'),
      },
    },
  ]);
  expect(await logged('Bisected', 'ids', 6)).toHaveLength(6);
});

test('records before the first failed one are not delivered again', async () => {
  await put('Partial', '1', '2', 'bad', '4');
  expect(await logged('Partial', 'ids', 3)).toEqual(['1,2,bad,4', 'bad,4', 'bad,4']);
});

test('a batch is tried again until its records are too old', async () => {
  await put('Aged', 'bad');
  await put('Aged', '2');
  const batches = await logged('Aged', 'ids', 3);
  expect(new Set(batches)).toEqual(new Set(['bad,2']));
  await put('Aged', '3');
  const after = batches.length;
  for (let count = after; !(await logged('Aged', 'ids', count)).includes('3'); count += 1) expect(count - after).toBeLessThan(30);
  expect(reported.some((line) => /^Shop.Aged.*: discarded 2 records after \d+ attempts$/.test(line))).toBe(true);
});

test('reading a stream stops while its mapping is paused, and goes on where it was', async () => {
  const arn = 'arn:aws:lambda:us-east-1:123456789012:function:Latest';
  const before = (await logged('Latest', 'ids', 1)).length;
  await sandbox.functions.pauseEventSources(arn);
  await put('Latest', '4');
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(await logged('Latest', 'ids', 1)).toHaveLength(before);
  sandbox.functions.resumeEventSources(arn);
  expect((await logged('Latest', 'ids', before + 1)).slice(before)).toEqual(['4']);
});

test('a role that may not read a stream, and filters of a stream, are rejected by name', () => {
  const lines = reported.filter((line) => line.startsWith('left out: '));
  expect(lines).toEqual([
    expect.stringMatching(/AWS::Lambda::EventSourceMapping.FilterCriteria is not supported \(Shop.Filtered/),
    expect.stringMatching(
      /\(Shop.Unlisted.*\): Cannot access stream arn:aws:dynamodb:.*\. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions/,
    ),
  ]);
});
