import type { Call, ServiceRequest } from '../../contracts';
import { testMetrics } from '../../testing/metrics';
import { tableMetrics } from './metrics';

const ARN = 'arn:aws:dynamodb:us-east-1:123456789012:table';

function open() {
  const own = testMetrics();
  let listener: (call: Call, request: ServiceRequest) => void = () => undefined;
  const tables = tableMetrics(own.metrics, {
    onCall(given) {
      listener = given;
      return () => undefined;
    },
  });
  const call = (operation: string, more: Partial<Call>) =>
    listener(
      { service: 'dynamodb', operation, resources: [`${ARN}/t`], status: 200, milliseconds: 4, ...more } as Call,
      {} as ServiceRequest,
    );
  return { ...own, tables, call };
}

// Documented: "DynamoDB Metrics and dimensions" (Amazon DynamoDB Developer Guide).
test('a successful request has a latency for each of its tables', () => {
  const { call, sums } = open();
  call('Query', { resources: [`${ARN}/t/index/i`, `${ARN}/u`, 'arn:aws:kms:us-east-1:123456789012:key/k'] });
  call('GetRecords', { resources: [`${ARN}/t/stream/2026`] });
  call('GetObject', { service: 's3' });
  expect(sums()).toEqual([
    'SuccessfulRequestLatency[TableName=t,Operation=Query]: 4',
    'SuccessfulRequestLatency[TableName=u,Operation=Query]: 4',
  ]);
});

test.each<[string, string, Partial<Call>, string[]]>([
  ['an invalid request', 'PutItem', { status: 400, error: 'ValidationException' }, ['UserErrors[]: 1']],
  [
    'a failed condition',
    'PutItem',
    { status: 400, error: 'ConditionalCheckFailedException' },
    ['ConditionalCheckFailedRequests[TableName=t]: 1'],
  ],
  [
    'a throttled read',
    'Query',
    { status: 400, error: 'ProvisionedThroughputExceededException' },
    ['ThrottledRequests[TableName=t,Operation=Query]: 1', 'ReadThrottleEvents[TableName=t]: 1'],
  ],
  [
    'a throttled write',
    'BatchWriteItem',
    { status: 400, error: 'ThrottlingException' },
    ['ThrottledRequests[TableName=t,Operation=BatchWriteItem]: 1', 'WriteThrottleEvents[TableName=t]: 1'],
  ],
  ['an error of the service', 'PutItem', { status: 500, error: 'InternalServerError' }, ['SystemErrors[TableName=t,Operation=PutItem]: 1']],
])('%s is counted', (_, operation, call, expected) => {
  const { call: called, sums } = open();
  called(operation, call);
  expect(sums()).toEqual(expected);
});

test('consumed capacity is that of the table and of each index', () => {
  const { tables, sums } = open();
  const Table = { CapacityUnits: 2 };
  tables.consumed('ConsumedWriteCapacityUnits', [
    { TableName: 't', CapacityUnits: 5, Table, GlobalSecondaryIndexes: { i: { CapacityUnits: 3 } } },
  ]);
  tables.consumed('ConsumedReadCapacityUnits', { TableName: 't', CapacityUnits: 0.5 });
  tables.consumed('ConsumedReadCapacityUnits', undefined);
  tables.units('u', 4);
  tables.returned('t', 'Query', 7);
  expect(sums()).toEqual([
    'ConsumedWriteCapacityUnits[TableName=t]: 2',
    'ConsumedWriteCapacityUnits[TableName=t,GlobalSecondaryIndexName=i]: 3',
    'ConsumedReadCapacityUnits[TableName=t]: 0.5',
    'ConsumedWriteCapacityUnits[TableName=u]: 4',
    'ReturnedItemCount[TableName=t,Operation=Query]: 7',
  ]);
});
