import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as cdk from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import type { JsonObject, LogLine, Sandbox } from '../../contracts';
import { startSandbox } from '../../sandbox';
import { type SdkCall, sdkCaller } from '../../testing/sdk';

const SPEED = 60;
const MINUTE_MS = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'rules-'));
const lines: LogLine[] = [];
const reported: string[] = [];
let sandbox: Sandbox;
let call: SdkCall;

function build(stack: cdk.Stack): void {
  const queue = (queueName: string) => new sqs.Queue(stack, queueName, { queueName });
  const rule = (ruleName: string, detailType: string, more: Partial<events.RuleProps> = {}) =>
    new events.Rule(stack, ruleName, { ruleName, eventPattern: { source: ['shop'], detailType: [detailType] }, ...more });
  rule('to-queue', 'Order').addTarget(new targets.SqsQueue(queue('Orders')));
  const fn = new lambda.Function(stack, 'Fn', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async (event) => { console.log("got " + JSON.stringify(event)); };'),
  });
  rule('to-function', 'Order', {
    eventPattern: { source: ['shop'], detail: { amount: [{ numeric: ['>', 100] }], country: [{ 'anything-but': 'DE' }] } },
  }).addTarget(
    new targets.LambdaFunction(fn, {
      event: events.RuleTargetInput.fromObject({
        amount: events.EventField.fromPath('$.detail.amount'),
        rule: events.EventField.fromPath('$.detail-type'),
      }),
    }),
  );
  const topic = new sns.Topic(stack, 'Topic', { topicName: 'orders' });
  rule('to-topic', 'Notice').addTarget(
    new targets.SnsTopic(topic, { message: events.RuleTargetInput.fromText(`order ${events.EventField.fromPath('$.detail.id')} is due`) }),
  );
  new sns.CfnSubscription(stack, 'Mail', { topicArn: topic.topicArn, protocol: 'https', endpoint: 'https://hooks.example.com' });
  const machine = new sfn.StateMachine(stack, 'Machine', {
    ...{ stateMachineName: 'machine', definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Pass(stack, 'Done')) },
  });
  rule('to-machine', 'Start').addTarget(new targets.SfnStateMachine(machine, { input: events.RuleTargetInput.fromEventPath('$.detail') }));
  const group = new logs.LogGroup(stack, 'Group', { logGroupName: '/aws/events/shop' });
  rule('ended', 'x', {
    eventPattern: { source: ['aws.states'], detailType: ['Step Functions Execution Status Change'], detail: { status: ['SUCCEEDED'] } },
  }).addTarget({
    bind: () => ({
      arn: stack.formatArn({
        service: 'logs',
        resource: 'log-group',
        resourceName: group.logGroupName,
        arnFormat: cdk.ArnFormat.COLON_RESOURCE_NAME,
      }),
    }),
  });
  group.addToResourcePolicy(
    new iam.PolicyStatement({
      principals: [new iam.ServicePrincipal('events.amazonaws.com')],
      ...{ actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [group.logGroupArn] },
    }),
  );
  // Its policy does not let the rule in.
  const dead = queue('Dead');
  dead.addToResourcePolicy(
    new iam.PolicyStatement({
      ...{ actions: ['sqs:SendMessage'], resources: [dead.queueArn], principals: [new iam.ServicePrincipal('events.amazonaws.com')] },
      conditions: { ArnLike: { 'aws:SourceArn': `arn:aws:events:${stack.region}:${stack.account}:rule/*` } },
    }),
  );
  const to = (id: string, queueArn: string, detailType: string, retryPolicy?: events.CfnRule.RetryPolicyProperty) =>
    new events.CfnRule(stack, id, {
      ...{ name: id, eventPattern: { source: ['shop'], 'detail-type': [detailType] } },
      targets: [{ id: 'target', arn: queueArn, deadLetterConfig: { arn: dead.queueArn }, retryPolicy }],
    });
  to('closed', queue('Closed').queueArn, 'Closed');
  const broken = queue('Broken');
  broken.addToResourcePolicy(
    new iam.PolicyStatement({
      actions: ['sqs:SendMessage'],
      resources: [broken.queueArn],
      principals: [new iam.ServicePrincipal('events.amazonaws.com')],
    }),
  );
  to('broken', broken.queueArn, 'Broken', { maximumRetryAttempts: 2 });
  const bus = new events.EventBus(stack, 'Bus', { eventBusName: 'shop' });
  rule('of-bus', 'Order', { eventBus: bus }).addTarget(new targets.SqsQueue(queue('OfBus')));
  rule('hourly', 'x', { eventPattern: undefined, schedule: events.Schedule.rate(cdk.Duration.hours(1)) }).addTarget(
    new targets.SqsQueue(queue('Hourly')),
  );
  rule('off', 'Order', { enabled: false }).addTarget(new targets.SqsQueue(queue('Off')));
  const role = (roleName: string) =>
    new iam.Role(stack, roleName, { roleName, assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  role('Nobody');
  role('Seller').addToPolicy(
    new iam.PolicyStatement({
      ...{ actions: ['events:PutEvents'], resources: [bus.eventBusArn] },
      conditions: { 'ForAllValues:StringEquals': { 'events:source': ['shop'] } },
    }),
  );
}

beforeAll(async () => {
  const app = new cdk.App({ outdir: folder, analyticsReporting: false, context: { '@aws-cdk/aws-iam:minimizePolicies': true } });
  build(new cdk.Stack(app, 'Shop'));
  app.synth();
  sandbox = await startSandbox(folder, {
    ...{ strict: true, speed: SPEED, onLog: (line) => lines.push(line), report: (line) => reported.push(line) },
  });
  call = await sdkCaller('@aws-sdk/client-eventbridge', 'EventBridgeClient', sandbox.endpoint);
}, 180_000);
afterAll(async () => {
  await sandbox?.close();
  rmSync(folder, { recursive: true, force: true });
});

const order = (DetailType: string, detail: object, more: object = {}) => ({
  Source: 'shop',
  DetailType,
  Detail: JSON.stringify(detail),
  ...more,
});
const put = (...Entries: object[]) => call('PutEvents', { Entries });
const ruleArn = (name: string) => `arn:aws:events:us-east-1:123456789012:rule/${name}`;
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'it succeeded',
    ({ name, message }) => `${name}: ${message}`,
  );

