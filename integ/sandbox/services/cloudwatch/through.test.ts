import { DynamoDBClient, ExecuteStatementCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cw from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sns from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Assembly, Clock, JsonObject, Metrics } from '../../contracts';
import { createClock } from '../../process/clock';
import { type StartedServices, startServices } from '../../start-services';
import { assemblyOf, provision, startedEngines, temporaryFolder } from '../../testing/engines';
import { services } from '..';

const MINUTE = 60_000;
const folder = temporaryFolder();
const { engines } = startedEngines(folder);

const code = (body: string) => lambda.Code.fromInline(`exports.handler = async (event) => { ${body} };`);

function build(stack: Stack): void {
  const topic = new sns.Topic(stack, 'Topic', { topicName: 'Alarms' });
  const pages = new sqs.Queue(stack, 'Pages', { queueName: 'pages' });
  topic.addSubscription(new SqsSubscription(pages, { rawMessageDelivery: true }));
  topic.addSubscription(new EmailSubscription('operator@shop.example'));
  const props = { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler' };
  const worker = new lambda.Function(stack, 'Worker', { ...props, functionName: 'worker', code: code("throw new Error('broken')") });
  const web = new lambda.Function(stack, 'Web', {
    ...{ ...props, functionName: 'web' },
    code: code("return { statusCode: Number(event.queryStringParameters?.status ?? 200), body: 'ok' }"),
  });
  const api = new apigateway.RestApi(stack, 'Api', { restApiName: 'Shop', cloudWatchRole: false });
  api.root.addMethod('GET', new apigateway.LambdaIntegration(web));
  const dead = new sqs.Queue(stack, 'Dead', { queueName: 'dead' });
  const jobs = new sqs.Queue(stack, 'Jobs', { queueName: 'jobs', deadLetterQueue: { queue: dead, maxReceiveCount: 1 } });
  new dynamodb.TableV2(stack, 'Orders', {
    ...{ tableName: 'orders', removalPolicy: RemovalPolicy.DESTROY },
    partitionKey: { name: 'pk', type: dynamodb.AttributeType.STRING },
    globalSecondaryIndexes: [{ indexName: 'byDay', partitionKey: { name: 'day', type: dynamodb.AttributeType.STRING } }],
  });
  const period = Duration.minutes(1);
  const alarm = (name: string, metric: cw.IMetric, threshold = 0) => {
    const created = new cw.Alarm(stack, name, {
      ...{ alarmName: name, metric, threshold, evaluationPeriods: 1, treatMissingData: cw.TreatMissingData.NOT_BREACHING },
      comparisonOperator: cw.ComparisonOperator.GREATER_THAN_THRESHOLD,
    });
    created.addAlarmAction(new SnsAction(topic));
    created.addOkAction(new SnsAction(topic));
  };
  alarm('Failing', worker.metricErrors({ period }));
  alarm('Old', jobs.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum' }), 300);
  alarm('DeadLetters', dead.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }));
  alarm('ServerErrors', api.metricServerError({ period, statistic: 'Sum' }));
}

let started: StartedServices;
let clock: Clock;
let assembly: Assembly;
let metrics: Metrics;
let tables: DynamoDBClient;
let queues: SQSClient;
const reported: string[] = [];

beforeAll(async () => {
  assembly = assemblyOf(folder, build);
  clock = createClock(1);
  await provision(assembly, engines(), clock);
  started = await startServices(services, { assembly, engines: engines(), clock, report: (line) => reported.push(line) });
  await started.ready();
  const { expiration: _, ...credentials } = started.endpoint.administrator();
  const settings = { endpoint: started.endpoint.url, region: 'us-east-1', credentials };
  [tables, queues] = [new DynamoDBClient(settings), new SQSClient(settings)];
  metrics = started.use('metrics');
}, 240_000);
afterAll(async () => {
  tables?.destroy();
  queues?.destroy();
  await started?.close();
});

const url = (name: string) => `${started.endpoint.url}/${assembly.account}/${name}`;
const changes = (name: string) =>
  started
    .use('alarms')
    .history()
    .filter(({ alarm }) => alarm === name)
    .map(({ to }) => to);
/** Advances the clock, until an alarm has a state. */
async function until(name: string, state: string): Promise<void> {
  for (let minute = 0; minute < 10; minute += 1) {
    clock.advance(MINUTE);
    for (let wait = 0; wait < 20; wait += 1) {
      await new Promise((resolve) => setTimeout(resolve, 25));
      if (started.use('alarms').state(name) === state) return;
    }
  }
  throw new Error(`${name} is ${started.use('alarms').state(name)}, and not ${state}`);
}
const total = (namespace: string, name: string, dimensions: Record<string, string>, statistic: 'Sum' | 'SampleCount' = 'Sum') => {
  const now = clock.now();
  return metrics.values({ namespace, name, dimensions }, statistic, 86_400, now - 86_400_000 + MINUTE, now + MINUTE)[0];
};

test('every alarm has a metric that is filled', () => {
  expect(reported.filter((line) => line.includes('is not evaluated'))).toEqual([]);
});

