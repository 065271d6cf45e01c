import { type AwsApiCall, ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Duration, RemovalPolicies, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { BufferedIngestPath, DataDestruction, IngestKeys, Tenancy, TenantTable, Tier } from '../src';
import { ReadingsApi, reading, readingSchema } from './constructs/fixtures/readings-api';

/** The ingest path of the README: with a TenantTable and default limits. */
const app = new App();
const stack = new Stack(app, 'BufferedIngestPathDefault');
DataDestruction.allow(stack);
const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
const table = new TenantTable(stack, 'Data', { tenancy, timeToLive: Duration.days(30), removalPolicy: RemovalPolicy.DESTROY });
const path = new BufferedIngestPath(stack, 'Readings', {
  destination: table,
  keys: IngestKeys.of({ partitionKey: '{tenant}#SENSOR#{body.sensor}', sortKey: 'READING#{idempotencyKey}' }),
  schema: readingSchema,
  removalPolicy: RemovalPolicy.DESTROY,
});
const api = new ReadingsApi(stack, 'Api');
path.addRoute(api.readings, 'POST', { authorizer: api.authorizer });
// Removes everything from the account.
RemovalPolicies.of(stack).destroy();

const { assertions } = new IntegTest(app, 'Test', { testCases: [stack] });
const url = api.urlForPath('/readings');

const accepted = assertions
  .httpApiCall(url, reading('harbour-school', 'one', { sensor: 'roof', celsius: 21.5 }))
  .expect(ExpectedResult.objectLike({ status: 202, body: {} }));
/** A client that got no response repeats its request, here with another body: the stored item stays. */
const repeated = assertions
  .httpApiCall(url, reading('harbour-school', 'one', { sensor: 'roof', celsius: 99 }))
  .expect(ExpectedResult.objectLike({ status: 202 }));
const second = assertions
  .httpApiCall(url, reading('harbour-school', 'two', { sensor: 'roof', celsius: 22 }))
  .expect(ExpectedResult.objectLike({ status: 202 }));
const wrongBody = assertions
  .httpApiCall(url, reading('harbour-school', 'three', { sensor: 'roof', celsius: 'warm' }))
  .expect(ExpectedResult.objectLike({ status: 400, body: { message: 'Invalid request body' } }));
const noTenant = assertions
  .httpApiCall(url, reading('Not A Tenant', 'four', { sensor: 'roof', celsius: 1 }))
  .expect(ExpectedResult.objectLike({ status: 401 }));

/** The stored readings of the sensor, by idempotency key and temperature. */
function stored(...readings: [string, string][]) {
  const query = assertions
    .awsApiCall('DynamoDB', 'query', {
      TableName: table.table.tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'harbour-school#SENSOR#roof' } },
    })
    .expect(
      ExpectedResult.objectLike({
        Items: readings.map(([key, celsius]) => ({
          sk: { S: `READING#${key}` },
          tenant: { S: 'harbour-school' },
          body: { M: { sensor: { S: 'roof' }, celsius: { N: celsius } } },
        })),
      }),
    )
    .waitForAssertions({ totalTimeout: Duration.seconds(60), interval: Duration.seconds(2) });
  (query as AwsApiCall).waiterProvider?.addToRolePolicy({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' });
  return query;
}

const attributes = (QueueUrl: string, Attributes: Record<string, string>) =>
  assertions
    .awsApiCall('SQS', 'getQueueAttributes', { QueueUrl, AttributeNames: Object.keys(Attributes) })
    .expect(ExpectedResult.objectLike({ Attributes }));
/** Six times the function's timeout; for the first queue, plus the batching window. */
const queue = attributes(path.queue.queueUrl, { VisibilityTimeout: '41', MessageRetentionPeriod: '345600' });
const retryQueue = attributes(path.retryQueue.queueUrl, { VisibilityTimeout: '36', MessageRetentionPeriod: '432000' });

accepted
  .next(stored(['one', '21.5']))
  .next(repeated)
  .next(second)
  .next(stored(['one', '21.5'], ['two', '22']))
  .next(wrongBody)
  .next(noTenant)
  .next(queue)
  .next(retryQueue);
