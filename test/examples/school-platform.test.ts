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

test('the service itself has no access to data: the tenant role admits it to sessions of schools', () => {
  const [[role], ...others] = Object.entries(template.findResources('AWS::IAM::Role')).filter(([id]) =>
    id.startsWith('GradesServiceTaskRole'),
  );
  expect(others).toEqual([]);
  expect(Object.values(policiesIn(template)).filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(role))).toEqual([]);
  const openers = Object.values(template.findResources('AWS::IAM::Role')).filter(({ Properties }) =>
    JSON.stringify(Properties.AssumeRolePolicyDocument).includes(role),
  );
  expect(openers).toHaveLength(1);
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
