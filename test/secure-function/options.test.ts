import { join } from 'node:path';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Architecture, Code, Runtime } from 'aws-cdk-lib/aws-lambda';
import type { JsonObject } from '../../integ/sandbox/contracts';
import { createEvaluator } from '../../integ/sandbox/iam/evaluate';
import {
  DataDestruction,
  DeadLetters,
  FunctionCode,
  FunctionConcurrency,
  type SecureFunctionProps,
  Tenancy,
  TenantRole,
  TenantTable,
  Tier,
} from '../../src';
import { isAllowed, policiesOfRole, resolvedResources } from '../iam';
import { logicalIds, templateOf, testStack } from '../synth';
import { secureFunction } from './fixtures';

const env = { account: '123456789012', region: 'us-east-1' };

function synthesized(props: Partial<SecureFunctionProps>) {
  const stack = testStack();
  secureFunction(stack, props);
  return templateOf(stack);
}
const only = (type: string, props: Partial<SecureFunctionProps>) => Object.values(synthesized(props).findResources(type))[0].Properties;

test('no reservation, with a reason', () => {
  const { ReservedConcurrentExecutions } = only('AWS::Lambda::Function', { concurrency: FunctionConcurrency.unreserved('It is idle.') });
  expect(ReservedConcurrentExecutions).toBeUndefined();
});

test('no dead letters, with a reason: no queue, no permission to send, no alarm', () => {
  const stack = testStack();
  const made = secureFunction(stack, { deadLetters: DeadLetters.none('It is called synchronously.') });
  const template = templateOf(stack);
  template.resourceCountIs('AWS::SQS::Queue', 0);
  expect(JSON.stringify(template)).not.toContain('sqs');
  expect(made.deadLetterQueue).toBeUndefined();
  expect(() => made.metrics.metricDeadLetters()).toThrow(
    'Test/Grades: missing deadLetterQueue: expected DeadLetters.queue(), or deadLetterQueueArn of an imported function, for this metric',
  );
  expect(made.recommendedAlarms.map(({ name }) => name)).toEqual(['Errors', 'Throttles']);
});

test('code in another language, with its handler, runtime and architecture', () => {
  const code = FunctionCode.of(Code.fromAsset(join(__dirname, '..')), {
    handler: 'main.handler',
    runtime: Runtime.PYTHON_3_14,
    architecture: Architecture.X86_64,
  });
  expect(only('AWS::Lambda::Function', { code })).toMatchObject({
    Handler: 'main.handler',
    Runtime: 'python3.14',
    Architectures: ['x86_64'],
    LoggingConfig: { LogFormat: 'JSON' },
  });
});

test('a module is bundled, and has the same settings as other code', () => {
  const stack = testStack({}, { 'aws:cdk:bundling-stacks': [] });
  secureFunction(stack, { code: FunctionCode.bundle(join(__dirname, 'fixtures.ts')) });
  const template = templateOf(stack);
  template.hasResourceProperties('AWS::Lambda::Function', {
    Handler: 'index.handler',
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
    TracingConfig: { Mode: 'Active' },
  });
  template.resourceCountIs('AWS::IAM::Role', 1);
});

test('timeout, memory and variables', () => {
  const props = { timeout: Duration.minutes(2), memorySize: 1_024, environment: { TABLE_NAME: 'grades' } };
  expect(only('AWS::Lambda::Function', props)).toMatchObject({
    Timeout: 120,
    MemorySize: 1_024,
    Environment: { Variables: { TABLE_NAME: 'grades' } },
  });
});

test('a key of its own encrypts log, variables and dead letters', () => {
  const stack = testStack();
  secureFunction(stack, { encryptionKey: new Key(stack, 'Own') });
  const template = templateOf(stack);
  const [own] = logicalIds(template, 'AWS::KMS::Key');
  const key = { 'Fn::GetAtt': [own, 'Arn'] };
  template.resourceCountIs('AWS::KMS::Key', 1);
  template.hasResourceProperties('AWS::Lambda::Function', { KmsKeyArn: key });
  template.hasResourceProperties('AWS::Logs::LogGroup', { KmsKeyId: key });
  template.hasResourceProperties('AWS::SQS::Queue', { KmsMasterKeyId: key });
});

test('name sets the name of the log group', () => {
  expect(only('AWS::Logs::LogGroup', { name: 'grades' }).LogGroupName).toBe('/aws/lambda/grades');
});

test('log and dead letters are deleted if both prop and scope allow it', () => {
  const stack = testStack();
  DataDestruction.allow(stack);
  secureFunction(stack, { removalPolicy: RemovalPolicy.DESTROY });
  const template = templateOf(stack);
  for (const type of ['AWS::Logs::LogGroup', 'AWS::SQS::Queue']) template.allResources(type, { DeletionPolicy: 'Delete' });
});

