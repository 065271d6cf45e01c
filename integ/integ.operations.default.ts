import { ExpectedResult, IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, RemovalPolicies, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { DataDestruction, FunctionCode, FunctionConcurrency, Notification, Operations, SecureFunction } from '../src';

/** A function that is watched: its alarms exist, and an address is subscribed to them. */
const app = new App();
const stack = new Stack(app, 'OperationsDefault');
DataDestruction.allow(stack);
const grades = new SecureFunction(stack, 'Grades', {
  code: FunctionCode.of(Code.fromInline('exports.handler = async () => ({})')),
  concurrency: FunctionConcurrency.unreserved('Nobody calls it; a new account has nothing to reserve.'),
  removalPolicy: RemovalPolicy.DESTROY,
});
const operations = new Operations(stack, 'Operations', {
  watch: [grades],
  notify: [Notification.email('operators@schools.example')],
});
// Removes everything from the account.
RemovalPolicies.of(stack).destroy();

const { assertions } = new IntegTest(app, 'Test', { testCases: [stack] });
// Nobody opens the link of this address.
assertions.awsApiCall('SNS', 'listSubscriptionsByTopic', { TopicArn: operations.topic.topicArn }).expect(
  ExpectedResult.objectLike({
    Subscriptions: [{ Protocol: 'email', Endpoint: 'operators@schools.example', SubscriptionArn: 'PendingConfirmation' }],
  }),
);
