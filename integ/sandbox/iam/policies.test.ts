import * as cdk from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { services } from '../services';
import { resourcePoliciesOf } from '../start-services';
import { assemble, roleArn } from '../testing/endpoint';
import { openPolicies, type Policies } from '.';
import { keyCheck } from './keys';
import { createSessions } from './sessions';
import { unsupportedConditionKeys } from './validate';

const queueArn = 'arn:aws:sqs:us-east-1:123456789012:inbox';
let policies: Policies;
let keys: string[];
let functionArn: string;
let unsupported: readonly string[];
/** The time of the clock. */
let now = Date.parse('2026-11-30T09:00:00Z');

beforeAll(async () => {
  const assembly = assemble((stack) => {
    const service = new iam.ServicePrincipal('lambda.amazonaws.com');
    const role = (roleName: string, props: Partial<iam.RoleProps> = {}) =>
      new iam.Role(stack, roleName, { roleName, assumedBy: service, ...props });
    const queue = new sqs.Queue(stack, 'Queue', { queueName: 'inbox', enforceSSL: true });
    queue.grantSendMessages(role('Attached'));
    role('Inline', {
      inlinePolicies: {
        send: new iam.PolicyDocument({
          statements: [new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] })],
        }),
      },
    });
    const managed = new iam.ManagedPolicy(stack, 'Managed', {
      statements: [new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: ['*'] })],
    });
    role('ByManaged', { managedPolicies: [managed] });
    role('Bounded', {
      managedPolicies: [managed],
      permissionsBoundary: iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaBasicExecutionRole'),
    });
    role('Named');
    queue.addToResourcePolicy(
      new iam.PolicyStatement({
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        principals: [new iam.ArnPrincipal(roleArn('Named'))],
      }),
    );
    queue.addToResourcePolicy(
      new iam.PolicyStatement({
        effect: iam.Effect.DENY,
        actions: ['sqs:PurgeQueue'],
        resources: [queue.queueArn],
        principals: [new iam.AnyPrincipal()],
      }),
    );
    queue.addToResourcePolicy(
      new iam.PolicyStatement({
        actions: ['sqs:SendMessage'],
        resources: [queue.queueArn],
        principals: [new iam.ServicePrincipal('events.amazonaws.com')],
        conditions: { ArnEquals: { 'aws:SourceArn': 'arn:aws:events:us-east-1:123456789012:rule/mine' } },
      }),
    );
    role('Logger', { managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('service-role/AWSLambdaBasicExecutionRole')] });
    role('Foreign', { managedPolicies: [iam.ManagedPolicy.fromAwsManagedPolicyName('AmazonEC2FullAccess')] });
    const open = new kms.Key(stack, 'Open');
    new kms.Key(stack, 'Closed', {
      policy: new iam.PolicyDocument({
        statements: [
          new iam.PolicyStatement({ actions: ['kms:DescribeKey'], resources: ['*'], principals: [new iam.AccountRootPrincipal()] }),
        ],
      }),
    });
    const keyUser = role('KeyUser');
    open.grantDecrypt(keyUser);
    keyUser.addToPolicy(new iam.PolicyStatement({ actions: ['kms:*'], resources: ['*'] }));
    const handler = new lambda.Function(stack, 'Function', {
      runtime: lambda.Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: lambda.Code.fromInline('0'),
    });
    handler.addPermission('Api', {
      principal: new iam.ServicePrincipal('apigateway.amazonaws.com'),
      sourceArn: 'arn:aws:execute-api:us-east-1:123456789012:api/*/POST/visits',
    });
    /** A role whose requests are denied under conditions. */
    const only = (name: string, conditions: Record<string, Record<string, string>>) => {
      const own = role(name);
      own.addToPolicy(new iam.PolicyStatement({ actions: ['sqs:SendMessage', 'kms:Decrypt'], resources: ['*'] }));
      own.addToPolicy(new iam.PolicyStatement({ effect: iam.Effect.DENY, actions: ['*'], resources: ['*'], conditions }));
    };
    only('Revoked', { DateLessThan: { 'aws:TokenIssueTime': '2026-11-30T10:00:00Z' } });
    only('ByDay', { DateGreaterThan: { 'aws:CurrentTime': '2026-11-30T10:00:00Z' } });
    only('ByEpoch', { NumericGreaterThan: { 'aws:EpochTime': String(Date.parse('2026-11-30T10:00:00Z') / 1000) } });
    only('OwnTeam', { StringNotEquals: { 'aws:ResourceTag/team': '${aws:PrincipalTag/team}' } });
    only('OtherTeam', { StringEquals: { 'aws:ResourceTag/team': 'platform' } });
    only('OneFunction', { ArnNotEquals: { 'lambda:SourceFunctionArn': 'arn:aws:lambda:us-east-1:123456789012:function:mine' } });
    only('Directly', { 'ForAnyValue:StringEquals': { 'aws:CalledVia': 'dynamodb.amazonaws.com' } });
    only('WithMfa', { BoolIfExists: { 'aws:MultiFactorAuthPresent': 'false' } });
    only('FromVpc', { StringNotEquals: { 'aws:SourceVpce': 'vpce-1' } });
    new iam.CfnRolePolicy(stack, 'RolePolicy', {
      policyName: 'newer',
      roleName: role('ByRolePolicy').roleName,
      policyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }] },
    });
    cdk.Tags.of(stack).add('team', 'platform');
  });
  unsupported = unsupportedConditionKeys(assembly, resourcePoliciesOf(services, assembly));
  policies = openPolicies(assembly, resourcePoliciesOf(services, assembly), () => now);
  keys = assembly.ofType('AWS::KMS::Key').map((key) => assembly.attribute(key, 'Arn'));
  functionArn = assembly.attribute(assembly.ofType('AWS::Lambda::Function')[0], 'Arn');
});