describe('in a VPC', () => {
  const stack = testStack({ env });
  // Explicit Availability Zones, so that no lookup is needed.
  const vpc = new Vpc(stack, 'Vpc', { availabilityZones: ['us-east-1a', 'us-east-1b'], natGateways: 0, flowLogs: {} });
  const { function: made } = secureFunction(stack, { vpc });
  const template = templateOf(stack);
  const [roleId] = logicalIds(template, 'AWS::IAM::Role').filter((id) => id.startsWith('Grades'));
  const { identity } = policiesOfRole(stack, roleId);
  const request = (action: string, context = {}) =>
    isAllowed({ principal: `arn:aws:iam::123456789012:role/${roleId}`, action, resource: '*', context }, { identity });

  test('it is in private subnets, and its security group allows no outbound traffic until a rule is added', () => {
    const { VpcConfig } = Object.values(template.findResources('AWS::Lambda::Function'))[0].Properties;
    expect(VpcConfig.SubnetIds).toHaveLength(2);
    const groups = Object.values(template.findResources('AWS::EC2::SecurityGroup')).map(({ Properties }) => Properties.SecurityGroupEgress);
    expect(groups).toEqual([[expect.objectContaining({ CidrIp: '255.255.255.255/32' })]]);
    expect(made.connections.securityGroups).toHaveLength(1);
  });

  test.each(['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'])(
    'Lambda may %s with its role, but its code may not',
    async (action) => {
      expect(await request(action)).toBe(true);
      expect(await request(action, { 'lambda:SourceFunctionArn': 'arn:aws:lambda:us-east-1:123456789012:function:grades' })).toBe(false);
    },
  );
});

describe('the key of its variables', () => {
  const stack = testStack({ env });
  secureFunction(stack, { environment: { A_NAME: 'value' } });
  const template = templateOf(stack);
  const [roleId] = logicalIds(template, 'AWS::IAM::Role');
  const [keyId] = logicalIds(template, 'AWS::KMS::Key');
  const { identity } = policiesOfRole(stack, roleId);
  const keyPolicy = resolvedResources(stack)[keyId].Properties.KeyPolicy as JsonObject;
  // The sandbox's evaluator: the simulator by itself drops an encryption context whose name has a colon, as one that it does not list.
  const evaluate = createEvaluator('123456789012', () => keyPolicy);
  const denial = (context: Record<string, string>) =>
    evaluate(
      {
        principal: `arn:aws:sts::123456789012:assumed-role/${roleId}/grades`,
        identity: identity.map((document) => ({ name: 'policy', document: document as JsonObject })),
        boundary: [],
        session: [],
        context: {},
      },
      { action: 'kms:Decrypt', resource: `arn:aws:kms:us-east-1:123456789012:key/${keyId}`, context },
    );
  const own = { 'kms:EncryptionContext:aws:lambda:FunctionArn': 'arn:aws:lambda:us-east-1:123456789012:function:grades' };

  test('may be used by Lambda to decrypt them', () => {
    expect(denial(own)).toBeUndefined();
  });

  test.each<[string, Record<string, string>]>([
    ['by the code', { ...own, 'lambda:SourceFunctionArn': own['kms:EncryptionContext:aws:lambda:FunctionArn'] }],
    ['for anything else', {}],
    [
      'for a function of another account',
      { 'kms:EncryptionContext:aws:lambda:FunctionArn': 'arn:aws:lambda:us-east-1:999999999999:function:grades' },
    ],
  ])('may not be used %s', (_, context) => {
    expect(denial(context)).toContain('not authorized to perform: kms:Decrypt');
  });
});

test('it is a grantee, and may open tenants’ sessions', () => {
  const stack = testStack();
  const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 1, burst: 1 })] });
  const data = new TenantTable(stack, 'Data', { tenancy });
  const tenants = new TenantRole(stack, 'Tenants', { tenancy });
  const made = secureFunction(stack);
  tenants.grants.openSessions(made);
  data.table.grant(made, 'dynamodb:DescribeTable');
  const template = templateOf(stack);
  const role = { 'Fn::GetAtt': [expect.stringMatching(/^GradesFunctionRole/), 'Arn'] };
  template.hasResourceProperties('AWS::IAM::Role', {
    AssumeRolePolicyDocument: {
      Statement: [{ Action: ['sts:AssumeRole', 'sts:TagSession'], Principal: { AWS: stack.resolve(made.role.roleArn) } }],
    },
  });
  expect(stack.resolve(made.grantPrincipal.policyFragment.principalJson)).toEqual({ AWS: [role] });
  expect(JSON.stringify(template.findResources('AWS::IAM::Policy'))).toContain('dynamodb:DescribeTable');
});
