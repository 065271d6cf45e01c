import { Template } from 'aws-cdk-lib/assertions';
import { SchoolPlatform } from '../../examples/school-platform/lib/school-platform';
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

test('the function itself has no access to data: it opens sessions of schools', () => {
  const actions = Object.values(policiesIn(template))
    .filter(({ Properties }) => JSON.stringify(Properties.Roles).includes('EvaluationsFunction'))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .flatMap(({ Action }) => Action);
  // Of the key it is the decryption of its environment, which is Lambda's to do.
  expect(actions.sort()).toEqual([
    'kms:Decrypt',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'xray:PutTelemetryRecords',
    'xray:PutTraceSegments',
  ]);
});

test.each([undefined, { account: '111122223333', region: 'eu-west-1' }])(
  'the six rule packs leave nothing unanswered in any resource, env %j',
  (env) => {
    const elsewhere = new SchoolPlatform(testApp(context), 'SchoolPlatform', { appUrl: 'https://schools.example', env });
    // Some findings are acknowledged at the end of synthesis.
    Template.fromStack(elsewhere);
    expect(violations(elsewhere)).toEqual([]);
  },
);
