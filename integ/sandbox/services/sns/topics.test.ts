import { createVerify, X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as cdk from 'aws-cdk-lib';
import { CfnSlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { JsonObject, LogLine, Sandbox, TopicDelivery } from '../../contracts';
import { startSandbox } from '../../sandbox';
import { type SdkCall, sdkCaller } from '../../testing/sdk';

/** The secret is in no stack. */
const ELSEWHERE = '{{resolve:secretsmanager:elsewhere}}';
/** Retries of 20 seconds take a third of a second. */
const SPEED = 60;
const folder = mkdtempSync(join(tmpdir(), 'sns-'));
const lines: LogLine[] = [];
const reported: string[] = [];
const posts: { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: JsonObject | string }[] = [];
/** The statuses of the next responses; 200 without one. */
const statuses: number[] = [];
let server: Server;
let sandbox: Sandbox;
let call: SdkCall;

function build(stack: cdk.Stack): void {
  const topic = new sns.Topic(stack, 'News', { topicName: 'news', displayName: 'News' });
  const queue = (id: string, more: sqs.QueueProps = {}) => new sqs.Queue(stack, id, { queueName: id, ...more });
  topic.addSubscription(new subscriptions.SqsSubscription(queue('Plain')));
  topic.addSubscription(new subscriptions.SqsSubscription(queue('Raw'), { rawMessageDelivery: true }));
  topic.addSubscription(
    new subscriptions.SqsSubscription(queue('Filtered'), {
      filterPolicy: {
        kind: sns.SubscriptionFilter.stringFilter({ allowlist: ['alarm'] }),
        level: sns.SubscriptionFilter.numericFilter({ greaterThan: 3 }),
      },
    }),
  );
  topic.addSubscription(
    new subscriptions.SqsSubscription(queue('Body'), {
      filterPolicyWithMessageBody: {
        detail: sns.FilterOrPolicy.policy({
          city: sns.FilterOrPolicy.filter(sns.SubscriptionFilter.stringFilter({ matchPrefixes: ['Ber'] })),
        }),
      },
    }),
  );
  // Its policy does not let the topic in, and the dead-letter queue of the subscription does.
  const closed = queue('Closed');
  new sns.CfnSubscription(stack, 'ToClosed', {
    ...{ topicArn: topic.topicArn, protocol: 'sqs', endpoint: closed.queueArn },
    redrivePolicy: { deadLetterTargetArn: deadLetters(queue('Dead'), topic) },
  });
  const fn = new lambda.Function(stack, 'Fn', {
    runtime: lambda.Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: lambda.Code.fromInline('exports.handler = async (event) => { console.log("got " + JSON.stringify(event)); };'),
  });
  topic.addSubscription(new subscriptions.LambdaSubscription(fn));
  topic.addSubscription(new subscriptions.EmailSubscription('ops@example.com'));
  topic.addSubscription(new subscriptions.UrlSubscription('https://hooks.example.com/sns?a=1'));
  const pager = new secretsmanager.Secret(stack, 'Pager', {
    secretStringValue: cdk.SecretValue.unsafePlainText('https://pager.example.com/key'),
  });
  new sns.CfnSubscription(stack, 'ToPager', {
    ...{ topicArn: topic.topicArn, protocol: 'https', endpoint: `{{resolve:secretsmanager:${pager.secretArn}:SecretString}}` },
  });
  new sns.CfnSubscription(stack, 'ToElsewhere', {
    ...{ topicArn: topic.topicArn, protocol: 'https', endpoint: ELSEWHERE },
  });
  new CfnSlackChannelConfiguration(stack, 'Slack', {
    ...{ configurationName: 'ops', iamRoleArn: 'arn:aws:iam::123456789012:role/chat', slackChannelId: 'C1', slackWorkspaceId: 'T1' },
    snsTopicArns: [topic.topicArn],
  });
  const key = new kms.Key(stack, 'Key');
  const secret = new sns.Topic(stack, 'Secret', { topicName: 'secret', masterKey: key });
  secret.addSubscription(new subscriptions.EmailSubscription('secret@example.com'));
  const alarms = new sns.Topic(stack, 'Alarms', { topicName: 'alarms', masterKey: key, enforceSSL: true });
  const service = new iam.ServicePrincipal('cloudwatch.amazonaws.com', {
    conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
  });
  alarms.addToResourcePolicy(new iam.PolicyStatement({ actions: ['sns:Publish'], principals: [service], resources: [alarms.topicArn] }));
  key.addToResourcePolicy(
    new iam.PolicyStatement({
      ...{ actions: ['kms:GenerateDataKey*', 'kms:Decrypt'], principals: [service], resources: ['*'] },
      conditions: { ArnLike: { 'aws:SourceArn': `arn:aws:cloudwatch:${stack.region}:${stack.account}:alarm:a*` } },
    }),
  );
  const role = (roleName: string) =>
    new iam.Role(stack, roleName, { roleName, assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
  topic.grantPublish(role('Publisher'));
  const keyless = role('Keyless');
  keyless.addToPolicy(new iam.PolicyStatement({ actions: ['sns:Publish'], resources: ['*'] }));
  role('Nobody');
}

function deadLetters(queue: sqs.Queue, topic: sns.Topic): string {
  const principals = [new iam.ServicePrincipal('sns.amazonaws.com')];
  const conditions = { ArnEquals: { 'aws:SourceArn': topic.topicArn } };
  queue.addToResourcePolicy(new iam.PolicyStatement({ actions: ['sqs:SendMessage'], principals, resources: [queue.queueArn], conditions }));
  return queue.queueArn;
}

beforeAll(async () => {
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const text = Buffer.concat(parts).toString();
      posts.push({
        path: request.url ?? '',
        headers: request.headers,
        body: text.startsWith('{') ? (JSON.parse(text) as JsonObject) : text,
      });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  }).listen(0, '127.0.0.1');
  await new Promise((ready) => server.once('listening', ready));
  const app = new cdk.App({ outdir: folder, analyticsReporting: false });
  build(new cdk.Stack(app, 'Shop'));
  app.synth();
  sandbox = await startSandbox(folder, {
    ...{ strict: true, speed: SPEED, onLog: (line) => lines.push(line), report: (line) => reported.push(line) },
    map: { 'https://hooks.example.com': `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
  });
  call = await sdkCaller('@aws-sdk/client-sns', 'SNSClient', sandbox.endpoint);
}, 180_000);
afterAll(async () => {
  await sandbox?.close();
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

const topicArn = (name = 'news') => `arn:aws:sns:us-east-1:123456789012:${name}`;
const publish = (input: object) => call('Publish', { TopicArn: topicArn(), ...input });
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => 'it succeeded',
    ({ name, message, $metadata }) => `${$metadata.httpStatusCode} ${name}: ${message}`,
  );

async function until<T>(read: () => T | undefined): Promise<T> {
  for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((wake) => setTimeout(wake, 20))) {
    const value = read();
    if (value !== undefined) return value;
  }
  throw new Error('It did not happen within 20 seconds');
}

const deliveryOf = (text: string, where: Partial<TopicDelivery>): Promise<TopicDelivery> =>
  until(() =>
    sandbox.topics
      .deliveries()
      .find((one) => one.message === text && Object.entries(where).every(([key, value]) => one[key as keyof TopicDelivery] === value)),
  );

/** The messages of a queue until one of them has the text. */
async function received(queue: string, text: string): Promise<Message> {
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

function verified(document: JsonObject, pem: string): boolean {
  const names = ['Message', 'MessageId', 'Subject', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const text = names.filter((name) => document[name] !== undefined).map((name) => `${name}\n${document[name]}\n`);
  return createVerify('RSA-SHA1').update(text.join('')).verify(new X509Certificate(pem).publicKey, String(document.Signature), 'base64');
}

// documented: "Fanout Amazon SNS notifications to Amazon SQS queues", "Parsing Amazon SNS message formats"
test('a queue gets the notification with subject and attributes, or the raw message', async () => {
  const MessageAttributes = { kind: { DataType: 'String', StringValue: 'alarm' }, level: { DataType: 'Number', StringValue: '4' } };
  const { MessageId } = await publish({ Message: 'first', Subject: 'Hello', MessageAttributes });
  const notification = JSON.parse((await received('Plain', 'first')).Body ?? '') as JsonObject;
  expect(notification).toMatchObject({
    ...{ Type: 'Notification', MessageId, TopicArn: topicArn(), Subject: 'Hello', Message: 'first', SignatureVersion: '1' },
    MessageAttributes: { kind: { Type: 'String', Value: 'alarm' }, level: { Type: 'Number', Value: '4' } },
  });
  expect(notification.SigningCertURL).toMatch(/^https:\/\/sns\.us-east-1\.amazonaws\.com\/SimpleNotificationService-[0-9a-f]{32}\.pem$/);
  const pem = await fetch(`${sandbox.endpoint.url}${new URL(String(notification.SigningCertURL)).pathname}`);
  expect(verified(notification, await pem.text())).toBe(true);
  const raw = await received('Raw', 'first');
  expect(raw.Body).toBe('first');
  expect(raw.MessageAttributes).toMatchObject(MessageAttributes);
  expect((await received('Filtered', 'first')).Body).toContain('first');
});

// documented: "Amazon SNS subscription filter policies", "Amazon SNS subscription filter policy scope"
test('filter policies compare attributes or the body', async () => {
  const level = (StringValue: string) => ({
    kind: { DataType: 'String', StringValue: 'alarm' },
    level: { DataType: 'Number', StringValue },
  });
  await publish({ Message: 'low', MessageAttributes: level('3') });
  await publish({ Message: 'without attributes' });
  await publish({ Message: JSON.stringify({ detail: { city: 'Bern' } }), MessageAttributes: level('5') });
  const next = JSON.parse((await received('Filtered', 'Message')).Body ?? '') as JsonObject;
  expect(next.Message).toContain('Bern');
  const body = JSON.parse((await received('Body', 'Message')).Body ?? '') as JsonObject;
  expect(body.Message).toContain('Bern');
});

test('a message has its own text for a protocol', async () => {
  await publish({ Message: JSON.stringify({ default: 'for all', sqs: 'for queues' }), MessageStructure: 'json' });
  expect((await received('Raw', 'for queues')).Body).toBe('for queues');
  await deliveryOf('for all', { protocol: 'lambda', status: 'delivered' });
});

// documented: "Invoking Lambda functions with Amazon SNS notifications"
test('a function gets an event with one record', async () => {
  await publish({ Message: 'to a function' });
  const line = await until(() => lines.find(({ message }) => message.includes('to a function') && message.includes('got ')));
  const { Records } = JSON.parse(line.message.slice(line.message.indexOf('{'))) as { Records: JsonObject[] };
  expect(Records).toEqual([
    {
      ...{ EventSource: 'aws:sns', EventVersion: '1.0', EventSubscriptionArn: expect.stringContaining(`${topicArn()}:`) },
      Sns: expect.objectContaining({ Type: 'Notification', Message: 'to a function', Subject: null, MessageAttributes: {} }),
    },
  ]);
});

// documented: "Amazon SNS dead-letter queues": client-side errors are not tried again
test('what the policy of a queue does not let in is a dead letter at once', async () => {
  await publish({ Message: 'nobody may' });
  const { reason } = await deliveryOf('nobody may', { endpoint: 'arn:aws:sqs:us-east-1:123456789012:Closed', status: 'failed' });
  expect(reason).toBe(
    'User: sns.amazonaws.com is not authorized to perform: sqs:sendmessage on resource: arn:aws:sqs:us-east-1:123456789012:Closed because no resource-based policy allows the sqs:sendmessage action',
  );
  expect(JSON.parse((await received('Dead', 'nobody may')).Body ?? '')).toMatchObject({ Type: 'Notification', Message: 'nobody may' });
});

// documented: "HTTP/HTTPS headers", "HTTP/HTTPS subscription confirmation JSON format", "Creating an HTTP/S delivery policy"
test('an HTTPS endpoint confirms its subscription, and failures of the server are tried again three times, 20 seconds apart', async () => {
  const asked = await until(() => posts.find(({ headers }) => headers['x-amz-sns-message-type'] === 'SubscriptionConfirmation'));
  const confirmation = asked.body as JsonObject;
  expect(asked).toMatchObject({ path: '/sns?a=1', headers: { host: 'hooks.example.com', 'content-type': 'text/plain; charset=UTF-8' } });
  const pem = await (await fetch(`${sandbox.endpoint.url}${new URL(String(confirmation.SigningCertURL)).pathname}`)).text();
  expect(verified(confirmation, pem)).toBe(true);
  await publish({ Message: 'too early' });
  await deliveryOf('too early', { protocol: 'https', status: 'unconfirmed' });
  const response = await fetch(String(confirmation.SubscribeURL));
  expect(await response.text()).toMatch(/<ConfirmSubscriptionResult><SubscriptionArn>arn:aws:sns:us-east-1:123456789012:news:/);

  statuses.push(500, 429, 503);
  await publish({ Message: 'again and again' });
  const { at } = await deliveryOf('again and again', {
    protocol: 'https',
    status: 'delivered',
    endpoint: 'https://hooks.example.com/sns?a=1',
  });
  const sent = posts.filter(({ body }) => typeof body === 'object' && body.Message === 'again and again');
  expect(sent).toHaveLength(4);
  expect(new Set(sent.map(({ headers }) => headers['x-amz-sns-message-id'])).size).toBe(1);
  expect(at - Date.parse(String((sent[0].body as JsonObject).Timestamp))).toBeGreaterThanOrEqual(60_000);

  statuses.push(404);
  await publish({ Message: 'gone' });
  const { reason } = await deliveryOf('gone', { protocol: 'https', status: 'failed' });
  expect(reason).toBe('the endpoint responded with the status 404');
});

test('nothing is sent to an address before it is confirmed; hosts that are not mapped and chats are recorded', async () => {
  await publish({ Message: 'before', Subject: 'Mail' });
  await deliveryOf('before', { protocol: 'email', endpoint: 'ops@example.com', status: 'unconfirmed' });
  const { message } = await until(() =>
    sandbox.topics.deliveries().find(({ subject }) => subject === 'AWS Notification - Subscription Confirmation'),
  );
  await fetch(/visit (http\S+)/.exec(message)?.[1] ?? '');
  await publish({ Message: 'after', Subject: 'Mail' });
  expect(await deliveryOf('after', { protocol: 'email', status: 'delivered' })).toMatchObject({
    subject: 'Mail',
    reason: 'recorded, not sent',
  });
  await deliveryOf('after', { endpoint: 'https://pager.example.com/key', status: 'delivered' });
  await deliveryOf('after', { endpoint: 'arn:aws:chatbot::123456789012:chat-configuration/slack-channel/ops', status: 'delivered' });
  await deliveryOf('after', { endpoint: ELSEWHERE, status: 'delivered' });
  expect(reported).toContain(`${topicArn()}: the endpoint of a subscription is in a secret that is not in the assembly: ${ELSEWHERE}`);
  expect(reported).toContain(`${topicArn()}: messages to https://pager.example.com are recorded, not sent: the host is not mapped`);
});

test('subscriptions are made, listed, confirmed and ended by calls', async () => {
  const input = { TopicArn: topicArn('secret'), Protocol: 'email', Endpoint: 'new@example.com' };
  expect(await call('Subscribe', input)).toEqual({ SubscriptionArn: 'pending confirmation' });
  const { SubscriptionArn } = await call('Subscribe', { ...input, ReturnSubscriptionArn: true });
  expect(await call('ListSubscriptionsByTopic', { TopicArn: topicArn('secret') })).toMatchObject({
    Subscriptions: [
      {
        SubscriptionArn: 'PendingConfirmation',
        Owner: '123456789012',
        Protocol: 'email',
        Endpoint: 'secret@example.com',
        TopicArn: topicArn('secret'),
      },
      { SubscriptionArn: 'PendingConfirmation', Endpoint: 'new@example.com' },
    ],
  });
  const { message } = await until(() => sandbox.topics.deliveries().find(({ endpoint }) => endpoint === 'new@example.com'));
  const Token = new URL(/visit (http\S+)/.exec(message)?.[1] ?? '').searchParams.get('Token');
  expect(await failure(call('ConfirmSubscription', { TopicArn: topicArn(), Token }))).toBe(
    '400 InvalidParameterException: Invalid parameter: Token',
  );
  expect(await call('ConfirmSubscription', { TopicArn: topicArn('secret'), Token })).toEqual({ SubscriptionArn });
  expect(await call('GetSubscriptionAttributes', { SubscriptionArn })).toMatchObject({
    Attributes: { PendingConfirmation: 'false', ConfirmationWasAuthenticated: 'true', Protocol: 'email', RawMessageDelivery: 'false' },
  });
  await call('Unsubscribe', { SubscriptionArn });
  expect(await failure(call('GetSubscriptionAttributes', { SubscriptionArn }))).toBe('404 NotFoundException: Subscription does not exist');
  expect(await call('GetTopicAttributes', { TopicArn: topicArn('secret') })).toMatchObject({
    Attributes: { SubscriptionsPending: '1', SubscriptionsConfirmed: '0', SubscriptionsDeleted: '1', KmsMasterKeyId: expect.any(String) },
  });
  expect(await call('ListTopics', {})).toEqual({ Topics: ['news', 'secret', 'alarms'].map((name) => ({ TopicArn: topicArn(name) })) });
});

// documented: "Monitoring Amazon SNS topics using CloudWatch"
test('messages and deliveries are metrics of the topic', async () => {
  const sum = (name: string) => {
    const id = { namespace: 'AWS/SNS', name, dimensions: { TopicName: 'news' } };
    const values = sandbox.metrics.values(id, 'Sum', 60, sandbox.clock.now() - 3 * 3_600_000, sandbox.clock.now() + 60_000);
    return values.reduce<number>((total, value) => total + (value ?? 0), 0);
  };
  const of = (status: string) => sandbox.topics.deliveries().filter((one) => one.topicArn === topicArn() && one.status === status).length;
  await until(() => (sum('NumberOfNotificationsDelivered') === of('delivered') ? true : undefined));
  expect(sum('NumberOfNotificationsFailed')).toBe(of('failed'));
  expect(of('failed')).toBeGreaterThan(0);
  const [published, filteredOut, bytes] = ['NumberOfMessagesPublished', 'NumberOfNotificationsFilteredOut', 'PublishSize'].map(sum);
  await publish({ Message: 'for all but those with a filter' });
  expect(sum('NumberOfMessagesPublished')).toBe(published + 1);
  expect(sum('NumberOfNotificationsFilteredOut')).toBe(filteredOut + 2);
  expect(sum('PublishSize')).toBe(bytes + 31);
});

// documented: PublishBatch
test('a batch publishes each entry, and an entry that is wrong fails alone', async () => {
  const entry = (Id: string, Message: string) => ({ Id, Message });
  const batch = (...PublishBatchRequestEntries: object[]) => call('PublishBatch', { TopicArn: topicArn(), PublishBatchRequestEntries });
  expect(await batch(entry('a', 'of a batch'), entry('b', ''))).toEqual({
    Successful: [{ Id: 'a', MessageId: expect.any(String) }],
    Failed: [{ Id: 'b', Code: 'InvalidParameter', Message: 'Invalid parameter: Empty message', SenderFault: true }],
  });
  await received('Raw', 'of a batch');
  expect(await failure(batch(entry('a', 'x'), entry('a', 'y')))).toMatch(/^400 BatchEntryIdsNotDistinctException/);
  expect(await failure(batch(...Array.from({ length: 11 }, (_, at) => entry(String(at), 'x'))))).toMatch(
    /^400 TooManyEntriesInBatchRequestException/,
  );
  expect(await failure(batch(entry('a', 'x'.repeat(200_000)), entry('b', 'x'.repeat(70_000))))).toMatch(
    /^400 BatchRequestTooLongException/,
  );
});

test.each<[string, object, string]>([
  ['without a message', { Message: '' }, '400 InvalidParameterException: Invalid parameter: Empty message'],
  ['of more than 256 KiB', { Message: 'x'.repeat(262_145) }, '400 InvalidParameterException: Invalid parameter: Message too long'],
  ['with a line break in its subject', { Message: 'x', Subject: 'a\nb' }, '400 InvalidParameterException: Invalid parameter: Subject'],
  [
    'without a default text',
    { Message: '{"sqs":"x"}', MessageStructure: 'json' },
    '400 InvalidParameterException: Invalid parameter: Message Structure - No default entry in JSON message body',
  ],
  [
    'with an attribute of no type',
    { Message: 'x', MessageAttributes: { a: { DataType: 'Text', StringValue: 'x' } } },
    "400 InvalidParameterValueException: The message attribute 'a' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.",
  ],
  ['to a topic that does not exist', { TopicArn: topicArn('other'), Message: 'x' }, '404 NotFoundException: Topic does not exist'],
  [
    'to a phone',
    { TopicArn: undefined, PhoneNumber: '+15550100', Message: 'x' },
    '400 InvalidParameterException: Invalid parameter: The sandbox does not support Publish with PhoneNumber',
  ],
])('a message %s is rejected', async (_name, input, expected) => {
  expect(await failure(publish(input))).toBe(expected);
});

describe('permissions', () => {
  const as = (name: string) => sandbox.endpoint.assumeAsService(`arn:aws:iam::123456789012:role/${name}`, 'lambda.amazonaws.com', 'test');

  test('a role needs sns:Publish, and for an encrypted topic its key', async () => {
    expect(await failure(call('Publish', { TopicArn: topicArn(), Message: 'x' }, as('Nobody')))).toBe(
      `403 AuthorizationErrorException: User: arn:aws:sts::123456789012:assumed-role/Nobody/test is not authorized to perform: SNS:Publish on resource: ${topicArn()} because no identity-based policy allows the SNS:Publish action`,
    );
    expect(await call('Publish', { TopicArn: topicArn(), Message: 'allowed' }, as('Publisher'))).toHaveProperty('MessageId');
    expect(await failure(call('Publish', { TopicArn: topicArn('secret'), Message: 'x' }, as('Keyless')))).toMatch(
      /^400 KMSAccessDeniedException: User: arn:aws:sts::123456789012:assumed-role\/Keyless\/test is not authorized to perform: kms:GenerateDataKey on resource: .* \(Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; Request ID: [0-9a-f-]{36}; Proxy: null\)$/,
    );
  });

  const alarm = (name: string) => `arn:aws:cloudwatch:us-east-1:123456789012:alarm:${name}`;
  const notice = { subject: 'ALARM: "a1"', message: '{"AlarmName":"a1"}' };

  // documented: "Enable compatibility between event sources from AWS services and encrypted topics"
  test('a service needs the policy of the topic and that of its key', async () => {
    const { topics } = sandbox;
    await topics.publishAs('cloudwatch.amazonaws.com', alarm('a1'), topicArn('alarms'), notice);
    await expect(topics.publishAs('cloudwatch.amazonaws.com', alarm('b1'), topicArn('alarms'), notice)).rejects.toThrow(
      /^null \(Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; Request ID: [0-9a-f-]{36}; Proxy: null\)$/,
    );
    await expect(topics.publishAs('events.amazonaws.com', alarm('a1'), topicArn('alarms'), notice)).rejects.toThrow(
      `Resource: ${alarm('a1')} is not authorized to perform: SNS:Publish on resource: ${topicArn('alarms')} because no resource-based policy allows the SNS:Publish action`,
    );
    await expect(topics.publishAs('cloudwatch.amazonaws.com', alarm('a1'), topicArn('missing'), notice)).rejects.toThrow(
      'Topic does not exist',
    );
  });

  // documented: "aws:SourceAccount versus aws:SourceOwner"
  test('the default policy of a topic lets alarms of the account publish, and no rules', async () => {
    await sandbox.topics.publishAs('cloudwatch.amazonaws.com', alarm('x'), topicArn(), { message: 'from an alarm' });
    await received('Raw', 'from an alarm');
    await expect(sandbox.topics.publishAs('events.amazonaws.com', alarm('x'), topicArn(), { message: 'x' })).rejects.toThrow('SNS:Publish');
  });
});
