import { App } from 'aws-cdk-lib';
import { SchoolPlatform } from './lib/school-platform';

export const app = new App();
const appUrl: string | undefined = app.node.tryGetContext('appUrl') ?? process.env.APP_URL;
if (!appUrl) {
  throw new Error("Missing context appUrl: add -c appUrl=https://…, the address of the schools' app without a path");
}
new SchoolPlatform(app, 'SchoolPlatform', {
  appUrl,
  signInPrefix: app.node.tryGetContext('signInPrefix'),
  hasLogRole: app.node.tryGetContext('hasLogRole') === 'true',
});