const send = { action: 'sqs:SendMessage', resource: queueArn, context: {} };
const ask = (role: string, check = send) => policies.forRole(roleArn(role), check);

test.each(['Attached', 'Inline', 'ByManaged', 'ByRolePolicy', 'Named'])('%s policies allow', (role) => {
  expect(ask(role)).toBeUndefined();
});

// The forms of "Troubleshoot access denied error messages" (IAM User Guide).
test.each<[string, string, string]>([
  ['Logger', 'sqs:SendMessage', 'because no identity-based policy allows the sqs:sendmessage action'],
  ['Bounded', 'sqs:SendMessage', 'because no permissions boundary allows the sqs:sendmessage action'],
  ['Logger', 'sqs:PurgeQueue', 'with an explicit deny in a resource-based policy'],
])('%s is rejected %s %s', (role, action, reason) => {
  const start = `User: arn:aws:sts::123456789012:assumed-role/${role}/sandbox is not authorized to perform: ${action.toLowerCase()} on resource: ${queueArn} `;
  expect(ask(role, { ...send, action })).toBe(start + reason);
});

test('requests count as TLS requests, and a policy that denies plain HTTP is evaluated', () => {
  expect(ask('Attached', { ...send, context: { 'aws:SecureTransport': 'false' } } as never)).toMatch(
    /explicit deny in a resource-based policy$/,
  );
});

test('a resource policy alone allows a service, for the source in the policy', () => {
  expect(policies.forService('events.amazonaws.com', 'arn:aws:events:us-east-1:123456789012:rule/mine', send)).toBeUndefined();
  expect(policies.forService('events.amazonaws.com', 'arn:aws:events:us-east-1:123456789012:rule/other', send)).toMatch(
    /because no resource-based policy allows/,
  );
});

test("a Lambda permission is a statement of the function's policy (documented: AddPermission, Lambda API Reference)", () => {
  const invoke = { action: 'lambda:InvokeFunction', resource: functionArn, context: {} };
  const from = (stage: string) =>
    policies.forService('apigateway.amazonaws.com', `arn:aws:execute-api:us-east-1:123456789012:api/${stage}`, invoke);
  expect(from('prod/POST/visits')).toBeUndefined();
  expect(from('prod/GET/visits')).toMatch(/because no resource-based policy allows the lambda:InvokeFunction action$/);
});

test('identity policies do not apply to a key whose policy does not delegate to the account (documented: Default key policy, KMS Developer Guide)', () => {
  const decrypt = (resource: string) => ask('KeyUser', { action: 'kms:Decrypt', resource, context: {} } as never);
  expect(decrypt(keys[0])).toBeUndefined();
  expect(decrypt(keys[1])).toMatch(/because no resource-based policy allows the kms:Decrypt action$/);
});

test('a key outside the assembly is assumed to delegate to the account, so identity policies decide', () => {
  const decrypt = (role: string) =>
    ask(role, { action: 'kms:Decrypt', resource: 'arn:aws:kms:us-east-1:123456789012:key/elsewhere', context: {} } as never);
  expect(decrypt('KeyUser')).toBeUndefined();
  expect(decrypt('Attached')).toMatch(/because no identity-based policy allows the kms:Decrypt action$/);
});

