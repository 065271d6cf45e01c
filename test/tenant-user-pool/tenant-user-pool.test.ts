import { readFileSync } from 'node:fs';
import { Duration, Lazy, RemovalPolicy } from 'aws-cdk-lib';
import { Mfa } from 'aws-cdk-lib/aws-cognito';
import { DataDestruction, Tenancy, TenantDirectory, type TenantUserPoolProps } from '../../src';
import { violations } from '../nag';
import { descriptionOf } from '../notified';
import { keepsPromises } from '../promises';
import { logicalIds, places, policiesIn, scrubbed, templateOf, testStack } from '../synth';
import { minimal } from './apps';
import { tenancy, userPool } from './fixtures';

function synthesized(props: Partial<TenantUserPoolProps> = {}) {
  const stack = testStack();
  userPool(stack, props);
  return templateOf(stack);
}

const template = synthesized();
const only = (type: string, from = template) => Object.values(from.findResources(type))[0].Properties;

keepsPromises(minimal);

test('only administrators create users', () => {
  expect(only('AWS::Cognito::UserPool').AdminCreateUserConfig).toEqual({ AllowAdminCreateUserOnly: true });
});

test('users sign in with their email address in any case, and a password of 12 characters of four kinds', () => {
  expect(only('AWS::Cognito::UserPool')).toMatchObject({
    UsernameAttributes: ['email'],
    UsernameConfiguration: { CaseSensitive: false },
    Policies: {
      PasswordPolicy: { MinimumLength: 12, RequireLowercase: true, RequireUppercase: true, RequireNumbers: true, RequireSymbols: true },
    },
  });
});

test('the tenant attribute can only be set when a user is created, and no client can write it', () => {
  const [attribute] = only('AWS::Cognito::UserPool').Schema;
  expect(attribute).toMatchObject({ Name: 'school_id', Mutable: false });
  expect(only('AWS::Cognito::UserPoolClient').WriteAttributes).toEqual(['email', 'locale', 'name']);
});

test('the client gets tokens only by authorization code or SRP, and cannot find out which users exist', () => {
  expect(only('AWS::Cognito::UserPoolClient')).toMatchObject({
    AllowedOAuthFlows: ['code'],
    AllowedOAuthFlowsUserPoolClient: true,
    CallbackURLs: ['https://app.example/signed-in'],
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
    GenerateSecret: false,
    PreventUserExistenceErrors: 'ENABLED',
  });
});

test('access tokens are short, and refresh tokens rotate and can be revoked', () => {
  expect(only('AWS::Cognito::UserPoolClient')).toMatchObject({
    AccessTokenValidity: 15,
    IdTokenValidity: 15,
    RefreshTokenValidity: 12 * 60,
    TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'minutes' },
    RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 },
    EnableTokenRevocation: true,
  });
});

test('the trigger has the version that can change access tokens, in a plan that supports it, and only Cognito may invoke it', () => {
  const pool = only('AWS::Cognito::UserPool');
  expect(pool.UserPoolTier).toBe('ESSENTIALS');
  expect(pool.LambdaConfig.PreTokenGenerationConfig).toMatchObject({ LambdaVersion: 'V2_0' });
  expect(only('AWS::Lambda::Permission')).toMatchObject({
    Principal: 'cognito-idp.amazonaws.com',
    SourceArn: { 'Fn::GetAtt': [expect.stringMatching(/^UsersPool/), 'Arn'] },
  });
});

test('the trigger may only read the directory, log and trace', () => {
  const statements = Object.values(policiesIn(template)).flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
  expect(statements.flatMap(({ Action }) => Action).sort()).toEqual([
    'dynamodb:GetItem',
    'dynamodb:Query',
    'kms:Decrypt',
    'kms:DescribeKey',
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'xray:PutTelemetryRecords',
    'xray:PutTraceSegments',
  ]);
});

test('the trigger has the timeout of Cognito, and its log is kept for a month', () => {
  template.hasResourceProperties('AWS::Lambda::Function', {
    Timeout: 5,
    MemorySize: 256,
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
    TracingConfig: { Mode: 'Active' },
    Environment: { Variables: { TIERS: '["standard","trial"]' } },
  });
  expect(only('AWS::Logs::LogGroup').RetentionInDays).toBe(30);
});