async function until<T>(read: () => T | undefined): Promise<T> {
  for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((wake) => setTimeout(wake, 20))) {
    const value = read();
    if (value !== undefined) return value;
  }
  throw new Error('It did not happen within 20 seconds');
}

async function received(queue: string, text = ''): Promise<Message> {
  const { expiration: _, ...credentials } = sandbox.endpoint.administrator();
  const client = new SQSClient({ endpoint: sandbox.endpoint.url, region: 'us-east-1', credentials });
  const QueueUrl = `${sandbox.endpoint.url}/123456789012/${queue}`;
  try {
    for (const end = Date.now() + 20_000; Date.now() < end; ) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1, MessageAttributeNames: ['All'] }),
      );
      for (const message of Messages) {
        await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
        if (message.Body?.includes(text)) return message;
      }
    }
  } finally {
    client.destroy();
  }
  throw new Error(`${queue} has no message with ${text}`);
}

const attributesOf = ({ MessageAttributes = {} }: Message) =>
  Object.fromEntries(Object.entries(MessageAttributes).map(([key, { StringValue }]) => [key, StringValue]));

// documented: "AWS events in Amazon EventBridge", PutEvents
test('a queue gets the event', async () => {
  const { Entries, FailedEntryCount } = await put(
    order('Order', { id: 1 }, { Resources: ['arn:x'], Time: new Date('2026-11-30T08:00:00Z') }),
  );
  expect(FailedEntryCount).toBe(0);
  const [{ EventId }] = Entries as JsonObject[];
  expect(JSON.parse((await received('Orders')).Body ?? '')).toEqual({
    ...{ version: '0', id: EventId, 'detail-type': 'Order', source: 'shop', account: '123456789012', time: '2026-11-30T08:00:00Z' },
    ...{ region: 'us-east-1', resources: ['arn:x'], detail: { id: 1 } },
  });
});

// documented: "Amazon EventBridge input transformation"
test('a function gets the input of its template, for events that match', async () => {
  await put(
    order('Order', { amount: 100, country: 'FR' }),
    order('Order', { amount: 101, country: 'DE' }),
    order('Order', { amount: 102, country: 'FR' }),
  );
  await until(() => lines.find(({ message }) => message.includes('got ')));
  const got = lines.filter(({ message }) => message.includes('got ')).map(({ message }) => message.slice(message.indexOf('{')).trim());
  expect(got).toEqual(['{"amount":102,"rule":"Order"}']);
});