test('the tags of a role are principal tags', () => {
  const session = (policy: object) => ({
    credentials: { accessKeyId: 'A', secretAccessKey: 's' },
    principal: { arn: 'arn:aws:sts::123456789012:assumed-role/Inline/s', roleArn: roleArn('Inline'), tags: {}, accessKeyId: 'A' },
    userId: 'AROA:s',
    policies: [{ Version: '2012-10-17', Statement: [policy] } as never],
  });
  const only = (team: string) =>
    session({ Effect: 'Allow', Action: '*', Resource: '*', Condition: { StringEquals: { 'aws:PrincipalTag/team': team } } });
  expect(policies.forSession(only('platform'), send)).toBeUndefined();
  expect(policies.forSession(only('other'), send)).toMatch(/because no session policy allows the sqs:sendmessage action$/);
});

describe('condition keys that the endpoint fills in', () => {
  afterEach(() => {
    now = Date.parse('2026-11-30T09:00:00Z');
  });
  const session = (role: string, context?: Record<string, string>) => {
    const arn = `arn:aws:sts::123456789012:assumed-role/${role}/s`;
    return createSessions(() => now).open({ arn, roleArn: roleArn(role), tags: {}, userId: 'AROA:s', lifetime: 3_600_000, context });
  };
  const asked = (own: ReturnType<typeof session>, check: Parameters<Policies['forSession']>[1] = send) =>
    policies.forSession(own, check) === undefined;

  test('aws:TokenIssueTime, in whole seconds, of temporary credentials', () => {
    now = Date.parse('2026-11-30T09:59:59.999Z');
    const earlier = session('Revoked');
    now = Date.parse('2026-11-30T10:00:00.001Z');
    expect([asked(earlier), asked(session('Revoked'))]).toEqual([false, true]);
    // A service that assumes the role has new credentials.
    expect(ask('Revoked')).toBeUndefined();
  });

  test.each(['ByDay', 'ByEpoch'])('%s: the time of each request', (role) => {
    const own = session(role);
    expect(asked(own)).toBe(true);
    now = Date.parse('2026-11-30T10:00:01Z');
    expect(asked(own)).toBe(false);
  });

  test('aws:ResourceTag', () => {
    expect([asked(session('OwnTeam')), asked(session('OtherTeam'))]).toEqual([true, false]);
    const elsewhere = { ...send, resource: `${queueArn}2` };
    expect([asked(session('OwnTeam'), elsewhere), asked(session('OtherTeam'), elsewhere)]).toEqual([false, true]);
  });

  test('lambda:SourceFunctionArn of sessions of a function', () => {
    const of = (name: string) =>
      session('OneFunction', { 'lambda:SourceFunctionArn': `arn:aws:lambda:us-east-1:123456789012:function:${name}` });
    expect([asked(of('mine')), asked(of('other')), asked(session('OneFunction'))]).toEqual([true, false, false]);
  });

  test('aws:CalledVia, for the services that appear in it', () => {
    const via = (service: string) => keyCheck('kms:Decrypt', keys[0], `${service}.us-east-1.amazonaws.com`, {});
    expect([asked(session('Directly'), via('dynamodb')), asked(session('Directly'), via('sqs'))]).toEqual([false, true]);
    expect(via('dynamodb').context).toMatchObject({
      'aws:CalledViaFirst': 'dynamodb.amazonaws.com',
      'aws:CalledViaLast': 'dynamodb.amazonaws.com',
    });
  });

  test('aws:MultiFactorAuthPresent is false', () => {
    expect(asked(session('WithMfa'))).toBe(false);
  });

  test('others are not supported, and named with the policy that uses them', () => {
    expect(unsupported).toEqual([
      expect.stringMatching(
        /^AWS::IAM::Role FromVpc: .*: the condition key aws:SourceVpce is not supported: the endpoint does not fill it in \(.+\)$/,
      ),
    ]);
  });
});

test('an AWS managed policy that the sandbox does not contain is rejected by name when its role is used', () => {
  expect(() => ask('Foreign')).toThrow('The managed policy arn:aws:iam::aws:policy/AmazonEC2FullAccess is not supported');
});

test('a policy that IAM would reject stops the endpoint with its name', async () => {
  const assembly = assemble((stack) => {
    new iam.CfnPolicy(stack, 'Broken', {
      policyName: 'broken',
      policyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Permit', Action: 'sqs:*', Resource: '*' }] },
      roles: [new iam.Role(stack, 'Role', { roleName: 'Role', assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') }).roleName],
    });
  });
  expect(() => openPolicies(assembly, resourcePoliciesOf(services, assembly))).toThrow(/MalformedPolicyDocument: Role: broken: .*Effect/);
});