test('each alarm is created once, with its reason', () => {
  const stack = testStack();
  const { alarms, recommendedAlarms } = userPool(stack);
  expect(alarms.tokenFailures()).toBe(alarms.tokenFailures());
  alarms.triggerThrottles();
  const made = Object.values(templateOf(stack).findResources('AWS::CloudWatch::Alarm'));
  expect(made.map(({ Properties }) => Properties.AlarmDescription).sort()).toEqual(recommendedAlarms.map(descriptionOf).sort());
});

test('the README names each recommended alarm', () => {
  const readme = readFileSync('src/tenant-user-pool/README.md', 'utf8');
  for (const { name } of userPool(testStack()).recommendedAlarms) expect(readme).toMatch(new RegExp(`\\| \`${name}\` +\\|`));
});

test('denials and failures are separate metrics', () => {
  const stack = testStack();
  const { metrics, trigger } = userPool(stack);
  const dimensions = [{ name: 'FunctionName', value: stack.resolve(trigger?.functionName) }];
  for (const [metric, metricName] of [
    [metrics.metricDenied(), 'Denied'],
    [metrics.metricFailed(), 'Failed'],
  ] as const) {
    const { metricStat } = metric.toMetricConfig();
    expect(stack.resolve(metricStat)).toMatchObject({ namespace: 'Andamio/TenantUserPool', metricName, dimensions, statistic: 'Sum' });
  }
});

test('the pool is protected from deletion', () => {
  expect(only('AWS::Cognito::UserPool').DeletionProtection).toBe('ACTIVE');
});

test('the logical ids of pool and client never change, because a new pool would have no users', () => {
  expect(logicalIds(template, 'AWS::Cognito::UserPool')).toEqual(['UsersPoolBFC35D3B']);
  expect(logicalIds(template, 'AWS::Cognito::UserPoolClient')).toEqual(['UsersPoolClient39A19381']);
});

describe('options', () => {
  test('users may sign up themselves', () => {
    expect(only('AWS::Cognito::UserPool', synthesized({ selfSignUp: true })).AdminCreateUserConfig).toEqual({
      AllowAdminCreateUserOnly: false,
    });
  });

  test.each([
    [Mfa.REQUIRED, 'ON'],
    [Mfa.OPTIONAL, 'OPTIONAL'],
    [Mfa.OFF, 'OFF'],
  ])('a second factor is %s, and never a text message', (mfa, configured) => {
    const pool = only('AWS::Cognito::UserPool', synthesized({ mfa }));
    expect(pool.MfaConfiguration).toBe(configured);
    expect(pool.EnabledMfas ?? []).not.toContain('SMS_MFA');
  });

  test('domainPrefix adds a sign-in page', () => {
    expect(only('AWS::Cognito::UserPoolDomain', synthesized({ domainPrefix: 'luca-schools' })).Domain).toBe('luca-schools');
    template.resourceCountIs('AWS::Cognito::UserPoolDomain', 0);
  });

  test('access tokens can be valid for a day if refresh tokens are, too', () => {
    const day = Duration.hours(24);
    const { AccessTokenValidity } = only(
      'AWS::Cognito::UserPoolClient',
      synthesized({ accessTokenValidity: day, refreshTokenValidity: day }),
    );
    expect(AccessTokenValidity).toBe(24 * 60);
  });

  test('users are deleted if both prop and scope allow it', () => {
    const stack = testStack();
    DataDestruction.allow(stack);
    userPool(stack, { removalPolicy: RemovalPolicy.DESTROY });
    templateOf(stack).hasResource('AWS::Cognito::UserPool', { DeletionPolicy: 'Delete' });
    expect(only('AWS::Cognito::UserPool', templateOf(stack)).DeletionProtection).not.toBe('ACTIVE');
  });
});

