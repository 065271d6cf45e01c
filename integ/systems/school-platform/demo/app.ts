import { App, SecretValue, Stack } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { SchoolPlatform } from '../../../../examples/school-platform/lib/school-platform';

/** The example, with the secret of the government's API, which exists before the example is deployed. */
const app = new App();
new Secret(new Stack(app, 'Secrets'), 'Government', {
  secretName: 'luca/government',
  secretStringValue: SecretValue.unsafePlainText(JSON.stringify({ clientId: 'ministry-client', clientSecret: 'ministry-secret' })),
});
new SchoolPlatform(app, 'SchoolPlatform', { appUrl: process.env.APP_URL ?? '' });
