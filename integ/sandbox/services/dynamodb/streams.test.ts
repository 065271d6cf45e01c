import { RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type { Clock, JsonObject } from '../../contracts';
import { createClock } from '../../process/clock';
import { startServices } from '../../start-services';
import { callerWith } from '../../streams/service-caller';
import { assemblyOf, provision, startedEngines, temporaryFolder } from '../../testing/engines';
import { services } from '..';

const folder = temporaryFolder();
const { engines } = startedEngines(folder);

/** A table with a stream, and calls to both. */
async function startTable(tableName: string, clock: Clock) {
  const assembly = assemblyOf(folder, (stack) => {
    const billingMode = dynamodb.BillingMode.PAY_PER_REQUEST;
    const partitionKey = { name: 'pk', type: dynamodb.AttributeType.STRING };
    const table = {
      ...{ tableName, partitionKey, billingMode },
      stream: dynamodb.StreamViewType.KEYS_ONLY,
      removalPolicy: RemovalPolicy.DESTROY,
    };
    new dynamodb.Table(stack, 'Table', table);
  });
  await provision(assembly, engines(), clock);
  const { endpoint, ready, close } = await startServices(services, { assembly, engines: engines(), clock });
  await ready();
  const caller = callerWith(endpoint, 'us-east-1', () => endpoint.administrator());
  const streams = (operation: string, input: JsonObject) => caller.json('dynamodb', 'DynamoDBStreams_20120810', operation, input);
  const put = (pk: string) => caller.json('dynamodb', 'DynamoDB_20120810', 'PutItem', { TableName: tableName, Item: { pk: { S: pk } } });
  const StreamArn = assembly.attribute(assembly.ofType('AWS::DynamoDB::Table')[0], 'StreamArn');
  const described = (await streams('DescribeStream', { StreamArn })) as unknown as { StreamDescription: { Shards: { ShardId: string }[] } };
  const [{ ShardId }] = described.StreamDescription.Shards;
  const iterator = async (ShardIteratorType: string, more: JsonObject = {}) =>
    String((await streams('GetShardIterator', { StreamArn, ShardId, ShardIteratorType, ...more })).ShardIterator);
  const records = async (ShardIterator: string, more: JsonObject = {}) =>
    (
      (await streams('GetRecords', { ShardIterator, ...more })) as unknown as {
        Records: { dynamodb: { Keys: { pk: { S: string } }; SequenceNumber: string } }[];
      }
    ).Records;
  const keys = async (ShardIterator: string, more: JsonObject = {}) =>
    (await records(ShardIterator, more)).map(({ dynamodb: { Keys } }) => Keys.pk.S);
  return { put, streams, StreamArn, iterator, records, keys, close };
}

test('the stream of a table has positions, and loses records after 24 hours of the clock', async () => {
  const clock = createClock(1);
  const { now } = clock;
  let later = 0;
  jest.spyOn(clock, 'now').mockImplementation(() => now() + later);
  const { put, streams, StreamArn, iterator, records, keys, close } = await startTable('items', clock);
  for (const pk of ['a', 'b', 'c']) await put(pk);
  await new Promise((done) => setTimeout(done, 500));
  const [, second] = await records(await iterator('TRIM_HORIZON'));
  const { SequenceNumber } = second.dynamodb;
  expect(await keys(await iterator('TRIM_HORIZON'), { Limit: 2 })).toEqual(['a', 'b']);
  expect(await keys(await iterator('AT_SEQUENCE_NUMBER', { SequenceNumber }))).toEqual(['b', 'c']);
  expect(await keys(await iterator('AFTER_SEQUENCE_NUMBER', { SequenceNumber }))).toEqual(['c']);
  const latest = await iterator('LATEST');
  await put('d');
  await new Promise((done) => setTimeout(done, 500));
  expect(await keys(latest)).toEqual(['d']);

  later = 16 * 60_000;
  await expect(keys(latest)).rejects.toMatchObject({ code: 'ExpiredIteratorException' });

  later = 25 * 3_600_000;
  await put('e');
  await new Promise((done) => setTimeout(done, 500));
  expect(await keys(await iterator('TRIM_HORIZON'))).toEqual(['e']);
  await expect(iterator('AFTER_SEQUENCE_NUMBER', { SequenceNumber })).rejects.toMatchObject({ code: 'TrimmedDataAccessException' });
  await expect(streams('GetShardIterator', { StreamArn, ShardId: 'other', ShardIteratorType: 'LATEST' })).rejects.toMatchObject({
    code: 'ResourceNotFoundException',
  });
  await close();
});

test('a stream has each record once, also after the engine was killed while it was read', async () => {
  const { put, iterator, keys, close } = await startTable('kept', createClock(1));
  for (const pk of ['a', 'b']) await put(pk);
  const first = await iterator('TRIM_HORIZON');
  await new Promise((done) => setTimeout(done, 500));
  expect(await keys(first)).toEqual(['a', 'b']);
  const restarted = engines().dynamodb.restart?.();
  await expect(keys(first)).rejects.toMatchObject({ code: 'InternalServerError' });
  await restarted;
  await put('c');
  await new Promise((done) => setTimeout(done, 500));
  expect(await keys(first)).toEqual(['a', 'b', 'c']);
  await close();
}, 30_000);