test('a function that fails sets off its alarm, whose message reaches the subscriptions of the topic', async () => {
  await until('Failing', 'OK');
  await expect(started.use('functions').invoke('worker', {})).resolves.toMatchObject({ functionError: 'Unhandled' });
  await until('Failing', 'ALARM');
  await until('Failing', 'OK');
  expect(changes('Failing')).toEqual(['OK', 'ALARM', 'OK']);
  const delivered = () =>
    started
      .use('topics')
      .deliveries()
      .filter(({ subject = '' }) => subject.includes('"Failing"'));
  while (delivered().length < 6) await new Promise((resolve) => setTimeout(resolve, 20));
  const messages = delivered();
  expect(messages.filter(({ protocol }) => protocol === 'sqs').map(({ status, subject }) => [status, subject])).toEqual([
    ['delivered', 'OK: "Failing" in US East (N. Virginia)'],
    ['delivered', 'ALARM: "Failing" in US East (N. Virginia)'],
    ['delivered', 'OK: "Failing" in US East (N. Virginia)'],
  ]);
  expect(messages.filter(({ protocol }) => protocol === 'email').every(({ status }) => status === 'unconfirmed')).toBe(true);
  const { Messages = [] } = await queues.send(new ReceiveMessageCommand({ QueueUrl: url('pages'), MaxNumberOfMessages: 10 }));
  const alarms = Messages.map(({ Body = '{}' }) => JSON.parse(Body) as JsonObject).filter(({ AlarmName }) => AlarmName === 'Failing');
  expect(alarms).toContainEqual(
    expect.objectContaining({
      NewStateValue: 'ALARM',
      Trigger: expect.objectContaining({ MetricName: 'Errors', Namespace: 'AWS/Lambda' }),
    }),
  );
  expect(total('AWS/Lambda', 'Invocations', { FunctionName: 'worker' })).toBe(1);
}, 60_000);

test('a message that nobody handles becomes old, and is counted when it is a dead letter', async () => {
  const agesOf = (QueueName: string, minutes: number) => {
    const id = { namespace: 'AWS/SQS', name: 'ApproximateAgeOfOldestMessage', dimensions: { QueueName } };
    return metrics.values(id, 'Maximum', 60, clock.now() - minutes * MINUTE, clock.now()).filter((age) => age !== undefined);
  };
  // It was not in the queue while the clock was advanced.
  clock.advance(60 * MINUTE);
  await queues.send(new SendMessageCommand({ QueueUrl: url('jobs'), MessageBody: 'one' }));
  await until('Old', 'ALARM');
  expect(agesOf('jobs', 20)[0]).toBeLessThanOrEqual(120);
  const receive = (more: object) => queues.send(new ReceiveMessageCommand({ QueueUrl: url('jobs'), ...more }));
  await receive({ VisibilityTimeout: 1 });
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  // The next receive moves it, because it was received once.
  await receive({});
  await until('DeadLetters', 'ALARM');
  await until('Old', 'OK');
  expect(total('AWS/SQS', 'NumberOfMessagesSent', { QueueName: 'jobs' })).toBe(1);
  expect(total('AWS/SQS', 'NumberOfMessagesReceived', { QueueName: 'jobs' })).toBe(1);
  expect(total('AWS/SQS', 'NumberOfMessagesSent', { QueueName: 'dead' })).toBeUndefined();
  // A dead-letter queue counts from the move: the message was sent more than five minutes ago.
  expect(agesOf('dead', 10)[0]).toBeLessThanOrEqual(60);
}, 60_000);

test('a request of an API is counted with its status and its latency', async () => {
  const [{ url: address }] = started.use('restApis').apis;
  for (const status of [200, 404, 500]) await fetch(`${address}/?status=${status}`);
  await until('ServerErrors', 'ALARM');
  const names = ['Count', '4XXError', '5XXError'];
  expect(names.map((name) => total('AWS/ApiGateway', name, { ApiName: 'Shop', Stage: 'prod' }))).toEqual([3, 1, 1]);
  expect(total('AWS/ApiGateway', 'IntegrationLatency', { ApiName: 'Shop' }, 'SampleCount')).toBe(3);
  expect(total('AWS/ApiGateway', 'Latency', { ApiName: 'Shop' })).toBeGreaterThan(0);
}, 60_000);

test('calls of a table have their capacity, their latency and their items', async () => {
  const TableName = 'orders';
  const Item = { pk: { S: 'a' }, day: { S: 'monday' } };
  await tables.send(new PutItemCommand({ TableName, Item }));
  await tables.send(new ExecuteStatementCommand({ Statement: `INSERT INTO "orders" VALUE {'pk': 'b'}` }));
  const condition = { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' };
  await expect(tables.send(new PutItemCommand(condition))).rejects.toThrow('The conditional request failed');
  const values = { ':day': { S: 'monday' } };
  const query = { TableName, IndexName: 'byDay', KeyConditionExpression: '#day = :day', ExpressionAttributeNames: { '#day': 'day' } };
  const found = await tables.send(new QueryCommand({ ...query, ExpressionAttributeValues: values }));
  expect([found.Items, found.ConsumedCapacity]).toEqual([[Item], undefined]);
  const asked = await tables.send(new QueryCommand({ ...query, ExpressionAttributeValues: values, ReturnConsumedCapacity: 'TOTAL' }));
  expect(asked.ConsumedCapacity).toMatchObject({ TableName, CapacityUnits: 0.5 });
  const of = (name: string, dimensions: object = {}, statistic?: 'SampleCount') =>
    total('AWS/DynamoDB', name, { TableName, ...dimensions }, statistic);
  expect(of('ConsumedWriteCapacityUnits')).toBe(2);
  expect(of('ConsumedWriteCapacityUnits', { GlobalSecondaryIndexName: 'byDay' })).toBe(1);
  expect(of('ConsumedReadCapacityUnits', { GlobalSecondaryIndexName: 'byDay' })).toBe(0.5);
  expect(of('ReturnedItemCount', { Operation: 'Query' })).toBe(2);
  expect(of('SuccessfulRequestLatency', { Operation: 'PutItem' }, 'SampleCount')).toBe(1);
  expect(of('SuccessfulRequestLatency', { Operation: 'ExecuteStatement' }, 'SampleCount')).toBe(1);
  expect(of('ConditionalCheckFailedRequests')).toBe(1);
}, 60_000);
