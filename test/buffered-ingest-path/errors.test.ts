import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { JsonSchemaType } from 'aws-cdk-lib/aws-apigateway';
import { type BufferedIngestPathProps, IngestKeys, ItemStore } from '../../src';
import { templateOf, testStack } from '../synth';
import { ingestPath, plainTable, restApi } from './fixtures';

const make = (props: Partial<BufferedIngestPathProps>) => () => {
  const stack = testStack();
  ingestPath(stack, props);
  templateOf(stack);
};

test.each<[Partial<BufferedIngestPathProps>, string]>([
  [{ batchSize: 0 }, 'Test/Visits: batchSize is 0; it must be a whole number from 1 to 10000'],
  [{ batchSize: 10_001 }, 'Test/Visits: batchSize is 10001; it must be a whole number from 1 to 10000'],
  [{ batchSize: 2.5 }, 'Test/Visits: batchSize is 2.5; it must be a whole number from 1 to 10000'],
  [
    { batchWindow: Duration.seconds(0) },
    'Test/Visits: batchWindow is Duration.seconds(0); it must be at least 1 second with a batchSize over 10 (it is 50)',
  ],
  [
    { batchWindow: Duration.seconds(301) },
    'Test/Visits: batchWindow is Duration.seconds(301); it must be whole seconds between 0 seconds and 300 seconds',
  ],
  [
    { batchWindow: Duration.millis(1500) },
    'Test/Visits: batchWindow is Duration.millis(1500); it must be whole seconds between 0 seconds and 5 minutes',
  ],
  [{ maxConcurrency: 1 }, 'Test/Visits: maxConcurrency is 1; it must be a whole number from 2 to 1000'],
  [{ maxConcurrency: 1_001 }, 'Test/Visits: maxConcurrency is 1001; it must be a whole number from 2 to 1000'],
  [
    { retention: Duration.minutes(3) },
    'Test/Visits: retention is Duration.minutes(3); it must be whole seconds between 3 minutes 5 seconds and 20160 minutes',
  ],
  [
    { retention: Duration.days(15) },
    'Test/Visits: retention is Duration.days(15); it must be whole seconds between 3 minutes 5 seconds and 14 days',
  ],
  [
    { retention: Duration.seconds(9) },
    'Test/Visits: retention is Duration.seconds(9); it must be whole seconds between 185 seconds and 1209600 seconds',
  ],

  [{ removalPolicy: RemovalPolicy.DESTROY }, 'Test/Visits: removalPolicy is "DESTROY"; it must be RETAIN, or a scope above must allow'],
  [{ schema: { type: JsonSchemaType.ARRAY } }, 'Test/Visits: schema.type is "array"; it must be OBJECT: items are made of objects'],
  [{ schema: {} }, 'Test/Visits: schema.type is not set; it must be OBJECT: items are made of objects'],
  [{ name: 'my log' }, 'Test/Visits: name is "my log"; it must be 1 to 64 letters, digits, dots, hyphens and underscores'],
  [
    { keys: IngestKeys.of({ partitionKey: '{tenant}#{idempotencyKey}' }) },
    "Test/Visits: keys.sortKey is not set; it must make the table's sort key, sk",
  ],
])('%j is refused with: %s', (props, message) => {
  expect(make(props)).toThrow(message);
});

test('a retention that leaves no time for dead letters is refused', () => {
  const stack = testStack();
  const destination = plainTable(stack, 'Table', Duration.days(7));
  ingestPath(stack, { destination });
  expect(() => templateOf(stack)).toThrow(
    "Test/Visits: retention is Duration.days(4); it must be less than half of the items' time to live (Duration.days(7)), the other half is for dead letters",
  );
});

test.each([
  ['body', undefined],
  ['pk', 'tenant'],
  ['pk', 'pk'],
])('keys named %s and %s are refused where two attributes of an item would have one name', (partitionKeyName, sortKeyName) => {
  const stack = testStack();
  const destination = ItemStore.fromTable(plainTable(stack).table, { partitionKeyName, sortKeyName });
  const keys = IngestKeys.of({ partitionKey: '{tenant}#{idempotencyKey}', sortKey: sortKeyName && '{body.x}' });
  expect(() => ingestPath(stack, { destination, keys })).toThrow(
    /^Test\/Visits: destination is "\w+"; it must name its key and expiry attributes apart/,
  );
});

test('a sort key for a table that has none is refused', () => {
  const stack = testStack();
  const destination = ItemStore.fromTable(plainTable(stack).table, { partitionKeyName: 'pk' });
  expect(() => ingestPath(stack, { destination })).toThrow(
    'Test/Visits: keys.sortKey is "VISIT#{idempotencyKey}"; it must be absent: the table has no sort key',
  );
});

test('a time to live without its attribute is refused', () => {
  const stack = testStack();
  const destination = { table: plainTable(stack).table, partitionKeyName: 'pk', sortKeyName: 'sk', timeToLive: Duration.days(30) };
  expect(() => ingestPath(stack, { destination })).toThrow(
    /^Test\/Visits: destination.timeToLive is .*; it must come with timeToLiveAttribute/,
  );
});

test.each([
  [
    { partitionKey: 'STUDENT#{tenant}', sortKey: '{idempotencyKey}' },
    /^IngestKeys: partitionKey is "STUDENT#{tenant}"; it must begin with {tenant}#/,
  ],
  [{ partitionKey: '{tenant}#{body.student}', sortKey: 'VISIT' }, /^KeyTemplate: template is "VISIT"/],
  [
    { partitionKey: '{tenant}#{body.student}', sortKey: '{body.page}' },
    /^IngestKeys: sortKey is "{body.page}"; it must hold {idempotencyKey}/,
  ],
  [{ partitionKey: '{tenant}#{body.student}' }, /^IngestKeys: partitionKey is "{tenant}#{body.student}"; it must hold {idempotencyKey}/],
  [
    { partitionKey: '{tenant}#{idempotencyKey}', sortKey: '{receivedAt}' },
    /^IngestKeys: sortKey is "{receivedAt}"; it must not hold {receivedAt}: a repeat of a request has another/,
  ],
  [
    { partitionKey: '{tenant}#{correlationId}', sortKey: '{idempotencyKey}' },
    /^IngestKeys: partitionKey is "{tenant}#{correlationId}"; it must not hold {correlationId}/,
  ],
  [
    { partitionKey: '{tenant}#{idempotencyKey}', attributes: { tenant: '{body.x}' } },
    /^IngestKeys: attributes is "tenant"; it must be none of the writer's own: tenant, correlationId,/,
  ],
])('keys %j are refused', (templates, message) => {
  expect(() => IngestKeys.of(templates)).toThrow(message);
});

test.each(['GET', 'ANY', 'post'])('a route of the method %s is refused', (httpMethod) => {
  const stack = testStack();
  const { api, authorizer } = restApi(stack);
  expect(() => ingestPath(stack).addRoute(api.root, httpMethod, { authorizer })).toThrow(
    `Test/Visits: httpMethod is "${httpMethod}"; it must be POST, PUT or PATCH: only they have a body`,
  );
});

test.each(['', 'a b', 'tenant"))#set($x', 'custom:tenant'])('the context key %j is refused', (tenantContextKey) => {
  const stack = testStack();
  const { api, authorizer } = restApi(stack);
  expect(() => ingestPath(stack).addRoute(api.root, 'POST', { authorizer, tenantContextKey })).toThrow(
    /^Test\/Visits: tenantContextKey is .*; it must be a name of letters, digits and underscores/,
  );
});
