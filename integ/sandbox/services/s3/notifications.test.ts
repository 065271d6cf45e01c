import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketNotificationConfigurationCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  type NotificationConfiguration,
  PutBucketNotificationConfigurationCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as cdk from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as deployment from 'aws-cdk-lib/aws-s3-deployment';
import * as notifications from 'aws-cdk-lib/aws-s3-notifications';
import * as sns from 'aws-cdk-lib/aws-sns';
import * as subscriptions from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Json, JsonObject, Sandbox } from '../../contracts';
import { startSandbox } from '../../sandbox';
import { temporaryFolder } from '../../testing/engines';

const folder = temporaryFolder();
const lines: string[] = [];
let sandbox: Sandbox;
let client: S3Client;
let queues: SQSClient;

/** Logs each event, so that a test can wait for it. */
const LOGS = `
import json
def handler(event, context):
  for record in event["Records"]:
    print(json.dumps(record))`;

beforeAll(async () => {
  const site = join(folder, 'site');
  mkdirSync(join(site, 'pages'), { recursive: true });
  writeFileSync(join(site, 'index.html'), '<h1>Hello</h1>');
  writeFileSync(join(site, 'pages', 'one.txt'), 'page one');
  const outdir = mkdtempSync(join(folder, 'cdk-'));
  const app = new cdk.App({ outdir, analyticsReporting: false });
  const stack = new cdk.Stack(app, 'Shop');
  const uploads = new s3.Bucket(stack, 'Uploads', { versioned: true });
  const resize = new lambda.Function(stack, 'Resize', {
    ...{ runtime: lambda.Runtime.PYTHON_3_12, handler: 'index.handler', code: lambda.Code.fromInline(LOGS) },
  });
  uploads.addEventNotification(s3.EventType.OBJECT_CREATED, new notifications.LambdaDestination(resize), {
    ...{ prefix: 'images/', suffix: '.jpg' },
  });
  const removed = new sqs.Queue(stack, 'Removed', { encryption: sqs.QueueEncryption.KMS, encryptionMasterKey: new kms.Key(stack, 'Key') });
  uploads.addEventNotification(s3.EventType.OBJECT_REMOVED, new notifications.SqsDestination(removed));
  const plain = new s3.Bucket(stack, 'Plain');
  const written = new sqs.Queue(stack, 'Written');
  plain.addEventNotification(s3.EventType.OBJECT_CREATED, new notifications.SqsDestination(written));
  plain.addEventNotification(s3.EventType.OBJECT_REMOVED_DELETE, new notifications.SqsDestination(written));
  new lambda.Function(stack, 'Closed', {
    ...{ runtime: lambda.Runtime.PYTHON_3_12, handler: 'index.handler', code: lambda.Code.fromInline(LOGS) },
  });

  const bridged = new s3.Bucket(stack, 'Bridged', { versioned: true, eventBridgeEnabled: true });
  const topic = new sns.Topic(stack, 'Topic');
  topic.addSubscription(new subscriptions.UrlSubscription('https://hooks.example.com'));
  bridged.addEventNotification(s3.EventType.OBJECT_CREATED, new notifications.SnsDestination(topic));
  const rule = new events.Rule(stack, 'Rule', { eventPattern: { source: ['aws.s3'], detail: { bucket: { name: [bridged.bucketName] } } } });
  rule.addTarget(new targets.SqsQueue(new sqs.Queue(stack, 'FromBridge')));
  const closed = new sns.Topic(stack, 'ClosedTopic');
  new cdk.CfnOutput(stack, 'ClosedTopicArn', { value: closed.topicArn });

  const web = new s3.Bucket(stack, 'Web');
  const deployed = new deployment.BucketDeployment(stack, 'Deploy', {
    sources: [deployment.Source.asset(site), deployment.Source.jsonData('config.json', { bucket: uploads.bucketName })],
    ...{ destinationBucket: web, destinationKeyPrefix: 'v1', cacheControl: [deployment.CacheControl.maxAge(cdk.Duration.minutes(5))] },
    metadata: { release: '7' },
  });
  new cdk.CfnOutput(stack, 'DeployedTo', { value: deployed.deployedBucket.bucketName });
  app.synth();
  sandbox = await startSandbox(outdir, { strict: true, report: (line) => lines.push(line) });
  const { expiration: _, ...credentials } = sandbox.endpoint.administrator();
  const options = { endpoint: sandbox.endpoint.url, region: 'us-east-1', credentials };
  client = new S3Client({ ...options, forcePathStyle: true });
  queues = new SQSClient(options);
});
afterAll(async () => {
  client?.destroy();
  queues?.destroy();
  await sandbox?.close();
});

