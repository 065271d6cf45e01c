import { CfnResource } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { handledLine } from '../../examples/school-platform/app/grades/src/log';
import { SchoolPlatform } from '../../examples/school-platform/lib/school-platform';
import type { RetainedStores } from '../../src/tenant-removal/settings';
import { violations } from '../nag';
import { policiesIn, scrubbed, testApp } from '../synth';

// The function is not bundled, because its code does not matter here.
const context = { 'aws:cdk:bundling-stacks': [] };
const platform = new SchoolPlatform(testApp(context), 'SchoolPlatform', { appUrl: 'https://schools.example' });
const template = Template.fromStack(platform);

test('the template of the platform', () => {
  expect(scrubbed(template)).toMatchSnapshot();
});

test('every route needs a token and an API key, except preflight requests', () => {
  for (const { Properties } of Object.values(template.findResources('AWS::ApiGateway::Method'))) {
    const preflight = Properties.HttpMethod === 'OPTIONS';
    expect(Properties.AuthorizationType).toBe(preflight ? 'NONE' : 'CUSTOM');
    expect(Properties.ApiKeyRequired ?? false).toBe(!preflight);
  }
});

test('the service itself reads the records of schools, and has no access to data: the tenant role admits it to sessions of schools', () => {
  const [[role], ...others] = Object.entries(template.findResources('AWS::IAM::Role')).filter(([id]) =>
    id.startsWith('GradesServiceTaskRole'),
  );
  expect(others).toEqual([]);
  const own = Object.values(policiesIn(template)).filter(({ Properties }) => JSON.stringify(Properties.Roles ?? []).includes(role));
  const [directory] = Object.keys(template.findResources('AWS::DynamoDB::Table')).filter((id) => id.startsWith('Directory'));
  expect(own.flatMap(({ Properties }) => Properties.PolicyDocument.Statement)).toEqual([
    expect.objectContaining({
      Action: ['kms:Decrypt', 'kms:DescribeKey'],
      Condition: {
        StringEquals: { 'kms:ViaService': expect.objectContaining({ 'Fn::Join': ['', expect.arrayContaining(['dynamodb.'])] }) },
      },
    }),
    {
      Action: ['dynamodb:GetItem', 'dynamodb:BatchGetItem'],
      Condition: {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['TENANT#*'] },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      },
      Effect: 'Allow',
      Resource: { 'Fn::GetAtt': [directory, 'Arn'] },
    },
    // The collector's, which sends traces and metrics in the same role.
    {
      Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'],
      Effect: 'Allow',
      Resource: '*',
    },
    { Action: 'cloudwatch:PutMetricData', Effect: 'Allow', Resource: '*' },
  ]);
  const openers = Object.values(template.findResources('AWS::IAM::Role')).filter(({ Properties }) =>
    JSON.stringify(Properties.AssumeRolePolicyDocument).includes(role),
  );
  expect(openers).toHaveLength(1);
});

