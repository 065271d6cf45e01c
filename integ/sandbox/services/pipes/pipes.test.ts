import { DeleteItemCommand, DynamoDBClient, ExecuteStatementCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as cdkPipes from 'aws-cdk-lib/aws-pipes';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Assembly, Call, Json, JsonObject } from '../../contracts';
import { createClock } from '../../process/clock';
import { startServices } from '../../start-services';
import { callerWith } from '../../streams/service-caller';
import { assemblyOf, invalid, provision, startedEngines, temporaryFolder } from '../../testing/engines';
import { services } from '..';

const folder = temporaryFolder();
const { engines } = startedEngines(folder);
const closing: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

interface PipeOptions {
  readonly name: string;
  readonly key?: boolean;
  readonly ttl?: boolean;
  readonly source?: Partial<cdkPipes.CfnPipe.PipeSourceDynamoDBStreamParametersProperty>;
  readonly pattern?: object;
  readonly template?: string;
  readonly without?: 'records' | 'send' | 'decrypt';
  readonly desiredState?: string;
  readonly enrichment?: string;
}

/** A table, a pipe and a queue, with a dead-letter queue of the pipe. */
const app =
  ({ name, key, ttl, source, pattern, template, without, desiredState, enrichment }: PipeOptions) =>
  (stack: Stack) => {
    const encryptionKey = key ? new kms.Key(stack, 'Key') : undefined;
    const table = new dynamodb.Table(stack, 'Table', {
      tableName: `${name}-table`,
      partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      stream: dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
      timeToLiveAttribute: ttl ? 'expires' : undefined,
      encryptionKey,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const queue = new sqs.Queue(stack, 'Target', { queueName: `${name}-target` });
    const dead = new sqs.Queue(stack, 'Dead', { queueName: `${name}-dead` });
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('pipes.amazonaws.com') });
    const grant = (actions: string[], resource: string) => role.addToPolicy(new iam.PolicyStatement({ actions, resources: [resource] }));
    const actions = ['DescribeStream', 'GetShardIterator', ...(without === 'records' ? [] : ['GetRecords'])];
    grant(
      actions.map((action) => `dynamodb:${action}`),
      table.tableStreamArn ?? '',
    );
    if (without !== 'send') grant(['sqs:SendMessage'], queue.queueArn);
    grant(['sqs:SendMessage'], dead.queueArn);
    if (without !== 'decrypt') encryptionKey?.grantDecrypt(role);
    new cdkPipes.CfnPipe(stack, 'Pipe', {
      name,
      roleArn: role.roleArn,
      source: table.tableStreamArn ?? '',
      target: queue.queueArn,
      desiredState,
      enrichment,
      sourceParameters: {
        dynamoDbStreamParameters: { startingPosition: 'TRIM_HORIZON', batchSize: 10, deadLetterConfig: { arn: dead.queueArn }, ...source },
        filterCriteria: pattern === undefined ? undefined : { filters: [{ pattern: JSON.stringify(pattern) }] },
      },
      targetParameters: template === undefined ? undefined : { inputTemplate: template },
    });
  };

async function started(options: PipeOptions, speed = 1) {
  const assembly = assemblyOf(folder, app(options));
  const clock = createClock(speed);
  await provision(assembly, engines(), clock);
  const reported: string[] = [];
  const running = await startServices(services, { assembly, engines: engines(), clock, report: (line) => reported.push(line) });
  closing.push(() => running.close());
  const calls: Call[] = [];
  running.endpoint.onCall((call) => calls.push(call));
  await running.ready();
  const { expiration: _, ...credentials } = running.endpoint.administrator();
  const settings = { endpoint: running.endpoint.url, region: 'us-east-1', credentials };
  const [tables, queues] = [new DynamoDBClient(settings), new SQSClient(settings)];
  closing.push(
    () => tables.destroy(),
    () => queues.destroy(),
  );
  const TableName = `${options.name}-table`;
  const put = (pk: string, more: object = {}) => tables.send(new PutItemCommand({ TableName, Item: { pk: { S: pk }, ...more } }));
  return {
    assembly,
    clock,
    tables,
    TableName,
    put,
    queues,
    calls,
    reported,
    endpoint: running.endpoint,
    pipes: running.use('pipes'),
    arn: `arn:aws:pipes:us-east-1:123456789012:pipe/${options.name}`,
  };
}
type Started = Awaited<ReturnType<typeof started>>;

/** Receives messages of a queue until there are as many. */
async function received({ queues }: Started, queue: string, count: number, seconds = 15): Promise<JsonObject[]> {
  const found: JsonObject[] = [];
  for (const end = Date.now() + seconds * 1000; found.length < count && Date.now() < end; ) {
    const QueueUrl = `http://x/123456789012/${queue}`;
    const { Messages = [] } = await queues.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 }));
    for (const { Body = '', ReceiptHandle } of Messages) {
      found.push(JSON.parse(Body) as JsonObject);
      await queues.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
  return found;
}