test('a topic gets text with the quotes of the template, if its policy lets rules in', async () => {
  await put(order('Notice', { id: 'a-1' }));
  const { message } = await until(() => sandbox.topics.deliveries().find(({ topicArn }) => topicArn.endsWith(':orders')));
  expect(message).toBe('"order a-1 is due"');
});

// documented: "Step Functions execution status change events", "Using resource-based policies for Amazon EventBridge"
test('a state machine is started with the role of the target, and its end is an event that a log group gets', async () => {
  await put(order('Start', { id: 7 }));
  const line = await until(() => sandbox.logs.lines('/aws/events/shop')[0]);
  const event = JSON.parse(line.message) as JsonObject;
  const { executionArn, startDate, stopDate } = event.detail as JsonObject;
  expect(event).toMatchObject({
    ...{ source: 'aws.states', 'detail-type': 'Step Functions Execution Status Change', resources: [executionArn] },
    detail: {
      stateMachineArn: 'arn:aws:states:us-east-1:123456789012:stateMachine:machine',
      status: 'SUCCEEDED',
      input: '{"id":7}',
      output: '{"id":7}',
      error: null,
    },
  });
  expect(Number(stopDate)).toBeGreaterThanOrEqual(Number(startDate));
});

// documented: "Using dead-letter queues to process undelivered events in EventBridge"
test('a target whose policy does not let the rule in is not tried again', async () => {
  await put(order('Closed', { id: 1 }));
  const letter = await received('Dead', '"Closed"');
  expect(attributesOf(letter)).toEqual({
    ...{
      RULE_ARN: ruleArn('closed'),
      TARGET_ARN: 'arn:aws:sqs:us-east-1:123456789012:Closed',
      ERROR_CODE: 'NO_PERMISSIONS',
      RETRY_ATTEMPTS: '0',
    },
    ERROR_MESSAGE: expect.stringContaining('User: events.amazonaws.com is not authorized to perform: sqs:sendmessage'),
  });
  expect(JSON.parse(letter.Body ?? '')).toMatchObject({ 'detail-type': 'Closed', detail: { id: 1 } });
});

test('a target that fails is tried again as often as the retry policy says, by the clock', async () => {
  const remove = sandbox.endpoint.inject({
    service: 'sqs',
    operation: 'SendMessage',
    code: 'InternalError',
    status: 500,
    calls: [1, 2, 3],
  });
  await put(order('Broken', { id: 1 }));
  const letter = await received('Dead', '"Broken"');
  remove();
  expect(attributesOf(letter)).toMatchObject({
    ERROR_CODE: 'ERROR_FROM_TARGET',
    RETRY_ATTEMPTS: '2',
    EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
  });
  const attempts = sandbox.events.invocations().filter((one) => one.ruleArn === ruleArn('broken'));
  expect(attempts.map(({ attempt, error }) => [attempt, error])).toEqual([1, 2, 3].map((attempt) => [attempt, 'ERROR_FROM_TARGET']));
  expect(attempts[2].at - attempts[0].at).toBeGreaterThanOrEqual(3_000);
});

test('a rule gets the events of its bus only, if it is enabled', async () => {
  const of = (name: string) => sandbox.events.invocations().filter((one) => one.ruleArn === ruleArn(name)).length;
  const before = of('to-queue');
  await put(order('Order', { of: 'bus' }, { EventBusName: 'shop' }));
  await received('OfBus', '"bus"');
  expect([of('to-queue'), of('off'), of('shop/of-bus')]).toEqual([before, 0, 1]);
});

test.each<[string, object, string, string]>([
  ['without a source', { Source: undefined }, 'InvalidArgument', 'Parameter Source is not valid. Reason: Source is a required argument.'],
  [
    'without a detail type',
    { DetailType: '' },
    'InvalidArgument',
    'Parameter DetailType is not valid. Reason: DetailType is a required argument.',
  ],
  ['of AWS', { Source: 'aws.ec2' }, 'NotAuthorizedForSourceException', 'Not authorized for the source.'],
  ['with a detail that is no object', { Detail: '[1]' }, 'MalformedDetail', 'Detail is malformed.'],
])('an event %s fails alone', async (_name, more, ErrorCode, ErrorMessage) => {
  const output = await put({ ...order('Other', {}), ...more }, order('Other', {}));
  expect(output).toEqual({ FailedEntryCount: 1, Entries: [{ ErrorCode, ErrorMessage }, { EventId: expect.any(String) }] });
});

