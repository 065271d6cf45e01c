import { ExpectedResult, IntegTest, Match } from '@aws-cdk/integ-tests-alpha';
import { App, Duration, RemovalPolicies, Stack } from 'aws-cdk-lib';
import { ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { AlarmSeverity, DataDestruction, type IObservable, Operations, RecommendedAlarm } from '../src';

/** Something that should report, and never does: its alarm goes off as soon as it exists. */
class Silent extends Construct implements IObservable {
  public readonly logGroups = [];
  public readonly recommendedAlarms = [
    RecommendedAlarm.of(this, {
      ...{ name: 'Heartbeat', severity: AlarmSeverity.CRITICAL, threshold: 1, evaluationPeriods: 1, reason: 'Nothing reports.' },
      metric: new Metric({ namespace: 'Andamio/Test', metricName: 'Heartbeat', period: Duration.minutes(1) }),
      comparison: ComparisonOperator.LESS_THAN_THRESHOLD,
      missingData: TreatMissingData.BREACHING,
    }),
  ];
}

/** The message of an alarm arrives in a queue, through the encrypted topic. */
const app = new App();
const stack = new Stack(app, 'OperationsDefault');
DataDestruction.allow(stack);
const operations = new Operations(stack, 'Operations', { watch: [new Silent(stack, 'Silent')] });
const queue = new Queue(stack, 'Queue', { enforceSSL: true });
operations.topic.addSubscription(new SqsSubscription(queue));
// Removes everything from the account.
RemovalPolicies.of(stack).destroy();

const { assertions } = new IntegTest(app, 'Test', { testCases: [stack] });
assertions
  .awsApiCall('SQS', 'receiveMessage', { QueueUrl: queue.queueUrl, WaitTimeSeconds: 20 })
  .expect(ExpectedResult.objectLike({ Messages: [{ Body: Match.stringLikeRegexp('NewStateValue.*ALARM') }] }))
  .waitForAssertions({ totalTimeout: Duration.minutes(10), interval: Duration.seconds(10) });