test('the reports of a quarter are made from the grades in the lake, and their names are those that operators look for', () => {
  const [source] = Object.values(template.findResources('AWS::Lambda::Function')).filter(
    ({ Properties }) => Properties.Environment?.Variables?.FIELDS !== undefined,
  );
  expect(source.Properties.Environment.Variables).toMatchObject({
    ...{ DATABASE: 'luca_lake', TABLE: 'records', TENANT_NOUN: 'school', REQUIRED: '["course","grade"]' },
    FIELDS: JSON.stringify([
      { name: 'student', column: 'student_id', kind: 'text' },
      { name: 'course', column: 'course', kind: 'text' },
      { name: 'grade', column: 'grade', kind: 'double' },
    ]),
  });
  template.hasResourceProperties('AWS::StepFunctions::StateMachine', { StateMachineName: 'government-sync' });
  template.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: '/aws/vendedlogs/states/government-sync' });
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    ...{ AlarmName: 'Luca-StepFunction-Failure-Alert', Threshold: 2 },
    AlarmActions: [{ Ref: Object.keys(template.findResources('AWS::SNS::Topic', { Properties: { TopicName: 'luca-ops-alerts' } }))[0] }],
  });
  template.hasResourceProperties('AWS::CloudWatch::Dashboard', { DashboardName: 'Luca-Production-Overview' });
  // One alarm for all schools: each of its contributors is a school.
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmName: 'Luca-P95-Latency-Alert',
    EvaluationCriteria: {
      PromQLCriteria: Match.objectLike({
        Query: Match.stringLikeRegexp('^histogram_quantile\\(0\\.95, sum by \\(school\\) .*GradeProcessingLatency.* > 0\\.12 and '),
      }),
    },
  });
  for (const LogGroupName of [
    '/aws/ecs/luca-platform/application',
    '/aws/lambda/grade-processor',
    '/aws/apigateway/luca-platform/access',
  ]) {
    template.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName, KmsKeyId: Match.anyValue() });
  }
  template.hasResourceProperties('AWS::Events::Connection', {
    AuthParameters: {
      OAuthParameters: {
        AuthorizationEndpoint: 'https://api.government.example/oauth/token',
        ClientParameters: { ClientSecret: '{{resolve:secretsmanager:luca/government:SecretString:clientSecret::}}' },
      },
    },
  });
});

test('one rule ranks schools by the lines of their requests, and is on the dashboard', () => {
  const [{ Properties: rule }] = Object.values(template.findResources('AWS::CloudWatch::InsightRule'));
  expect(rule).toMatchObject({ RuleName: 'Luca-Busiest-Schools', RuleState: 'ENABLED' });
  const body = JSON.parse(typeof rule.RuleBody === 'string' ? rule.RuleBody : textOf(rule.RuleBody));
  expect(body).toEqual({
    Schema: { Name: 'CloudWatchLogRule', Version: 1 },
    LogGroupNames: ['TOKEN'],
    LogFormat: 'JSON',
    Contribution: { Keys: ['$.school'], Filters: [{ Match: '$.message', In: ['Request handled'] }] },
    AggregateOn: 'Count',
  });
  // What the service writes is what the rule looks for.
  const line = handledLine('Luca/Platform', { operation: 'a', school: 's', correlationId: 'c', status: 200, milliseconds: 1, at: 0 });
  expect(line).toMatchObject({ message: body.Contribution.Filters[0].In[0], school: 's' });
  const [{ Properties: dashboard }] = Object.values(template.findResources('AWS::CloudWatch::Dashboard'));
  expect(textOf(dashboard.DashboardBody)).toContain(
    '"insightRule":{"ruleName":"Luca-Busiest-Schools","maxContributorCount":10,"orderBy":"Sum"}',
  );
});

/** A text of the template whose references are replaced. */
function textOf({ 'Fn::Join': [, parts] }: { readonly 'Fn::Join': readonly [string, readonly unknown[]] }): string {
  return parts.map((part) => (typeof part === 'string' ? part : 'TOKEN')).join('');
}

test.each([undefined, { account: '111122223333', region: 'eu-west-1' }])(
  'the six rule packs leave nothing unanswered in any resource, env %j',
  (env) => {
    const elsewhere = new SchoolPlatform(testApp(context), 'SchoolPlatform', { appUrl: 'https://schools.example', env });
    // Some findings are acknowledged at the end of synthesis.
    Template.fromStack(elsewhere);
    expect(violations(elsewhere)).toEqual([]);
  },
);

test('operators are notified by the ways that they chose, and the URL of PagerDuty is not in the template', () => {
  const operators = {
    email: 'operators@schools.example',
    slack: { workspaceId: 'T0123ABCD', channelId: 'C0123ABCD' },
    pagerDutySecret: 'luca/pagerduty',
  };
  const notified = Template.fromStack(
    new SchoolPlatform(testApp(context), 'SchoolPlatform', { appUrl: 'https://schools.example', operators }),
  );
  const subscriptions = Object.values(notified.findResources('AWS::SNS::Subscription')).map(({ Properties }) => Properties);
  expect(subscriptions.map(({ Protocol }) => Protocol).sort()).toEqual(['email', 'https']);
  expect(JSON.stringify(subscriptions)).toMatch(/{{resolve:secretsmanager:.*luca\/pagerduty:SecretString:::}}/);
  notified.resourceCountIs('AWS::Chatbot::SlackChannelConfiguration', 1);
  template.resourceCountIs('AWS::SNS::Subscription', 0);
});