test('too many events, and too large ones, are rejected together', async () => {
  expect(await failure(put(...Array.from({ length: 11 }, () => order('Other', {}))))).toMatch(
    /^ValidationException: .*length less than or equal to 10/,
  );
  expect(await failure(put(order('Other', { text: 'x'.repeat(262_144) })))).toBe(
    'ValidationException: Total size of the entries in the request is over the limit.',
  );
});

test('a role needs events:PutEvents for the bus and the source', async () => {
  const as = (name: string) => sandbox.endpoint.assumeAsService(`arn:aws:iam::123456789012:role/${name}`, 'lambda.amazonaws.com', 'test');
  const send = (role: string, more: object) => call('PutEvents', { Entries: [order('Other', {}, more)] }, as(role));
  expect(await failure(send('Nobody', {}))).toBe(
    'AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/Nobody/test is not authorized to perform: events:PutEvents on resource: arn:aws:events:us-east-1:123456789012:event-bus/default because no identity-based policy allows the events:PutEvents action',
  );
  expect(await send('Seller', { EventBusName: 'shop' })).toMatchObject({ FailedEntryCount: 0 });
  expect(await failure(send('Seller', { EventBusName: 'shop', Source: 'other' }))).toContain(
    'is not authorized to perform: events:PutEvents',
  );
  expect(await failure(send('Seller', {}))).toContain('event-bus/default');
});

test('rules and targets are listed, and patterns are tested', async () => {
  expect(await call('ListRules', { EventBusName: 'shop' })).toMatchObject({
    Rules: [{ Name: 'of-bus', EventBusName: 'shop', State: 'ENABLED' }],
  });
  expect(await call('ListTargetsByRule', { Rule: 'closed' })).toEqual({
    Targets: [{ Id: 'target', Arn: 'arn:aws:sqs:us-east-1:123456789012:Closed' }],
  });
  expect(await call('DescribeRule', { Name: 'hourly' })).toMatchObject({ ScheduleExpression: 'rate(1 hour)', Arn: ruleArn('hourly') });
  expect(await failure(call('DescribeRule', { Name: 'none' }))).toBe(
    'ResourceNotFoundException: Rule none does not exist on EventBus default.',
  );
  expect(await call('TestEventPattern', { EventPattern: '{"a":["x"]}', Event: '{"a":"x"}' })).toEqual({ Result: true });
  expect(await failure(call('TestEventPattern', { EventPattern: '{"a":"x"}', Event: '{"a":"x"}' }))).toMatch(
    /^InvalidEventPatternException/,
  );
  expect(await call('ListEventBuses', {})).toMatchObject({ EventBuses: [{ Name: 'default' }, { Name: 'shop' }] });
});

// documented: "Monitoring Amazon EventBridge with Amazon CloudWatch"
test('rules are counted by name', () => {
  const sum = (name: string, RuleName: string) => {
    const id = { namespace: 'AWS/Events', name, dimensions: { RuleName } };
    const all = sandbox.metrics.values(id, 'Sum', 60, sandbox.clock.now() - 120 * MINUTE_MS, sandbox.clock.now() + MINUTE_MS);
    return all.reduce<number>((total, value) => total + (value ?? 0), 0);
  };
  expect(sum('TriggeredRules', 'broken')).toBe(1);
  expect(sum('Invocations', 'broken')).toBe(3);
  expect(sum('FailedInvocations', 'broken')).toBe(1);
  expect(sum('InvocationsSentToDlq', 'broken')).toBe(1);
  expect(sum('TriggeredRules', 'off')).toBe(0);
});

// The last test, because it moves the clock. documented: "Creating a rule that runs on a schedule"
test('a rate invokes one interval after the rule was created, with an event of EventBridge', async () => {
  const { clock, events: own } = sandbox;
  const of = () => own.invocations().filter((one) => one.ruleArn === ruleArn('hourly'));
  expect(of()).toEqual([]);
  clock.advance(60 * MINUTE_MS);
  const event = JSON.parse((await received('Hourly')).Body ?? '') as JsonObject;
  expect(event).toMatchObject({ source: 'aws.events', 'detail-type': 'Scheduled Event', resources: [ruleArn('hourly')], detail: {} });
  expect(of()).toHaveLength(1);
});
