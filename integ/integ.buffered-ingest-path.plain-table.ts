import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Duration, RemovalPolicies, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import { BufferedIngestPath, IngestKeys, ItemStore } from '../src';
import { ReadingsApi, reading, readingSchema } from './constructs/fixtures/readings-api';

/** An ingest path with a plain table that only has a partition key, its own KMS key, and small batches. */
const app = new App();
const stack = new Stack(app, 'BufferedIngestPathPlainTable');
const table = new Table(stack, 'Table', {
  partitionKey: { name: 'id', type: AttributeType.STRING },
  billingMode: BillingMode.PAY_PER_REQUEST,
});
const path = new BufferedIngestPath(stack, 'Readings', {
  destination: ItemStore.fromTable(table, { partitionKeyName: 'id' }),
  keys: IngestKeys.of({ partitionKey: '{tenant}#{idempotencyKey}' }),
  schema: readingSchema,
  encryptionKey: new Key(stack, 'Key', { enableKeyRotation: true }),
  batchSize: 10,
  batchWindow: Duration.seconds(0),
});
const api = new ReadingsApi(stack, 'Api');
path.addRoute(api.readings, 'POST', { authorizer: api.authorizer });
// Removes everything from the account.
RemovalPolicies.of(stack).destroy();

const { assertions } = new IntegTest(app, 'Test', { testCases: [stack] });
const url = api.urlForPath('/readings');

const first = assertions
  .httpApiCall(url, reading('harbour-school', 'one', { sensor: 'roof', celsius: 21.5 }))
  .expect(ExpectedResult.objectLike({ status: 202 }));
const otherTenant = assertions
  .httpApiCall(url, reading('hill-school', 'one', { sensor: 'roof', celsius: 4 }))
  .expect(ExpectedResult.objectLike({ status: 202 }));
const stored = (tenant: string, celsius: string) =>
  assertions
    .awsApiCall('DynamoDB', 'getItem', { TableName: table.tableName, Key: { id: { S: `${tenant}#one` } } })
    .expect(ExpectedResult.objectLike({ Item: { tenant: { S: tenant }, body: { M: { celsius: { N: celsius } } } } }))
    .waitForAssertions({ totalTimeout: Duration.seconds(60), interval: Duration.seconds(2) });

first.next(otherTenant).next(stored('harbour-school', '21.5')).next(stored('hill-school', '4'));