test.each<[Partial<TenantUserPoolProps>, string]>([
  [{ callbackUrls: [] }, 'Test/Users: invalid callbackUrls []: expected at least one URL to which users return after they sign in'],
  [
    { callbackUrls: ['http://app.example/x'] },
    'Test/Users: invalid callbackUrls[0] "http://app.example/x": expected https://… or http://localhost…',
  ],
  [{ callbackUrls: ['https://*.example/x'] }, 'expected https://… or http://localhost…, one exact address without a fragment'],
  [{ callbackUrls: ['https:///signed-in'] }, 'expected https://… or http://localhost…'],
  [{ callbackUrls: ['http://localhost.example/x'] }, 'expected https://… or http://localhost…'],
  [{ callbackUrls: ['https://app.example/#x'] }, 'one exact address without a fragment'],
  [{ callbackUrls: ['myapp://signed-in'] }, 'expected https://…'],
  [{ logoutUrls: ['https://app.example', 'ftp://x'] }, 'Test/Users: invalid logoutUrls[1] "ftp://x"'],
  [
    { accessTokenValidity: Duration.minutes(4) },
    'Test/Users: invalid accessTokenValidity Duration.minutes(4): expected whole minutes between 5 minutes and 1440 minutes',
  ],
  [{ accessTokenValidity: Duration.hours(25) }, 'expected whole minutes between 5 minutes and 24 hours'],
  [
    { accessTokenValidity: Duration.hours(13) },
    'Test/Users: invalid accessTokenValidity Duration.hours(13): expected at most refreshTokenValidity, 12 hours',
  ],
  [{ accessTokenValidity: Duration.hours(2), refreshTokenValidity: Duration.hours(1) }, 'expected at most refreshTokenValidity, 1 hour'],
  [{ accessTokenValidity: Duration.seconds(330) }, 'expected whole minutes between 300 seconds and 86400 seconds'],
  [
    { refreshTokenValidity: Duration.days(31) },
    'Test/Users: invalid refreshTokenValidity Duration.days(31): expected whole minutes between 1 hour and 30 days',
  ],
  [
    { domainPrefix: 'Luca' },
    'Test/Users: invalid domainPrefix "Luca": expected lower-case letters, digits and hyphens between them, at most 63',
  ],
  [{ domainPrefix: '-luca' }, 'expected lower-case letters'],
  [
    { domainPrefix: 'my-cognito-pool' },
    'Test/Users: invalid domainPrefix "my-cognito-pool": expected a prefix without aws, amazon or cognito, which Cognito reserves',
  ],
  [{ removalPolicy: RemovalPolicy.DESTROY }, 'Test/Users: invalid removalPolicy "DESTROY": expected RETAIN'],
])('%j is rejected with: %s', (props, message) => {
  expect(() => userPool(testStack(), props)).toThrow(message);
});

test('URLs can be only known at deployment, and http for localhost', () => {
  const url = Lazy.string({ produce: () => 'https://later.example/x' });
  expect(() => userPool(testStack(), { callbackUrls: [url, 'http://localhost:3000/x'] })).not.toThrow();
});

test('a noun that is too long for an attribute of Cognito is rejected', () => {
  const long = Tenancy.of('educational-institution', { tiers: tenancy.tiers });
  const stack = testStack();
  const directory = new TenantDirectory(stack, 'Directory', { tenancy: long });
  expect(() => userPool(stack, { directory })).toThrow(
    'Test/Users: invalid directory.tenancy.noun "educational-institution": expected at most 17 characters, because with _id it is the name of an attribute in Cognito',
  );
});

test.each(places)('two pools on one directory work %s', (_, into) => {
  const stack = into((scope) => {
    const directory = new TenantDirectory(scope, 'Directory', { tenancy });
    for (const id of ['Staff', 'Students']) userPool(scope, { directory, domainPrefix: id.toLowerCase() }, id);
  });
  templateOf(stack).resourceCountIs('AWS::Cognito::UserPool', 2);
});

test.each([Mfa.OPTIONAL, Mfa.REQUIRED, Mfa.OFF])('no rule pack has open findings, with a second factor %s', (mfa) => {
  const stack = testStack();
  userPool(stack, { mfa, domainPrefix: 'luca' });
  expect(violations(stack)).toEqual([]);
});

test('the default shape', () => {
  expect(scrubbed(template)).toMatchSnapshot();
});
