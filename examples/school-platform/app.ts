import { App } from 'aws-cdk-lib';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { SchoolPlatform } from './lib/school-platform';

export const app = new App();
const appUrl: string | undefined = app.node.tryGetContext('appUrl') ?? process.env.APP_URL;
if (!appUrl) {
  throw new Error("Missing context appUrl: add -c appUrl=https://…, the address of the schools' app without a path");
}
const domainName: string | undefined = app.node.tryGetContext('gradesDomainName');
const certificateArn: string | undefined = app.node.tryGetContext('gradesCertificateArn');
if ((domainName === undefined) !== (certificateArn === undefined)) {
  throw new Error('Missing context: gradesDomainName and gradesCertificateArn belong together');
}
const workspaceId: string | undefined = app.node.tryGetContext('slackWorkspaceId');
const channelId: string | undefined = app.node.tryGetContext('slackChannelId');
if ((workspaceId === undefined) !== (channelId === undefined)) {
  throw new Error('Missing context: slackWorkspaceId and slackChannelId belong together');
}
new SchoolPlatform(app, 'SchoolPlatform', {
  appUrl,
  signInPrefix: app.node.tryGetContext('signInPrefix'),
  gradesDomain:
    domainName === undefined || certificateArn === undefined
      ? undefined
      : { domainName, certificate: Certificate.fromCertificateArn(app, 'GradesCertificate', certificateArn) },
  governmentApi: app.node.tryGetContext('governmentApi'),
  operators: {
    email: app.node.tryGetContext('operatorsEmail'),
    slack: workspaceId === undefined || channelId === undefined ? undefined : { workspaceId, channelId },
    pagerDutySecret: app.node.tryGetContext('pagerDutySecret'),
  },
  hasLogRole: app.node.tryGetContext('hasLogRole') === 'true',
});
