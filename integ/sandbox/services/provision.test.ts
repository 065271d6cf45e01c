import { DeleteTableCommand, DescribeTableCommand, type DynamoDBClient, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetQueueAttributesCommand, ListQueueTagsCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { CfnResource, Duration, RemovalPolicy, type Stack, Tags } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { Clock } from '../contracts';
import { dynamoDbClient } from '../engines/clients';
import { createClock } from '../process/clock';
import { keyFindingsOf, startServices } from '../start-services';
import { assemblyOf, invalid, provision, sqsClient, startedEngines, temporaryFolder } from '../testing/engines';
import { services } from '.';
import { sweepExpired } from './dynamodb/expiry';

const folder = temporaryFolder();
const { engines } = startedEngines(folder);
const owner = { account: '123456789012', region: 'us-east-1' };
const clock = createClock(1);
let tables: DynamoDBClient;
let queues: SQSClient;
beforeAll(() => {
  tables = dynamoDbClient(engines(), owner);
  queues = sqsClient(engines(), owner);
});
afterAll(() => {
  tables?.destroy();
  queues?.destroy();
});

const S = dynamodb.AttributeType.STRING;
const attributesOf = async (QueueUrl: string) =>
  (await queues.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes;
const made = async (build: (stack: Stack) => void, speed?: Clock) => {
  const assembly = assemblyOf(folder, build);
  await provision(assembly, engines(), speed ?? clock);
  return assembly;
};

const redrive = (redrivePermission: string, source?: string) => (stack: Stack) => {
  const redriveAllowPolicy = { redrivePermission, ...(source === undefined ? {} : { sourceQueueArns: [source] }) };
  const dead = new sqs.CfnQueue(stack, 'Dead', { redriveAllowPolicy });
  new sqs.CfnQueue(stack, 'Sender', { queueName: 'sender', redrivePolicy: { deadLetterTargetArn: dead.attrArn, maxReceiveCount: 1 } });
};

test('a table has the keys, indexes, stream and protection of the template, and the assembly has the ARN of its stream', async () => {
  const assembly = await made((stack) => {
    const table = new dynamodb.Table(stack, 'Table', {
      partitionKey: { name: 'pk', type: S },
      sortKey: { name: 'sk', type: dynamodb.AttributeType.NUMBER },
      billingMode: dynamodb.BillingMode.PAY_PER_REQUEST,
      stream: dynamodb.StreamViewType.NEW_IMAGE,
      timeToLiveAttribute: 'expires',
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    table.addGlobalSecondaryIndex({
      indexName: 'ByEmail',
      partitionKey: { name: 'email', type: S },
      projectionType: dynamodb.ProjectionType.KEYS_ONLY,
    });
    table.addLocalSecondaryIndex({
      indexName: 'ByDate',
      sortKey: { name: 'date', type: S },
      projectionType: dynamodb.ProjectionType.INCLUDE,
      nonKeyAttributes: ['a'],
    });
  });
  const [resource] = assembly.ofType('AWS::DynamoDB::Table');
  const TableName = assembly.ref(resource);
  const { Table } = await tables.send(new DescribeTableCommand({ TableName }));
  expect(Table).toMatchObject({
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    GlobalSecondaryIndexes: [{ IndexName: 'ByEmail', Projection: { ProjectionType: 'KEYS_ONLY' } }],
    LocalSecondaryIndexes: [{ IndexName: 'ByDate', Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['a'] } }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
    DeletionProtectionEnabled: true,
  });
  expect(assembly.attribute(resource, 'StreamArn')).toBe(`${assembly.attribute(resource, 'Arn')}/stream/${Table?.LatestStreamLabel}`);
  await expect(tables.send(new DeleteTableCommand({ TableName }))).rejects.toThrow(/deletion protection/i);
});

test('a global table with one replica becomes a table, and one with two replicas is rejected', async () => {
  const assembly = await made((stack) => {
    new dynamodb.TableV2(stack, 'Global', {
      partitionKey: { name: 'pk', type: S },
      billing: dynamodb.Billing.provisioned({
        readCapacity: dynamodb.Capacity.fixed(7),
        writeCapacity: dynamodb.Capacity.autoscaled({ minCapacity: 3, maxCapacity: 9 }),
      }),
      globalSecondaryIndexes: [{ indexName: 'ByEmail', partitionKey: { name: 'email', type: S } }],
      deletionProtection: true,
    });
  });
  const TableName = assembly.ref(assembly.ofType('AWS::DynamoDB::GlobalTable')[0]);
  const { Table } = await tables.send(new DescribeTableCommand({ TableName }));
  expect(Table).toMatchObject({
    DeletionProtectionEnabled: true,
    ProvisionedThroughput: { ReadCapacityUnits: 7, WriteCapacityUnits: 3 },
    GlobalSecondaryIndexes: [{ IndexName: 'ByEmail', ProvisionedThroughput: { ReadCapacityUnits: 7, WriteCapacityUnits: 3 } }],
  });

  const two = (stack: Stack) =>
    new dynamodb.CfnGlobalTable(stack, 'Wide', {
      attributeDefinitions: [{ attributeName: 'pk', attributeType: 'S' }],
      keySchema: [{ attributeName: 'pk', keyType: 'HASH' }],
      replicas: [{ region: 'us-east-1' }, { region: 'eu-west-1' }],
    });
  await expect(made(two)).rejects.toThrow(
    'Shop.Wide: AWS::DynamoDB::GlobalTable.Replicas is us-east-1, eu-west-1: the sandbox only supports one replica, in us-east-1',
  );
});

test('a queue has every attribute of the template, and is created after its dead-letter queue', async () => {
  const assembly = await made((stack) => {
    // Its name sorts first, so it would be created first without an explicit order.
    const queue = new sqs.CfnQueue(stack, 'A', {
      visibilityTimeout: 90,
      delaySeconds: 2,
      messageRetentionPeriod: 3600,
      receiveMessageWaitTimeSeconds: 5,
      maximumMessageSize: 2048,
      kmsMasterKeyId: new kms.Key(stack, 'Key').keyArn,
      kmsDataKeyReusePeriodSeconds: 600,
    });
    const dead = new sqs.Queue(stack, 'Z', { queueName: 'dead-letters' });
    queue.redrivePolicy = { deadLetterTargetArn: dead.queueArn, maxReceiveCount: 4 };
    Tags.of(queue).add('cost', 'shop');
  });
  const [queue, dead] = assembly.ofType('AWS::SQS::Queue');
  const attributes = await attributesOf(assembly.ref(queue));
  expect(attributes).toMatchObject({
    QueueArn: assembly.attribute(queue, 'Arn'),
    VisibilityTimeout: '90',
    DelaySeconds: '2',
    MessageRetentionPeriod: '3600',
    ReceiveMessageWaitTimeSeconds: '5',
    MaximumMessageSize: '2048',
    KmsDataKeyReusePeriodSeconds: '600',
    KmsMasterKeyId: assembly.properties(queue).KmsMasterKeyId,
  });
  expect(JSON.parse(attributes?.RedrivePolicy ?? '')).toEqual({ deadLetterTargetArn: assembly.attribute(dead, 'Arn'), maxReceiveCount: 4 });
  expect((await queues.send(new ListQueueTagsCommand({ QueueUrl: assembly.ref(queue) }))).Tags).toEqual({ cost: 'shop' });
  expect((await attributesOf(assembly.ref(dead)))?.SqsManagedSseEnabled).toBe('true');
});

test('durations of a queue follow the clock, in whole seconds and never as 0', async () => {
  const fast = createClock(20);
  const assembly = await made((stack) => {
    new sqs.Queue(stack, 'Slow', { visibilityTimeout: Duration.seconds(90), deliveryDelay: Duration.seconds(1) });
    new sqs.Queue(stack, 'Usual');
  }, fast);
  const [slow, usual] = assembly.ofType('AWS::SQS::Queue');
  expect(await attributesOf(assembly.ref(slow))).toMatchObject({ VisibilityTimeout: '5', DelaySeconds: '1' });
  expect(await attributesOf(assembly.ref(usual))).toMatchObject({ VisibilityTimeout: '2', DelaySeconds: '0' });
});

// documented: Configure a dead-letter queue redrive (redrive allow policy)
test.each([
  ['denyAll', undefined],
  ['byQueue', 'arn:aws:sqs:us-east-1:123456789012:another'],
])('a dead-letter queue whose permission is %s (%s) rejects other queues', async (redrivePermission, source) => {
  await expect(made(redrive(redrivePermission, source))).rejects.toThrow(
    `Shop.Sender: AWS::SQS::Queue.RedrivePolicy names Shop.Dead, whose RedriveAllowPolicy (${redrivePermission}) does not allow arn:aws:sqs:us-east-1:123456789012:sender`,
  );
});

test('a dead-letter queue that names its source accepts it', async () => {
  const assembly = await made(redrive('byQueue', 'arn:aws:sqs:us-east-1:123456789012:sender'));
  const sender = assembly.ofType('AWS::SQS::Queue')[1];
  expect((await attributesOf(assembly.ref(sender)))?.RedrivePolicy).toContain('"maxReceiveCount":1');
});

test('a dead-letter queue outside the assembly is rejected', async () => {
  const deadLetterTargetArn = 'arn:aws:sqs:us-east-1:123456789012:elsewhere';
  const build = (stack: Stack) => new sqs.CfnQueue(stack, 'Sender', { redrivePolicy: { deadLetterTargetArn, maxReceiveCount: 1 } });
  await expect(made(build)).rejects.toThrow(
    `Shop.Sender: AWS::SQS::Queue.RedrivePolicy names ${deadLetterTargetArn}, which is not in the assembly`,
  );
});

// documented: SetQueueAttributes (Amazon SQS API Reference)
test.each<[Record<string, unknown>, string]>([
  [{ QueueName: 'no spaces' }, 'QueueName "no spaces" is not 1 to 80 letters, digits, hyphens and underscores'],
  [{ VisibilityTimeout: 43_201 }, 'VisibilityTimeout 43201 is not a whole number from 0 to 43200'],
  [{ MessageRetentionPeriod: 59 }, 'MessageRetentionPeriod 59 is not a whole number from 60 to 1209600'],
  [{ DelaySeconds: 901 }, 'DelaySeconds 901 is not a whole number from 0 to 900'],
  [{ ReceiveMessageWaitTimeSeconds: 21 }, 'ReceiveMessageWaitTimeSeconds 21 is not a whole number from 0 to 20'],
  [{ MaximumMessageSize: 1_048_577 }, 'MaximumMessageSize 1048577 is not a whole number from 1024 to 1048576'],
  [{ RedrivePolicy: { maxReceiveCount: 0 } }, 'RedrivePolicy.maxReceiveCount 0 is not a whole number from 1 to 1000'],
  [{ RedrivePolicy: '{"maxRecieves":3}' }, 'RedrivePolicy.maxRecieves is not supported'],
  [{ RedriveAllowPolicy: 'all' }, 'RedriveAllowPolicy must be an object or its JSON text'],
])('a queue with %j is rejected by name, during validation and provisioning', async (properties, problem) => {
  const build = (stack: Stack) => new CfnResource(stack, 'Queue', { type: 'AWS::SQS::Queue', properties });
  const rejection = `AWS::SQS::Queue.${problem} (Shop.Queue)`;
  expect(invalid(assemblyOf(folder, build))).toEqual([rejection]);
  await expect(made(build)).rejects.toThrow(rejection);
});

test('an error of an engine is reported with the name of the resource', async () => {
  const bad = (stack: Stack) => new dynamodb.CfnTable(stack, 'Bad', { keySchema: [{ attributeName: 'undefined', keyType: 'HASH' }] });
  await expect(made(bad)).rejects.toThrow(/^Shop\.Bad: ./);
});

// documented: Using DynamoDB Time to Live (TTL), formatting an item's TTL attribute
test('expired items are deleted by the clock: only numbers, in seconds, of the last five years', async () => {
  const assembly = await made((stack) => {
    new dynamodb.Table(stack, 'Brief', { tableName: 'brief', partitionKey: { name: 'pk', type: S }, timeToLiveAttribute: 'expires' });
  });
  const now = Date.parse('2030-06-01T00:00:00Z');
  const seconds = (offset: number) => ({ N: String(now / 1000 + offset) });
  const year = 365 * 24 * 3600;
  const items = {
    over: seconds(-1),
    still: seconds(1),
    text: { S: String(now / 1000 - 1) },
    ancient: seconds(-6 * year),
    milliseconds: { N: String(now - 1000) },
  };
  for (const [pk, expires] of Object.entries(items)) {
    await tables.send(new PutItemCommand({ TableName: 'brief', Item: { pk: { S: pk }, expires } }));
  }
  await tables.send(new PutItemCommand({ TableName: 'brief', Item: { pk: { S: 'forever' } } }));

  const later: Clock = { ...clock, now: () => now };
  const tableArn = 'arn:aws:dynamodb:us-east-1:123456789012:table/brief';
  expect(await sweepExpired(assembly, engines(), later)).toEqual([{ tableArn, key: { pk: { S: 'over' } } }]);
  const { Items } = await tables.send(new ScanCommand({ TableName: 'brief' }));
  expect(Items?.map(({ pk }) => pk.S).sort()).toEqual(['ancient', 'forever', 'milliseconds', 'still', 'text']);
});

test('a resource is read once for validation, key uses, policies, provisioning and the endpoint', async () => {
  const assembly = assemblyOf(folder, (stack) => {
    new sqs.Queue(stack, 'OneQueue', { encryptionMasterKey: new kms.Key(stack, 'OneKey') });
    new dynamodb.Table(stack, 'OneTable', { partitionKey: { name: 'pk', type: S } });
    new s3.Bucket(stack, 'OneBucket');
    new secretsmanager.Secret(stack, 'OneSecret');
  });
  const properties = jest.spyOn(assembly, 'properties');
  invalid(assembly);
  keyFindingsOf(services, assembly);
  await provision(assembly, engines(), clock);
  const started = await startServices(services, { assembly, engines: engines(), clock });
  await started.close();
  const read = properties.mock.calls.map(([{ logicalId }]) => logicalId.replace(/[0-9A-F]{8}$/, ''));
  expect(['OneQueue', 'OneTable', 'OneBucket', 'OneSecret'].map((name) => read.filter((one) => one === name).length)).toEqual([1, 1, 1, 1]);
});
