import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { JsonSchemaType } from 'aws-cdk-lib/aws-apigateway';
import { type BufferedIngestPathProps, IngestKeys, ItemStore, Tenancy, TenantDirectory, TenantTable, Tier } from '../../src';
import { templateOf, testStack } from '../synth';
import { ingestPath, plainTable, restApi } from './fixtures';

const make = (props: Partial<BufferedIngestPathProps>) => () => {
  const stack = testStack();
  ingestPath(stack, props);
  templateOf(stack);
};

test.each<[Partial<BufferedIngestPathProps>, string]>([
  [{ batchSize: 0 }, 'Test/Visits: invalid batchSize 0: expected a whole number from 1 to 10000'],
  [{ batchSize: 10_001 }, 'Test/Visits: invalid batchSize 10001: expected a whole number from 1 to 10000'],
  [{ batchSize: 2.5 }, 'Test/Visits: invalid batchSize 2.5: expected a whole number from 1 to 10000'],
  [
    { batchWindow: Duration.seconds(0) },
    'Test/Visits: invalid batchWindow Duration.seconds(0): expected at least 1 second, because batchSize is 50, more than 10',
  ],
  [
    { batchWindow: Duration.seconds(301) },
    'Test/Visits: invalid batchWindow Duration.seconds(301): expected whole seconds between 0 seconds and 300 seconds',
  ],
  [
    { batchWindow: Duration.millis(1500) },
    'Test/Visits: invalid batchWindow Duration.millis(1500): expected whole seconds between 0 seconds and 5 minutes',
  ],
  [{ maxConcurrency: 1 }, 'Test/Visits: invalid maxConcurrency 1: expected a whole number from 2 to 1000'],
  [{ maxConcurrency: 1_001 }, 'Test/Visits: invalid maxConcurrency 1001: expected a whole number from 2 to 1000'],
  [
    { retention: Duration.minutes(3) },
    'Test/Visits: invalid retention Duration.minutes(3): expected whole seconds between 3 minutes 5 seconds and 20160 minutes',
  ],
  [
    { retention: Duration.days(15) },
    'Test/Visits: invalid retention Duration.days(15): expected whole seconds between 3 minutes 5 seconds and 14 days',
  ],
  [
    { retention: Duration.seconds(9) },
    'Test/Visits: invalid retention Duration.seconds(9): expected whole seconds between 185 seconds and 1209600 seconds',
  ],
  [{ removalPolicy: RemovalPolicy.DESTROY }, 'Test/Visits: invalid removalPolicy "DESTROY": expected RETAIN, or DataDestruction.allow('],
  [
    { schema: { type: JsonSchemaType.ARRAY } },
    'Test/Visits: invalid schema.type "array": expected OBJECT, because items are created from JSON objects',
  ],
  [{ schema: {} }, 'Test/Visits: missing schema.type: expected OBJECT, because items are created from JSON objects'],
  [{ name: 'my log' }, 'Test/Visits: invalid name "my log": expected 1 to 64 letters, digits, dots, hyphens and underscores'],
  [
    { keys: IngestKeys.of({ partitionKey: '{tenant}#{idempotencyKey}' }) },
    "Test/Visits: missing keys.sortKey: expected a template for sk, the table's sort key",
  ],
])('%j is rejected with: %s', (props, message) => {
  expect(make(props)).toThrow(message);
});

test('a retention that leaves no time for dead letters is an error', () => {
  const stack = testStack();
  const destination = plainTable(stack, 'Table', Duration.days(7));
  ingestPath(stack, { destination });
  expect(() => templateOf(stack)).toThrow(
    "Test/Visits: invalid retention Duration.days(4): expected less than half of the items' time to live (Duration.days(7)), because dead letters need the other half",
  );
});

test.each([
  ['body', undefined],
  ['pk', 'tenant'],
  ['pk', 'pk'],
])('keys named %s and %s are an error, because two attributes of an item would have the same name', (partitionKeyName, sortKeyName) => {
  const stack = testStack();
  const destination = ItemStore.fromTable(plainTable(stack).table, { partitionKeyName, sortKeyName });
  const keys = IngestKeys.of({ partitionKey: '{tenant}#{idempotencyKey}', sortKey: sortKeyName && '{body.x}' });
  expect(() => ingestPath(stack, { destination, keys })).toThrow(
    /^Test\/Visits: invalid destination "\w+": expected different names for the keys, the expiry and the other attributes of an item/,
  );
});

