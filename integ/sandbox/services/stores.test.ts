import { CfnResource, Fn } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { assess } from '../coverage/index';
import { assemblyOf, temporaryFolder } from '../testing/engines';
import { resourceTypes } from '.';

const folder = temporaryFolder();

/** The property names that the CDK can write, from its own class. */
function propertyNames(resource: CfnResource): string[] {
  const { cfnPropertyNames } = resource as unknown as { cfnPropertyNames: Record<string, string> };
  return Object.values(cfnPropertyNames);
}

test('every property that the CDK can write for a table, a global table or a queue is listed', () => {
  const known = (type: string) =>
    Object.keys(resourceTypes.find((entry) => entry.type === type)?.properties ?? {}).map((name) => name.split('.')[0]);
  assemblyOf(folder, (stack) => {
    const table = new dynamodb.CfnTable(stack, 'Table', { keySchema: [] });
    const global = new dynamodb.CfnGlobalTable(stack, 'Global', { attributeDefinitions: [], keySchema: [], replicas: [] });
    const queue = new sqs.CfnQueue(stack, 'Queue');
    for (const resource of [table, global, queue]) {
      expect(propertyNames(resource).length).toBeGreaterThan(10);
      expect(propertyNames(resource).filter((name) => !known(resource.cfnResourceType).includes(name))).toEqual([]);
    }
  });
});

test('a table, a global table and a queue with everything that the L2s offer are fully supported', () => {
  const assembly = assemblyOf(folder, (stack) => {
    const partitionKey = { name: 'pk', type: dynamodb.AttributeType.STRING };
    new dynamodb.TableV2(stack, 'Global', {
      partitionKey,
      billing: dynamodb.Billing.onDemand({ maxReadRequestUnits: 10, maxWriteRequestUnits: 10 }),
      globalSecondaryIndexes: [
        { indexName: 'ByTime', partitionKey, maxReadRequestUnits: 5, warmThroughput: { readUnitsPerSecond: 13_000 } },
      ],
      localSecondaryIndexes: [],
      dynamoStream: dynamodb.StreamViewType.NEW_IMAGE,
      timeToLiveAttribute: 'expires',
      encryption: dynamodb.TableEncryptionV2.awsManagedKey(),
      contributorInsightsSpecification: { enabled: true },
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      tags: [{ key: 'a', value: 'b' }],
      tableClass: dynamodb.TableClass.STANDARD_INFREQUENT_ACCESS,
    });
    const dead = new sqs.Queue(stack, 'Dead', { redriveAllowPolicy: { redrivePermission: sqs.RedrivePermission.ALLOW_ALL } });
    new sqs.Queue(stack, 'Queue', {
      encryption: sqs.QueueEncryption.KMS_MANAGED,
      fifo: true,
      contentBasedDeduplication: true,
      deduplicationScope: sqs.DeduplicationScope.MESSAGE_GROUP,
      fifoThroughputLimit: sqs.FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
      deadLetterQueue: { queue: dead, maxReceiveCount: 3 },
    });
  });
  expect(assess(assembly, resourceTypes).problems).toEqual([]);
});

test('an unknown property is reported by name', () => {
  const assembly = assemblyOf(folder, (stack) => {
    new CfnResource(stack, 'Table', {
      type: 'AWS::DynamoDB::Table',
      properties: { KeySchema: [], StreamSpecification: { Speed: 'high' } },
    });
  });
  expect(assess(assembly, resourceTypes).problems).toEqual([
    'AWS::DynamoDB::Table.StreamSpecification.Speed is not supported (Shop.Table)',
  ]);
});

// documented: AWS::SQS::Queue, AWS::DynamoDB::Table (return values)
test('Ref and GetAtt return what CloudFormation returns', () => {
  const assembly = assemblyOf(folder, (stack) => {
    const queue = new sqs.CfnQueue(stack, 'Queue', { queueName: 'orders' });
    const fifo = new sqs.CfnQueue(stack, 'Fifo', { fifoQueue: true });
    const table = new dynamodb.CfnTable(stack, 'Table', { keySchema: [], tableName: 'items' });
    stack.exportValue(queue.ref, { name: 'url' });
    stack.exportValue(queue.attrArn, { name: 'arn' });
    stack.exportValue(queue.attrQueueName, { name: 'name' });
    stack.exportValue(fifo.attrQueueName, { name: 'fifo' });
    stack.exportValue(table.ref, { name: 'table' });
    stack.exportValue(Fn.getAtt('Table', 'StreamArn'), { name: 'stream' });
  });
  expect(Object.values(assembly.outputs('Shop'))).toEqual([
    'https://sqs.us-east-1.amazonaws.com/123456789012/orders',
    'arn:aws:sqs:us-east-1:123456789012:orders',
    'orders',
    expect.stringMatching(/^Shop-Fifo-\w{12}\.fifo$/),
    'items',
    expect.stringMatching(/^arn:aws:dynamodb:us-east-1:123456789012:table\/items\/stream\//),
  ]);
});