const image = (event: JsonObject, name: string): Json => ((event.dynamodb as JsonObject)[name] ?? null) as Json;

test('changes go through the filter and the template to the target, in order, with the permissions of the role', async () => {
  const pipe = await started({
    name: 'changes',
    key: true,
    pattern: { eventName: ['INSERT', 'MODIFY'] },
    template:
      '{"name": <$.eventName>, "id": <$.dynamodb.Keys.pk.S>, "score": <$.dynamodb.NewImage.score.N>, "sequence": <$.dynamodb.SequenceNumber>}',
  });
  await pipe.put('a', { score: { N: '1' } });
  await pipe.tables.send(
    new UpdateItemCommand({
      TableName: pipe.TableName,
      Key: { pk: { S: 'a' } },
      UpdateExpression: 'SET score = :s',
      ExpressionAttributeValues: { ':s': { N: '12345678901234567890' } },
    }),
  );
  await pipe.tables.send(new DeleteItemCommand({ TableName: pipe.TableName, Key: { pk: { S: 'a' } } }));
  await pipe.tables.send(new ExecuteStatementCommand({ Statement: `INSERT INTO "${pipe.TableName}" VALUE {'pk': 'b', 'score': 3}` }));
  const messages = await received(pipe, 'changes-target', 3);
  expect(messages.map(({ sequence, ...message }) => message)).toEqual([
    { name: 'INSERT', id: 'a', score: '1' },
    { name: 'MODIFY', id: 'a', score: '12345678901234567890' },
    { name: 'INSERT', id: 'b', score: '3' },
  ]);
  const own = pipe.calls.filter(({ principal }) => principal.endsWith('/changes'));
  expect([...new Set(own.map(({ service, operation, status }) => `${service}:${operation}:${status}`))]).toEqual([
    'dynamodb:DescribeStream:200',
    'dynamodb:GetShardIterator:200',
    'dynamodb:GetRecords:200',
    'sqs:SendMessageBatch:200',
  ]);
});

test('without a template the target gets the record as documented, and the removal of an expired item is one of the service', async () => {
  // Ten minutes of the clock are two seconds.
  const pipe = await started({ name: 'expiry', ttl: true }, 300);
  const expires = { N: String(Math.floor(pipe.clock.now() / 1000) + 60) };
  await pipe.put('gone', { expires });
  await pipe.put('deleted', { expires });
  await pipe.tables.send(new DeleteItemCommand({ TableName: pipe.TableName, Key: { pk: { S: 'deleted' } } }));
  const messages = await received(pipe, 'expiry-target', 4);
  expect(messages.map(({ eventName, userIdentity = null }) => [eventName, userIdentity])).toEqual([
    ['INSERT', null],
    ['INSERT', null],
    ['REMOVE', null],
    ['REMOVE', { type: 'Service', principalId: 'dynamodb.amazonaws.com' }],
  ]);
  const [, , , removal] = messages;
  expect(image(removal, 'OldImage')).toEqual({ pk: { S: 'gone' }, expires });
  expect(removal).toMatchObject({
    eventVersion: expect.any(String),
    eventSource: 'aws:dynamodb',
    awsRegion: 'us-east-1',
    eventID: expect.any(String),
    eventSourceARN: expect.stringMatching(/^arn:aws:dynamodb:us-east-1:123456789012:table\/expiry-table\/stream\//),
    dynamodb: {
      Keys: { pk: { S: 'gone' } },
      StreamViewType: 'NEW_AND_OLD_IMAGES',
      SequenceNumber: expect.stringMatching(/^\d+$/),
      SizeBytes: expect.any(Number),
    },
  });
  const { ApproximateCreationDateTime: created } = removal.dynamodb as { ApproximateCreationDateTime: number };
  // Expired after a minute and removed at most ten minutes later, by the sandbox's clock.
  expect(created).toBeGreaterThanOrEqual(Number(expires.N));
  expect(created - Number(expires.N)).toBeLessThan(700);
});

describe('a batch that fails', () => {
  const fault = { service: 'sqs', operation: 'SendMessageBatch', code: 'InternalError', message: 'down', status: 500 };

  test('is tried again, and then its position goes to the dead-letter queue, and the pipe continues', async () => {
    const pipe = await started({ name: 'retries', source: { maximumRetryAttempts: 2, batchSize: 1 } }, 20);
    pipe.endpoint.inject({ ...fault, calls: [1, 2, 3] });
    await pipe.put('poison');
    await pipe.put('good');
    const [given] = await received(pipe, 'retries-dead', 1);
    const [good] = await received(pipe, 'retries-target', 1);
    expect(image(good, 'Keys')).toEqual({ pk: { S: 'good' } });
    expect(pipe.calls.filter(({ operation }) => operation === 'SendMessageBatch').map(({ status }) => status)).toEqual([
      500, 500, 500, 200,
    ]);
    const info = given.DDBStreamBatchInfo as JsonObject;
    expect(given).toEqual({
      context: { partnerResourceArn: pipe.arn, condition: 'RetryAttemptsExhausted' },
      version: '1.0',
      timestamp: expect.any(String),
      DDBStreamBatchInfo: {
        shardId: expect.stringMatching(/^shardId-/),
        startSequenceNumber: expect.stringMatching(/^\d+$/),
        endSequenceNumber: info.startSequenceNumber,
        approximateArrivalOfFirstRecord: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        approximateArrivalOfLastRecord: expect.any(String),
        batchSize: 1,
        streamArn: expect.stringContaining('/stream/'),
      },
    });
  });

  test('is halved until one record is left, so that one bad record holds nothing back', async () => {
    // A quoted object makes the template of this one record fail.
    const pipe = await started({
      name: 'bisect',
      desiredState: 'STOPPED',
      template: '{"id": <$.dynamodb.Keys.pk.S>, "note": "<$.dynamodb.NewImage.note.S>"}',
      source: { maximumRetryAttempts: 0, onPartialBatchItemFailure: 'AUTOMATIC_BISECT' },
    });
    for (const pk of ['a', 'b', 'c', 'd', 'e']) await pipe.put(pk, { note: pk === 'c' ? { S: 'x' } : { S: 'y' } });
    pipe.endpoint.inject({ ...fault, calls: [1] });
    pipe.pipes.start(pipe.arn);
    expect((await received(pipe, 'bisect-target', 5)).map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'e']);
    const sizes = pipe.calls.filter(({ operation }) => operation === 'SendMessageBatch').length;
    // The whole batch, then both halves.
    expect(sizes).toBe(3);
  });

  test('is given up when it is too old, by the clock', async () => {
    const pipe = await started({ name: 'age', source: { maximumRecordAgeInSeconds: 60 } }, 60);
    const stop = pipe.endpoint.inject(fault);
    await pipe.put('old');
    const [given] = await received(pipe, 'age-dead', 1);
    expect(given.context).toMatchObject({ condition: 'RecordAgeExceeded' });
    stop();
    await pipe.put('new');
    const [fresh] = await received(pipe, 'age-target', 1);
    expect(image(fresh, 'Keys')).toEqual({ pk: { S: 'new' } });
  });
});

