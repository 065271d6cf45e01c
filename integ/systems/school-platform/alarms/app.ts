import { App, Duration, SecretValue, Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { SchoolPlatform } from '../../../../examples/school-platform/lib/school-platform';
import { OPERATORS } from './names';

/** The example, with the secret of the government's API, subscribers of its alarms, and another app's function in the same account. */
const app = new App();
const others = new Stack(app, 'Others');
new Secret(others, 'Government', {
  secretName: 'luca/government',
  secretStringValue: SecretValue.unsafePlainText(JSON.stringify({ clientId: 'ministry-client', clientSecret: 'ministry-secret' })),
});
const BUSY = `
const { existsSync } = require('node:fs');
exports.handler = async ({ until }) => {
  while (!existsSync(until)) await new Promise((wake) => setTimeout(wake, 100));
};
`;
new LambdaFunction(others, 'Busy', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromInline(BUSY),
  timeout: Duration.minutes(15),
});
const platform = new SchoolPlatform(app, 'SchoolPlatform', { appUrl: process.env.APP_URL ?? '' });
// The service counts this machine's time, in which a minute of the clock is short.
platform.grades.taskDefinition?.defaultContainer?.addEnvironment('OTEL_METRIC_EXPORT_INTERVAL', '1000');
platform.operations.topic.addSubscription(new UrlSubscription(`${OPERATORS}/first`));
platform.operations.topic.addSubscription(new UrlSubscription(`${OPERATORS}/second`));
app.synth();
