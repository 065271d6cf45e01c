import { CfnParameter, RemovalPolicy, Size } from 'aws-cdk-lib';
import { AttributeType, StreamViewType, Table, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { ItemStore, LakeBackfill, type LakeBackfillProps, LakeLayout, LakeSource, StreamingDataLake } from '../../src';
import { dataLake } from '../streaming-data-lake/fixtures';
import { testStack } from '../synth';
import { lakeBackfill } from './fixtures';

test.each<[string, Partial<LakeBackfillProps>, string]>([
  ['a rate below 2 KiB', { sendRate: Size.bytes(2_047) }, 'Test/Backfill: invalid sendRate "2047 bytes": expected 2048 to 4194304 bytes'],
  ['a rate above 4 MiB', { sendRate: Size.mebibytes(5) }, 'Test/Backfill: invalid sendRate "5242880 bytes"'],
  ['an attribute without a name', { changedAtAttributes: [''] }, 'Test/Backfill: invalid changedAtAttributes ""'],
  [
    'an attribute that is listed twice',
    { changedAtAttributes: ['a', 'b', 'a'] },
    'Test/Backfill: invalid changedAtAttributes "a": expected names of attributes, each of them once',
  ],
  ['destruction without permission', { removalPolicy: RemovalPolicy.DESTROY }, 'Test/Backfill: invalid removalPolicy'],
])('%s is an error', (_, props, message) => {
  expect(() => lakeBackfill(testStack(), props)).toThrow(message);
});

test('a rate that is known only at deployment is an error', () => {
  const stack = testStack();
  const sendRate = Size.kibibytes(new CfnParameter(stack, 'Rate', { type: 'Number' }).valueAsNumber);
  expect(() => lakeBackfill(stack, { sendRate })).toThrow('Test/Backfill: invalid sendRate');
});

test('a table without point-in-time recovery is an error, because DynamoDB exports nothing of it', () => {
  const stack = testStack();
  const table = new Table(stack, 'Data', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    stream: StreamViewType.NEW_IMAGE,
  });
  const lake = dataLake(stack, { source: LakeSource.tableStream(ItemStore.fromTable(table, { partitionKeyName: 'pk' })) });
  expect(() => lakeBackfill(stack, { lake })).toThrow(
    /Test\/Backfill: invalid lake .*: expected a lake whose table has point-in-time recovery, without which DynamoDB exports nothing/,
  );
});

test.each([
  [true, undefined],
  [false, /a lake whose table has point-in-time recovery/],
])('a global table has point-in-time recovery in its replicas: %s', (pointInTimeRecoveryEnabled, message) => {
  const stack = testStack();
  const table = new TableV2(stack, 'Data', {
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    dynamoStream: StreamViewType.NEW_IMAGE,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled },
  });
  const lake = dataLake(stack, { source: LakeSource.tableStream(ItemStore.fromTable(table, { partitionKeyName: 'pk' })) });
  const make = () => lakeBackfill(stack, { lake });
  if (message === undefined) expect(make).not.toThrow();
  else expect(make).toThrow(message);
});

test('an imported lake is an error that says why', () => {
  const stack = testStack();
  const { bufferInterval } = dataLake(stack);
  const imported = StreamingDataLake.fromStreamingDataLakeAttributes(stack, 'Imported', {
    bucketArn: 'arn:aws:s3:::lake',
    pipeName: 'pipe',
    deliveryStreamName: 'delivery',
    deadLetterQueueArn: 'arn:aws:sqs:eu-west-1:123456789012:dead-letters',
    sourceTableName: 'data',
    databaseName: 'lake',
    tableName: 'items',
    workgroupName: 'lake',
    layout: LakeLayout.perTenant(),
    tenantNoun: 'school',
    bufferInterval,
  });
  expect(() => new LakeBackfill(stack, 'Backfill', { lake: imported as StreamingDataLake })).toThrow(
    /invalid lake .*: expected new StreamingDataLake\(…\): an imported lake does not know its table/,
  );
});