test('a pipe continues where it was stopped, and a day later records are gone', async () => {
  const pipe = await started({ name: 'paused', source: { batchSize: 1 } }, 10);
  await pipe.put('first');
  expect((await received(pipe, 'paused-target', 1)).map((event) => image(event, 'Keys'))).toEqual([{ pk: { S: 'first' } }]);
  await pipe.pipes.stop(pipe.arn);
  await pipe.put('second');
  expect(await received(pipe, 'paused-target', 1, 2)).toEqual([]);
  pipe.pipes.start(pipe.arn);
  expect((await received(pipe, 'paused-target', 1)).map((event) => image(event, 'Keys'))).toEqual([{ pk: { S: 'second' } }]);
  await pipe.pipes.stop(pipe.arn);
  await pipe.put('third');
  // Until the stream has it.
  await new Promise((done) => setTimeout(done, 300));
  const { now } = pipe.clock;
  const day = jest.spyOn(pipe.clock, 'now').mockImplementation(() => now() + 25 * 3_600_000);
  await pipe.put('fourth');
  pipe.pipes.start(pipe.arn);
  expect((await received(pipe, 'paused-target', 2, 3)).map((event) => image(event, 'Keys'))).toEqual([{ pk: { S: 'fourth' } }]);
  day.mockRestore();
});

