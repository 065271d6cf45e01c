import { RemovalPolicy } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { DataDestruction, Tenancy, TenantDirectory, type TenantDirectoryProps, Tier } from '../../src';
import { isAllowed } from '../iam';
import { violations } from '../nag';
import { keepsPromises } from '../promises';
import { logicalIds, places, scrubbed, templateOf, testStack } from '../synth';
import { minimal } from './apps';

const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });

function synthesized(props: Partial<TenantDirectoryProps> = {}) {
  const stack = testStack();
  new TenantDirectory(stack, 'Directory', { tenancy, ...props });
  return templateOf(stack);
}

const template = synthesized();

keepsPromises(minimal);

test('records have point-in-time recovery and deletion protection', () => {
  const [{ Properties }] = Object.values(template.findResources('AWS::DynamoDB::Table'));
  expect(Properties).toMatchObject({
    BillingMode: 'PAY_PER_REQUEST',
    DeletionProtectionEnabled: true,
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
  });
});

test('the logical id of the table never changes, because a new table would have no tenants', () => {
  expect(logicalIds(template, 'AWS::DynamoDB::Table')).toEqual(['DirectoryTableD64E6930']);
});

test('encryptionKey encrypts the table', () => {
  const stack = testStack();
  const encryptionKey = Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111122223333:key/own');
  new TenantDirectory(stack, 'Directory', { tenancy, encryptionKey });
  templateOf(stack).hasResourceProperties('AWS::DynamoDB::Table', {
    SSESpecification: { KMSMasterKeyId: 'arn:aws:kms:eu-west-1:111122223333:key/own' },
  });
});

test('records are deleted only if both prop and scope allow it', () => {
  const stack = testStack();
  const make = () => new TenantDirectory(stack, 'Directory', { tenancy, removalPolicy: RemovalPolicy.DESTROY });
  expect(() => new TenantDirectory(testStack(), 'Directory', { tenancy, removalPolicy: RemovalPolicy.DESTROY })).toThrow(
    'Test/Directory: invalid removalPolicy "DESTROY": expected RETAIN, or DataDestruction.allow(Stack.of(this)) to allow that data is deleted',
  );
  DataDestruction.allow(stack);
  make();
  templateOf(stack).hasResource('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete' });
  templateOf(stack).hasResourceProperties('AWS::DynamoDB::Table', { DeletionProtectionEnabled: false });
});

test.each([
  ['read', [], ['dynamodb:GetItem', 'dynamodb:Query', 'kms:Decrypt', 'kms:DescribeKey']],
  ['readTenants', ['TENANT#*'], ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'kms:Decrypt', 'kms:DescribeKey']],
  [
    'manage',
    ['USER#*', 'MEMBERS#*'],
    [
      'dynamodb:ConditionCheckItem',
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
      'kms:Decrypt',
      'kms:DescribeKey',
      'kms:Encrypt',
      'kms:GenerateDataKey',
      'kms:GenerateDataKeyWithoutPlaintext',
      'kms:ReEncryptFrom',
      'kms:ReEncryptTo',
    ],
  ],
] as const)('%s allows exactly these actions on the table, and the use of its key only through DynamoDB', (grant, partitions, actions) => {
  const stack = testStack();
  const directory = new TenantDirectory(stack, 'Directory', { tenancy });
  directory.grants[grant](new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }));
  const [{ Properties }] = Object.values(templateOf(stack).findResources('AWS::IAM::Policy'));
  const statements = Properties.PolicyDocument.Statement as { Action: string | string[]; Resource: unknown; Condition?: object }[];
  expect(statements.flatMap(({ Action }) => Action).sort()).toEqual(actions);
  for (const { Action, Resource, Condition } of statements) {
    const ofKey = [Action].flat().every((action) => action.startsWith('kms:'));
    expect(Resource).toEqual({ 'Fn::GetAtt': [expect.stringMatching(ofKey ? /^AppKey/ : /^DirectoryTable/), 'Arn'] });
    const deletes = [Action].flat().includes('dynamodb:DeleteItem');
    const limited = !ofKey && (deletes || grant === 'readTenants');
    expect(Condition !== undefined).toBe(ofKey || limited);
    if (deletes) expect(Action).toBe('dynamodb:DeleteItem');
    if (limited) {
      expect(Condition).toEqual({
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': partitions },
        Null: { 'dynamodb:LeadingKeys': 'false' },
      });
    }
  }
});

describe('a tenant’s record is never deleted: its id would be free for another customer', () => {
  const [{ Properties }] = Object.values(template.findResources('AWS::DynamoDB::Table'));
  const { Statement } = Properties.ResourcePolicy.PolicyDocument;
  const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'dynamodb:*', Resource: '*' }] };
  const allowed = (action: string, keys?: string[]) =>
    isAllowed(
      {
        principal: 'arn:aws:iam::123456789012:role/administrator',
        action: `dynamodb:${action}`,
        resource: 'arn:aws:dynamodb:us-east-1:123456789012:table/directory',
        context: keys === undefined ? {} : { 'dynamodb:LeadingKeys': keys },
      },
      { identity: [everything], resource: { Version: '2012-10-17', Statement } },
    );

  test.each<[string, string[] | undefined]>([
    ['DeleteItem', ['TENANT#north']],
    ['DeleteItem', ['USER#ada', 'TENANT#north']],
    ['BatchWriteItem', ['TENANT#north']],
    ['BatchWriteItem', undefined],
    ['PartiQLDelete', ['TENANT#north']],
    ['PartiQLDelete', undefined],
    ['UpdateTimeToLive', undefined],
  ])('%s of %j is denied to an administrator', async (action, keys) => {
    expect(await allowed(action, keys)).toBe(false);
  });

  test.each<[string, string[] | undefined]>([
    ['DeleteItem', ['USER#ada']],
    ['DeleteItem', ['MEMBERS#north']],
    ['PutItem', ['TENANT#north']],
    ['UpdateItem', ['TENANT#north']],
    ['GetItem', ['TENANT#north']],
    ['Scan', undefined],
  ])('%s of %j is allowed to an administrator', async (action, keys) => {
    expect(await allowed(action, keys)).toBe(true);
  });
});

test.each(places)('two directories work %s', (_, into) => {
  const stack = into((scope) => {
    for (const id of ['Schools', 'Partners']) new TenantDirectory(scope, id, { tenancy });
  });
  templateOf(stack).resourceCountIs('AWS::DynamoDB::Table', 2);
});

test('no rule pack has open findings', () => {
  const stack = testStack();
  new TenantDirectory(stack, 'Directory', { tenancy });
  expect(violations(stack)).toEqual([]);
});

test('the default shape', () => {
  expect(scrubbed(template)).toMatchSnapshot();
});
