import { type AwsApiCall, ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, Duration, RemovalPolicies, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { BufferedIngestPath, DataDestruction, IngestKeys, Tenancy, TenantTable, Tier } from '../src';
import { readingSchema } from './constructs/fixtures/readings-api';

/** A message that cannot be stored: it is received in a batch once, then alone, and is a dead letter after minutes. */
const app = new App();
const stack = new Stack(app, 'BufferedIngestPathPoison');
DataDestruction.allow(stack);
const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
const path = new BufferedIngestPath(stack, 'Readings', {
  destination: new TenantTable(stack, 'Data', { tenancy, timeToLive: Duration.days(30), removalPolicy: RemovalPolicy.DESTROY }),
  keys: IngestKeys.of({ partitionKey: '{tenant}#SENSOR#{body.sensor}', sortKey: 'READING#{idempotencyKey}' }),
  schema: readingSchema,
  removalPolicy: RemovalPolicy.DESTROY,
});
// Removes everything from the account.
RemovalPolicies.of(stack).destroy();

const { assertions } = new IntegTest(app, 'Test', { testCases: [stack] });

const poison = assertions.awsApiCall('SQS', 'sendMessage', {
  QueueUrl: path.queue.queueUrl,
  MessageBody: 'not json',
  MessageGroupId: 'harbour-school',
}) as AwsApiCall;
poison.provider.addToRolePolicy({ Effect: 'Allow', Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Resource: '*' });

/** It comes from the retry queue, to which a replay goes, with its original message group. */
const dead = assertions
  .awsApiCall('SQS', 'receiveMessage', { QueueUrl: path.deadLetterQueue.queueUrl, MessageSystemAttributeNames: ['All'] })
  .expect(
    ExpectedResult.objectLike({
      Messages: [
        { Body: 'not json', Attributes: { DeadLetterQueueSourceArn: path.retryQueue.queueArn, MessageGroupId: 'harbour-school' } },
      ],
    }),
  )
  .waitForAssertions({ totalTimeout: Duration.minutes(5), interval: Duration.seconds(5) });
(dead as AwsApiCall).waiterProvider?.addToRolePolicy({ Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' });

poison.next(dead);