// documented: StopPipe, StartPipe and DescribePipe (Amazon EventBridge Pipes API Reference)
test('an operator stops and starts a pipe by its API, which continues where it was', async () => {
  const pipe = await started({ name: 'operated', source: { batchSize: 1 } });
  const administrator = callerWith(pipe.endpoint, 'us-east-1', () => pipe.endpoint.administrator());
  const call = async (method: string, path: string) =>
    JSON.parse((await administrator.send('pipes', { method, url: path })).body.toString());
  const state = async () => (await call('GET', '/v1/pipes/operated')).CurrentState;
  await pipe.put('first');
  await pipe.pipes.caughtUp(pipe.arn);
  expect(await call('GET', '/v1/pipes/operated')).toMatchObject({ Arn: pipe.arn, Name: 'operated', CurrentState: 'RUNNING' });
  expect(await call('POST', '/v1/pipes/operated/stop')).toMatchObject({ DesiredState: 'STOPPED', CurrentState: 'STOPPING' });
  while ((await state()) !== 'STOPPED') await new Promise((done) => setTimeout(done, 20));
  await pipe.put('second');
  expect((await received(pipe, 'operated-target', 2, 2)).map((event) => image(event, 'Keys'))).toEqual([{ pk: { S: 'first' } }]);
  await expect(call('POST', '/v1/pipes/operated/stop')).rejects.toMatchObject({ code: 'ConflictException', status: 409 });
  expect(await call('POST', '/v1/pipes/operated/start')).toMatchObject({ CurrentState: 'RUNNING' });
  await pipe.pipes.caughtUp(pipe.arn);
  expect((await received(pipe, 'operated-target', 1)).map((event) => image(event, 'Keys'))).toEqual([{ pk: { S: 'second' } }]);
  await expect(call('POST', '/v1/pipes/other/start')).rejects.toMatchObject({ code: 'NotFoundException', status: 404 });
  await expect(call('DELETE', '/v1/pipes/operated')).rejects.toThrow('The sandbox supports DescribePipe, StartPipe and StopPipe');
  const [{ arn: role }] = pipe.assembly.ofType('AWS::IAM::Role').map((one) => ({ arn: pipe.assembly.attribute(one, 'Arn') }));
  const own = callerWith(pipe.endpoint, 'us-east-1', () => pipe.endpoint.assumeAsService(role, 'pipes.amazonaws.com', 'test'));
  await expect(own.send('pipes', { method: 'POST', url: '/v1/pipes/operated/stop' })).rejects.toThrow(
    `is not authorized to perform: pipes:StopPipe on resource: ${pipe.arn}`,
  );
});

test('a killed pipe delivers again what it has not recorded', async () => {
  const pipe = await started({ name: 'killed' });
  pipe.endpoint.delay('sqs', 1500);
  await pipe.put('a');
  const delivered = new Promise<void>((resolve) => {
    const stop = pipe.endpoint.onCall(({ operation }) => {
      if (operation !== 'GetRecords') return;
      stop();
      resolve();
    });
  });
  await delivered;
  await new Promise((done) => setTimeout(done, 800));
  await pipe.pipes.kill(pipe.arn);
  pipe.endpoint.delay('sqs', 0);
  const messages = await received(pipe, 'killed-target', 2);
  expect(messages.map((event) => image(event, 'Keys'))).toEqual([{ pk: { S: 'a' } }, { pk: { S: 'a' } }]);
});

describe('the role of a pipe', () => {
  test.each([
    ['records', 'dynamodb:GetRecords'],
    ['decrypt', 'kms:Decrypt'],
    ['send', 'sqs:SendMessage'],
  ] as const)('without the permission for %s gets nothing delivered, and the reason is reported', async (without, action) => {
    const pipe = await started({ name: `denied-${without}`, key: true, without });
    await pipe.put('a');
    for (const end = Date.now() + 10_000; pipe.reported.length === 0 && Date.now() < end; )
      await new Promise((done) => setTimeout(done, 50));
    expect(pipe.reported[0]).toMatch(new RegExp(`^Shop.Pipe: .*is not authorized to perform: ${action}`, 'i'));
    expect(await received(pipe, `denied-${without}-target`, 1, 2)).toEqual([]);
  });
});

describe('a pipe that AWS would reject, or that is not supported', () => {
  const problems = (options: Omit<PipeOptions, 'name'>): string[] =>
    invalid(assemblyOf(folder, app({ name: 'invalid', ...options })) as Assembly);

  test.each<[Omit<PipeOptions, 'name'>, string]>([
    [{ source: { batchSize: 11 } }, 'BatchSize is 11: the largest batch of the target is 10'],
    [{ source: { batchSize: 0 } }, 'BatchSize is 0: it must be a whole number from 1 to 10000'],
    [{ source: { maximumRecordAgeInSeconds: 30 } }, 'MaximumRecordAgeInSeconds is 30: it must be a whole number from 60 to 604800'],
    [{ source: { startingPosition: 'AT_TIMESTAMP' } }, 'AT_TIMESTAMP is not TRIM_HORIZON or LATEST'],
    [{ pattern: { eventName: 'INSERT' } }, '"eventName" must be an object or an array'],
    [
      { enrichment: 'arn:aws:events:us-east-1:123456789012:api-destination/x/y' },
      'Enrichment arn:aws:events:us-east-1:123456789012:api-destination/x/y is not supported: only a function is',
    ],
    [
      { enrichment: 'arn:aws:states:us-east-1:123456789012:stateMachine:x' },
      'Enrichment arn:aws:states:us-east-1:123456789012:stateMachine:x is not supported: only a function is',
    ],
    [{ template: '{"a": <$.x y>}' }, '<$.x y> is not a path that EventBridge supports'],
  ])('%j', (options, message) => {
    expect(problems(options)).toEqual([expect.stringContaining(message)]);
  });
});