test('the record of a removal lists each log group, queue, table, bucket and user pool of the platform', () => {
  const [variables] = Object.values(template.findResources('AWS::Lambda::Function'))
    .map(({ Properties }) => Properties.Environment?.Variables ?? {})
    .filter(({ RETAINED }) => RETAINED !== undefined);
  const listed = (JSON.parse(variables.RETAINED) as RetainedStores[]).flatMap(({ place, expires = {}, locked = {}, kept = [] }) =>
    [...Object.keys(expires), ...Object.keys(locked), ...kept].map((name) => `${place}/${name}`),
  );
  const types = ['AWS::Cognito::UserPool', 'AWS::DynamoDB::Table', 'AWS::Logs::LogGroup', 'AWS::S3::Bucket', 'AWS::SQS::Queue'];
  const stores = platform.node
    .findAll()
    .filter((one): one is CfnResource => CfnResource.isCfnResource(one) && types.includes(one.cfnResourceType))
    .map(({ node }) => node.path.replace(/\/Resource$/, ''));
  expect(stores.length).toBeGreaterThan(40);
  // What these have of a school is removed.
  expect(stores.filter((store) => !listed.includes(store) && !listed.some((name) => name.startsWith(`${store}/`)))).toEqual([
    'SchoolPlatform/Data/Table',
    'SchoolPlatform/Lake/Changes/Bucket',
  ]);
  // Copies of the table, and what syncs share.
  expect(listed).toEqual(
    expect.arrayContaining(
      ['Data/Table (backups)', 'Data/Table (stream)', 'Government/Sync/ReportBucket/lists/'].map((name) => `SchoolPlatform/${name}`),
    ),
  );
});

test('an alarm that the platform has sends a message itself, or by the composite alarm of its condition', () => {
  const alarms = { ...template.findResources('AWS::CloudWatch::Alarm'), ...template.findResources('AWS::CloudWatch::CompositeAlarm') };
  const silent = Object.values(alarms).flatMap(({ Properties }) =>
    Properties.AlarmActions === undefined ? [String(Properties.AlarmName)] : [],
  );
  expect(silent.filter((name) => !/-(Condition|Causes)$/.test(name))).toEqual([]);
  const names = Object.values(alarms).map(({ Properties }) => String(Properties.AlarmName));
  for (const name of silent) expect(names).toContain(name.replace(/-(Condition|Causes)$/, ''));
});

test('with a name and a certificate, requests are encrypted on their way to the load balancer, and no rule pack objects', () => {
  const app = testApp(context);
  const certificateArn = 'arn:aws:acm:us-east-1:111122223333:certificate/grades';
  const certificate = Certificate.fromCertificateArn(app, 'GradesCertificate', certificateArn);
  const gradesDomain = { domainName: 'grades.schools.example', certificate };
  const encrypted = new SchoolPlatform(app, 'SchoolPlatform', { appUrl: 'https://schools.example', gradesDomain });
  const listeners = Object.values(Template.fromStack(encrypted).findResources('AWS::ElasticLoadBalancingV2::Listener'));
  expect(listeners.map(({ Properties: { Protocol, Certificates } }) => [Protocol, Certificates])).toEqual([
    ['HTTPS', [{ CertificateArn: certificateArn }]],
  ]);
  const uris = Object.values(Template.fromStack(encrypted).findResources('AWS::ApiGateway::Method')).flatMap(
    ({ Properties: { Integration } }) => (Integration.Type === 'HTTP_PROXY' ? [JSON.stringify(Integration.Uri)] : []),
  );
  expect(uris).toHaveLength(9);
  for (const uri of uris) expect(uri).toContain('https://grades.schools.example');
  expect(violations(encrypted)).toEqual([]);
});