test('a sort key for a table without one is an error', () => {
  const stack = testStack();
  const destination = ItemStore.fromTable(plainTable(stack).table, { partitionKeyName: 'pk' });
  expect(() => ingestPath(stack, { destination })).toThrow(
    'Test/Visits: invalid keys.sortKey "VISIT#{idempotencyKey}": expected none: the table has no sort key',
  );
});

test('a time to live without its attribute is an error', () => {
  const stack = testStack();
  const destination = { table: plainTable(stack).table, partitionKeyName: 'pk', sortKeyName: 'sk', timeToLive: Duration.days(30) };
  expect(() => ingestPath(stack, { destination })).toThrow(
    /^Test\/Visits: invalid destination.timeToLive .*: expected timeToLiveAttribute as well/,
  );
});

test.each([
  [
    { partitionKey: 'STUDENT#{tenant}', sortKey: '{idempotencyKey}' },
    /^IngestKeys: invalid partitionKey "STUDENT#{tenant}": expected a template that begins with {tenant}#/,
  ],
  [{ partitionKey: '{tenant}#{body.student}', sortKey: 'VISIT' }, /^KeyTemplate: invalid template "VISIT"/],
  [
    { partitionKey: '{tenant}#{body.student}', sortKey: '{body.page}' },
    /^IngestKeys: invalid sortKey "{body.page}": expected a template with {idempotencyKey}/,
  ],
  [
    { partitionKey: '{tenant}#{body.student}' },
    /^IngestKeys: invalid partitionKey "{tenant}#{body.student}": expected a template with {idempotencyKey}/,
  ],
  [
    { partitionKey: '{tenant}#{idempotencyKey}', sortKey: '{receivedAt}' },
    /^IngestKeys: invalid sortKey "{receivedAt}": expected a template without {receivedAt}: it differs when a request is repeated/,
  ],
  [
    { partitionKey: '{tenant}#{correlationId}', sortKey: '{idempotencyKey}' },
    /^IngestKeys: invalid partitionKey "{tenant}#{correlationId}": expected a template without {correlationId}/,
  ],
  [
    { partitionKey: '{tenant}#{idempotencyKey}', attributes: { tenant: '{body.x}' } },
    /^IngestKeys: invalid attributes "tenant": expected attributes other than the writer's own: tenant, correlationId,/,
  ],
])('keys %j are rejected', (templates, message) => {
  expect(() => IngestKeys.of(templates)).toThrow(message);
});

test.each(['GET', 'ANY', 'post'])('a route of the method %s is rejected', (httpMethod) => {
  const stack = testStack();
  const { api, authorizer } = restApi(stack);
  expect(() => ingestPath(stack).addRoute(api.root, httpMethod, { authorizer })).toThrow(
    `Test/Visits: invalid httpMethod "${httpMethod}": expected POST, PUT or PATCH, which have a body`,
  );
});

test.each(['', 'a b', 'tenant"))#set($x', 'custom:tenant'])('the context key %j is rejected', (tenantContextKey) => {
  const stack = testStack();
  const { api, authorizer } = restApi(stack);
  expect(() => ingestPath(stack).addRoute(api.root, 'POST', { authorizer, tenantContextKey })).toThrow(
    /^Test\/Visits: invalid tenantContextKey .*: expected a name of letters, digits and underscores/,
  );
});

test('a directory of another tenancy than the table’s is an error, because it has no record of the tenants', () => {
  const stack = testStack();
  const tiers = [Tier.of('standard', { rate: 50, burst: 100 })];
  const destination = new TenantTable(stack, 'Data', { tenancy: Tenancy.of('school', { tiers }) });
  const directory = new TenantDirectory(stack, 'Directory', { tenancy: Tenancy.of('clinic', { tiers }) });
  expect(() => ingestPath(stack, { destination, directory })).toThrow(
    'Test/Visits: invalid directory "clinic": expected a directory of the tenancy school, as of Test/Data/Table',
  );
});

test('a route of another tenancy than the directory’s is rejected, also if the table belongs to none', () => {
  const stack = testStack();
  const tiers = [Tier.of('standard', { rate: 50, burst: 100 })];
  const directory = new TenantDirectory(stack, 'Directory', { tenancy: Tenancy.of('clinic', { tiers }) });
  const { api, authorizer } = restApi(stack);
  expect(() => ingestPath(stack, { directory }).addRoute(api.root, 'POST', { authorizer, tenantNoun: 'school' })).toThrow(
    'Test/Visits: invalid options.tenantNoun "school": expected clinic, the tenancy of the path: two tenancies may use the same ids',
  );
});
