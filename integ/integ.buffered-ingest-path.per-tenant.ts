import { type AwsApiCall, ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Duration, RemovalPolicies, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { BufferedIngestPath, DataDestruction, IngestKeys, Tenancy, TenantRole, TenantTable, Tier, WriterIsolation } from '../src';
import { ReadingsApi, reading, readingSchema } from './constructs/fixtures/readings-api';

/** An ingest path whose writer has no permission on the table: it writes each tenant's messages in that tenant's session. */
const app = new App();
const stack = new Stack(app, 'BufferedIngestPathPerTenant');
DataDestruction.allow(stack);
const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
const table = new TenantTable(stack, 'Data', { tenancy, timeToLive: Duration.days(30), removalPolicy: RemovalPolicy.DESTROY });
const path = new BufferedIngestPath(stack, 'Readings', {
  destination: table,
  keys: IngestKeys.of({ partitionKey: '{tenant}#SENSOR#{body.sensor}', sortKey: 'READING#{idempotencyKey}' }),
  schema: readingSchema,
  isolation: WriterIsolation.perTenant(new TenantRole(stack, 'ReadingWriters', { tenancy })),
  removalPolicy: RemovalPolicy.DESTROY,
});
const api = new ReadingsApi(stack, 'Api');
path.addRoute(api.readings, 'POST', { authorizer: api.authorizer });
// Removes everything from the account.
RemovalPolicies.of(stack).destroy();

const { assertions } = new IntegTest(app, 'Test', { testCases: [stack] });
const url = api.urlForPath('/readings');

/** `a-1` is a prefix of `a-10`. */
const sent = ['a-1', 'a-10'].map((tenant, index) =>
  assertions
    .httpApiCall(url, reading(tenant, 'one', { sensor: 'roof', celsius: 20 + index }))
    .expect(ExpectedResult.objectLike({ status: 202 })),
);

function stored(tenant: string, celsius: string) {
  const query = assertions
    .awsApiCall('DynamoDB', 'query', {
      TableName: table.table.tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: `${tenant}#SENSOR#roof` } },
    })
    .expect(ExpectedResult.objectLike({ Count: 1, Items: [{ tenant: { S: tenant }, body: { M: { celsius: { N: celsius } } } }] }))
    .waitForAssertions({ totalTimeout: Duration.seconds(60), interval: Duration.seconds(2) });
  (query as AwsApiCall).waiterProvider?.addToRolePolicy({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' });
  return query;
}

/** The timeout is one second longer, for opening sessions. Six times the timeout, plus the batching window. */
const queue = assertions
  .awsApiCall('SQS', 'getQueueAttributes', { QueueUrl: path.queue.queueUrl, AttributeNames: ['VisibilityTimeout'] })
  .expect(ExpectedResult.objectLike({ Attributes: { VisibilityTimeout: '47' } }));

sent[0].next(sent[1]).next(stored('a-1', '20')).next(stored('a-10', '21')).next(queue);