const named = (type: string, id: string) => {
  const found = sandbox.assembly.ofType(type).find(({ logicalId }) => logicalId.startsWith(id));
  if (!found) throw new Error(`There is no ${id}`);
  return found;
};
const bucket = (id: string) => sandbox.assembly.ref(named('AWS::S3::Bucket', id));
const put = (id: string, Key: string, Body = 'content') => client.send(new PutObjectCommand({ Bucket: bucket(id), Key, Body }));

/** The next message of a queue, or undefined after a second. */
async function next(id: string): Promise<JsonObject | undefined> {
  const QueueUrl = sandbox.assembly.ref(named('AWS::SQS::Queue', id));
  const { Messages: [message] = [] } = await queues.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 2 }));
  if (message === undefined) return undefined;
  await queues.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
  return JSON.parse(message.Body ?? '') as JsonObject;
}
const nextRecord = async (id: string) => ((await next(id))?.Records as JsonObject[] | undefined)?.[0];

async function eventsOf(id: string, count: number): Promise<JsonObject[]> {
  const group = `/aws/lambda/${sandbox.assembly.ref(named('AWS::Lambda::Function', id))}`;
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const records = sandbox.logs.lines(group).filter(({ message }) => message.startsWith('{'));
    if (records.length >= count) return records.map(({ message }) => JSON.parse(message) as JsonObject);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${id} did not get ${count} events`);
}

// Documented: "Amazon S3 Event Notifications", "Event message structure" (Amazon S3 User Guide).
describe('event notifications', () => {
  test('are configured by the provider of the CDK, and queues get a test event', async () => {
    expect(lines).toContainEqual(expect.stringMatching(/^Custom::S3BucketNotifications Uploads.+ has run in/));
    expect(await next('Removed')).toMatchObject({ Service: 'Amazon S3', Event: 's3:TestEvent', Bucket: bucket('Uploads') });
    expect([await next('Written'), await next('Written')]).toEqual([
      expect.objectContaining({ Event: 's3:TestEvent' }),
      expect.objectContaining({ Event: 's3:TestEvent' }),
    ]);
    const { LambdaFunctionConfigurations } = await client.send(
      new GetBucketNotificationConfigurationCommand({ Bucket: bucket('Uploads') }),
    );
    expect(LambdaFunctionConfigurations).toEqual([
      {
        Id: expect.any(String),
        LambdaFunctionArn: sandbox.assembly.attribute(named('AWS::Lambda::Function', 'Resize'), 'Arn'),
        Events: ['s3:ObjectCreated:*'],
        Filter: {
          Key: {
            FilterRules: [
              { Name: 'Suffix', Value: '.jpg' },
              { Name: 'Prefix', Value: 'images/' },
            ].sort((one, other) => one.Name.localeCompare(other.Name)),
          },
        },
      },
    ]);
  });

  test('invoke a function for objects whose keys match, with the documented record', async () => {
    await put('Uploads', 'images/notes.txt');
    await put('Uploads', 'other/a.jpg');
    const { VersionId, ETag } = await put('Uploads', 'images/red flower+é.jpg', '12345');
    const copy = { Bucket: bucket('Uploads'), Key: 'images/copy.jpg', CopySource: `${bucket('Uploads')}/other/a.jpg` };
    await client.send(new CopyObjectCommand(copy));
    const events = await eventsOf('Resize', 2);
    expect(events).toHaveLength(2);
    expect(events.find(({ eventName }) => eventName === 'ObjectCreated:Put')).toEqual({
      ...{ eventVersion: '2.1', eventSource: 'aws:s3', awsRegion: 'us-east-1', eventName: 'ObjectCreated:Put' },
      eventTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      userIdentity: { principalId: expect.stringMatching(/^AWS:/) },
      requestParameters: { sourceIPAddress: '127.0.0.1' },
      responseElements: { 'x-amz-request-id': expect.any(String), 'x-amz-id-2': expect.any(String) },
      s3: {
        ...{ s3SchemaVersion: '1.0', configurationId: expect.any(String) },
        bucket: {
          ...{ name: bucket('Uploads'), arn: `arn:aws:s3:::${bucket('Uploads')}` },
          ownerIdentity: { principalId: expect.any(String) },
        },
        object: {
          ...{ key: 'images/red+flower%2B%C3%A9.jpg', size: 5, eTag: ETag?.replaceAll('"', ''), versionId: VersionId },
          sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
        },
      },
    });
    expect(events.find(({ eventName }) => eventName === 'ObjectCreated:Copy')).toMatchObject({
      s3: { object: { key: 'images/copy.jpg', size: 7 } },
    });
  });

  test('reach an encrypted queue when a delete marker is created, and when a version is deleted', async () => {
    const { VersionId } = await put('Uploads', 'gone.txt');
    await client.send(new DeleteObjectCommand({ Bucket: bucket('Uploads'), Key: 'gone.txt' }));
    expect(await nextRecord('Removed')).toMatchObject({
      eventName: 'ObjectRemoved:DeleteMarkerCreated',
      s3: { object: { key: 'gone.txt', versionId: expect.any(String), sequencer: expect.any(String) } },
    });
    await client.send(new DeleteObjectCommand({ Bucket: bucket('Uploads'), Key: 'gone.txt', VersionId }));
    expect(await nextRecord('Removed')).toMatchObject({
      eventName: 'ObjectRemoved:Delete',
      s3: { object: { key: 'gone.txt', versionId: VersionId } },
    });
  });

  test('of DeleteObjects are one for each deleted object', async () => {
    for (const key of ['a', 'b']) {
      await put('Plain', key);
      expect(await nextRecord('Written')).toMatchObject({ eventName: 'ObjectCreated:Put', s3: { object: { key } } });
    }
    const Delete = { Objects: [{ Key: 'a' }, { Key: 'b' }], Quiet: false };
    await client.send(new DeleteObjectsCommand({ Bucket: bucket('Plain'), Delete }));
    const records = [await nextRecord('Written'), await nextRecord('Written')];
    expect(records).toEqual(
      expect.arrayContaining(
        ['a', 'b'].map((key) =>
          expect.objectContaining({
            eventName: 'ObjectRemoved:Delete',
            s3: expect.objectContaining({ object: expect.objectContaining({ key }) }),
          }),
        ),
      ),
    );
  });

  const arn = (id: string) => sandbox.assembly.attribute(named('AWS::Lambda::Function', id), 'Arn');
  const to = (LambdaFunctionArn: string, event: string, prefix = '') => ({
    ...{ LambdaFunctionArn, Events: [event as 's3:ObjectCreated:*'] },
    Filter: { Key: { FilterRules: [{ Name: 'prefix' as const, Value: prefix }] } },
  });
  test.each<[what: string, configuration: () => NotificationConfiguration, reason: RegExp]>([
    [
      'a function whose policy does not let the bucket in',
      () => ({ LambdaFunctionConfigurations: [to(arn('Closed'), 's3:ObjectCreated:*')] }),
      /InvalidArgument: Unable to validate the following destination configurations: .*lambda:InvokeFunction/,
    ],
    [
      'a queue that is not in the assembly',
      () => ({ QueueConfigurations: [{ QueueArn: 'arn:aws:sqs:us-east-1:123456789012:nope', Events: ['s3:ObjectCreated:*'] }] }),
      /Unable to validate the following destination configurations: .*nope is not a queue of the assembly/,
    ],
    [
      'two that overlap',
      () => ({
        LambdaFunctionConfigurations: [to(arn('Resize'), 's3:ObjectCreated:*', 'a/'), to(arn('Resize'), 's3:ObjectCreated:Put', 'a/b')],
      }),
      /InvalidArgument: Configuration is ambiguously defined/,
    ],
    ['an unknown event', () => ({ LambdaFunctionConfigurations: [to(arn('Resize'), 's3:ObjectPainted')] }), /event is not supported/],
    [
      'an event that the sandbox does not send',
      () => ({ LambdaFunctionConfigurations: [to(arn('Resize'), 's3:ObjectTagging:*')] }),
      /NotImplemented/,
    ],
    [
      'a topic whose policy does not let the bucket in',
      () => ({
        TopicConfigurations: [{ TopicArn: String(sandbox.assembly.outputs('Shop').ClosedTopicArn), Events: ['s3:ObjectCreated:*'] }],
      }),
      /InvalidArgument: Unable to validate the following destination configurations: .*SNS:Publish/,
    ],
  ])('to %s are rejected', async (_what, configuration, reason) => {
    const input = { Bucket: bucket('Uploads'), NotificationConfiguration: configuration() };
    const failure = await client.send(new PutBucketNotificationConfigurationCommand(input)).then(
      () => 'it succeeded',
      (error: Error) => `${error.name}: ${error.message}`,
    );
    expect(failure).toMatch(reason);
  });
});

// documented: "Amazon S3 event message structure" for EventBridge
test('events reach a topic, and rules of EventBridge', async () => {
  const { ETag, VersionId } = await put('Bridged', 'a b.txt', 'hello');
  expect(await next('FromBridge')).toMatchObject({
    ...{ source: 'aws.s3', 'detail-type': 'Object Created', resources: [`arn:aws:s3:::${bucket('Bridged')}`] },
    detail: {
      ...{
        version: '0',
        bucket: { name: bucket('Bridged') },
        reason: 'PutObject',
        requester: '123456789012',
        'source-ip-address': '127.0.0.1',
      },
      object: { key: 'a b.txt', size: 5, etag: ETag?.replaceAll('"', ''), 'version-id': VersionId, sequencer: expect.any(String) },
    },
  });
  await client.send(new DeleteObjectCommand({ Bucket: bucket('Bridged'), Key: 'a b.txt' }));
  expect(await next('FromBridge')).toMatchObject({
    'detail-type': 'Object Deleted',
    detail: { object: { key: 'a b.txt' }, reason: 'DeleteObject', 'deletion-type': 'Delete Marker Created' },
  });
  const messages = sandbox.topics.deliveries().map(({ subject, message }) => [subject, JSON.parse(message) as JsonObject] as const);
  expect(messages).toEqual([
    ['Amazon S3 Notification', expect.objectContaining({ Event: 's3:TestEvent', Bucket: bucket('Bridged') })],
    ['Amazon S3 Notification', { Records: [expect.objectContaining({ eventName: 'ObjectCreated:Put' })] }],
  ]);
});

test('a BucketDeployment copies its sources with their metadata, and replaces the values of other resources', async () => {
  expect(lines).toContainEqual(expect.stringMatching(/^Custom::CDKBucketDeployment Deploy.+ has run in/));
  const Bucket = sandbox.assembly.outputs('Shop').DeployedTo as Json as string;
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket }));
  expect(Contents?.map(({ Key }) => Key)).toEqual(['v1/config.json', 'v1/index.html', 'v1/pages/one.txt']);
  const text = async (Key: string) => (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();
  expect(await text('v1/pages/one.txt')).toBe('page one');
  expect(JSON.parse((await text('v1/config.json')) ?? '')).toEqual({ bucket: bucket('Uploads') });
  expect(await client.send(new HeadObjectCommand({ Bucket, Key: 'v1/index.html' }))).toMatchObject({
    ...{ ContentType: 'text/html', CacheControl: 'max-age=300', Metadata: { release: '7' } },
  });
});
