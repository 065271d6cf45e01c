import { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import {
  HttpTarget,
  type ITenantDirectory,
  type ITenantRole,
  type ITenantTable,
  KeyTemplate,
  Tenancy,
  TenantBucketGrants,
  TenantDirectory,
  TenantIsolatedApi,
  TenantRole,
  TenantTable,
  TenantUserPool,
  Tier,
} from '../../src';
import { policiesIn, testApp } from '../synth';

const env = { account: '123456789012', region: 'us-east-1' };
const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
const KEY = 'arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const ROLE = 'arn:aws:iam::123456789012:role/platform-tenants';
const indexes = [
  { name: 'by-course', partitionKey: 'coursePk', partitionKeyTemplate: KeyTemplate.of('{tenant}#COURSE#{body.course}'), sortKey: 'at' },
];

interface Platform {
  readonly role: ITenantRole;
  readonly directory: ITenantDirectory;
  readonly table: ITenantTable;
}

function platform(scope: Construct): Platform {
  const opener = new Role(scope, 'SessionOpener', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  return {
    role: new TenantRole(scope, 'Tenants', { tenancy, sessionOpeners: [opener] }),
    directory: new TenantDirectory(scope, 'Directory', { tenancy }),
    table: new TenantTable(scope, 'Data', { tenancy, indexes }),
  };
}

/** The attributes that another app uses. */
function imported(scope: Construct, roleArn = ROLE): Platform {
  const encryptionKey = Key.fromKeyArn(scope, 'PlatformKey', KEY);
  const tableArn = (name: string) => `arn:aws:dynamodb:us-east-1:123456789012:table/${name}`;
  return {
    role: TenantRole.fromTenantRoleAttributes(scope, 'Tenants', { roleArn, tenancy }),
    directory: TenantDirectory.fromTenantDirectoryAttributes(scope, 'Directory', { tableArn: tableArn('dir'), encryptionKey, tenancy }),
    table: TenantTable.fromTenantTableAttributes(scope, 'Data', { tableArn: tableArn('data'), encryptionKey, tenancy, indexes }),
  };
}

/** A lesson planner that uses the table, the directory and the role of a platform, and its own bucket. */
function planner(scope: Construct, { role, directory, table }: Platform): void {
  table.grants.tenantReadWrite(role);
  TenantBucketGrants.fromBucket(new Bucket(scope, 'Plans')).tenantRead(role, 'plans/');
  const ownTable = new TenantTable(scope, 'Plans2', { tenancy });
  ownTable.grants.tenantRead(role);
  const reader = new Role(scope, 'Reader', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  directory.grants.read(reader);
  table.grants.ingest(reader);
  const issuer = new TenantUserPool(scope, 'Users', { directory, callbackUrls: ['https://planner.example/'] });
  new TenantIsolatedApi(scope, 'Api', { directory, issuer }).addRoute('GET /plans', HttpTarget.of('https://planner.example'));
}

type Statement = { Effect: string; Action: string | string[]; Resource: unknown; Condition?: unknown };

function statements(template: Template, match: (policy: { Roles?: unknown; PolicyDocument: { Statement: Statement[] } }) => boolean) {
  return Object.values(policiesIn(template))
    .map(({ Properties }) => Properties)
    .filter(match)
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement as Statement[]);
}

describe('a second stack uses the role, the directory and the table of the platform', () => {
  const app = testApp();
  const home = new Stack(app, 'Platform', { env });
  const there = new Stack(app, 'Planner', { env });
  const known = platform(home);
  planner(there, known);

  test('without a dependency cycle', () => {
    // What stands on the role is a policy of the platform; what the planner needs of the platform, it imports.
    expect(() => app.synth()).not.toThrow();
  });

  test('a user pool of the second stack reads the directory of the first, with its key', () => {
    const json = JSON.stringify(Template.fromStack(there).toJSON());
    expect(json).toContain('Fn::ImportValue');
    expect(statements(Template.fromStack(there), ({ Roles }) => JSON.stringify(Roles).includes('UsersPreTokenRole'))).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ Action: ['dynamodb:GetItem', 'dynamodb:Query'] }),
        expect.objectContaining({ Action: ['kms:Decrypt', 'kms:DescribeKey'] }),
      ]),
    );
  });
});

describe('a second app uses them by their attributes', () => {
  const app = testApp();
  const stack = new Stack(app, 'Planner', { env });
  const known = imported(stack);
  planner(stack, known);
  const template = Template.fromStack(stack);
  const onRole = statements(template, ({ Roles }) => JSON.stringify(Roles) === '["platform-tenants"]');

  test('permissions and deny statements for sessions are policies that name the role', () => {
    const table = 'arn:aws:dynamodb:us-east-1:123456789012:table/data';
    const own = ['${aws:PrincipalTag/school}#*'];
    expect(onRole).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          Effect: 'Allow',
          Action: expect.arrayContaining(['dynamodb:Query']),
          Resource: [table, `${table}/index/by-course`],
          Condition: expect.objectContaining({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': own } }),
        }),
        expect.objectContaining({
          Effect: 'Deny',
          Action: 'dynamodb:*',
          Condition: { 'ForAnyValue:StringNotLike': { 'dynamodb:LeadingKeys': own } },
        }),
        // The partition key of the imported index is its trusted writers' to give.
        expect.objectContaining({ Effect: 'Deny', Condition: { 'ForAnyValue:StringEquals': { 'dynamodb:Attributes': ['coursePk'] } } }),
        expect.objectContaining({
          Effect: 'Allow',
          Resource: KEY,
          Condition: { StringEquals: { 'kms:ViaService': 'dynamodb.us-east-1.amazonaws.com' } },
        }),
        expect.objectContaining({ Effect: 'Allow', Action: 's3:GetObject' }),
      ]),
    );
  });

  test('readers of the directory and writers of the table may use the key of the platform through DynamoDB', () => {
    const reader = statements(template, ({ Roles }) => JSON.stringify(Roles).includes('Reader'));
    expect(reader).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          Action: ['dynamodb:GetItem', 'dynamodb:Query'],
          Resource: 'arn:aws:dynamodb:us-east-1:123456789012:table/dir',
        }),
        expect.objectContaining({ Action: 'dynamodb:PartiQLInsert', Resource: 'arn:aws:dynamodb:us-east-1:123456789012:table/data' }),
        expect.objectContaining({ Resource: KEY, Condition: { StringEquals: { 'kms:ViaService': 'dynamodb.us-east-1.amazonaws.com' } } }),
      ]),
    );
  });

  test('a pool and an API take the tenancy from the imported directory', () => {
    template.hasResourceProperties('AWS::Cognito::UserPool', { Schema: Match.arrayWith([Match.objectLike({ Name: 'school_id' })]) });
    template.hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: Match.objectLike({ TABLE_NAME: 'dir' }) } });
  });

  test('a warning says that deny statements cover only this app', () => {
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('Tenants is imported: in Planner/Plans its sessions can list'));
  });

  test('writers to the imported table must use its index templates', () => {
    expect(known.table).toMatchObject({ partitionKeyName: 'pk', sortKeyName: 'sk', tenantNoun: 'school', indexSortKeys: ['at'] });
    expect(Object.keys(known.table.indexKeys ?? {})).toEqual(['coursePk']);
  });
});

describe('an imported role cannot be changed', () => {
  const stack = () => new Stack(testApp(), 'Other', { env });

  test('session openers are set in the app that owns it', () => {
    const scope = stack();
    const opener = new Role(scope, 'SessionOpener', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    expect(() => imported(scope).role.grants.openSessions(opener)).toThrow(
      'Other/Tenants: invalid role <construct Other/Tenants>: expected a TenantRole of this app: the trust policy of an imported one can only be changed where it is created',
    );
  });

  test.each([
    ['a table', (known: Platform) => known.table.grants.tenantRead(known.role)],
    ['a bucket', (known: Platform, scope: Construct) => TenantBucketGrants.fromBucket(new Bucket(scope, 'Bucket')).tenantRead(known.role)],
  ])('%s cannot be granted to a role of another account, because the CDK would drop the deny statements', (_, grant) => {
    const scope = stack();
    expect(() => grant(imported(scope, 'arn:aws:iam::999999999999:role/platform-tenants'), scope)).toThrow(
      'expected one whose policies this app can change',
    );
  });

  test('a grant on a table of another tenancy is an error', () => {
    const scope = stack();
    const shops = Tenancy.of('shop', { tiers: tenancy.tiers });
    expect(() => new TenantTable(scope, 'Shops', { tenancy: shops }).grants.tenantRead(imported(scope).role)).toThrow(
      'invalid tenancy.noun "school": expected shop',
    );
  });
});

test('an API accepts tokens of an imported pool, and a pool with another directory is an error', () => {
  const stack = new Stack(testApp(), 'Api', { env });
  const { directory } = imported(stack);
  const attributes = { userPoolId: 'us-east-1_abcdefghi', clientIds: ['client1'], directory };
  const issuer = TenantUserPool.fromTenantUserPoolAttributes(stack, 'Users', attributes);
  new TenantIsolatedApi(stack, 'Api', { directory, issuer }).addRoute('GET /plans', HttpTarget.of('https://planner.example'));
  const variables = { USER_POOL_ID: 'us-east-1_abcdefghi', TENANT_CLAIM: 'custom:school_id', CLIENT_IDS: '["client1"]' };
  Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: Match.objectLike(variables) } });

  const other = new Stack(testApp(), 'Other', { env });
  const users = TenantUserPool.fromTenantUserPoolAttributes(other, 'Users', { ...attributes, directory: imported(other).directory });
  new TenantIsolatedApi(other, 'Api', { directory: new TenantDirectory(other, 'Own', { tenancy }), issuer: users });
  expect(() => Template.fromStack(other)).toThrow('invalid directory <construct Other/Own>: expected Other/Directory, as in Other/Users');
});

test('an imported pool needs at least one client', () => {
  const stack = new Stack(testApp(), 'Api', { env });
  const attributes = { userPoolId: 'us-east-1_abcdefghi', clientIds: [], directory: imported(stack).directory };
  expect(() => TenantUserPool.fromTenantUserPoolAttributes(stack, 'Users', attributes)).toThrow('Api/Users: invalid clientIds []');
});

test('a role that is imported twice can list both folders that it is granted in one bucket', () => {
  const stack = new Stack(testApp(), 'Twice', { env });
  const bucket = new Bucket(stack, 'Bucket');
  for (const id of ['one', 'two']) {
    const role = TenantRole.fromTenantRoleAttributes(stack, id, { roleArn: ROLE, tenancy });
    TenantBucketGrants.fromBucket(bucket).tenantRead(role, `${id}/`);
  }
  const denials = statements(Template.fromStack(stack), () => true).filter(({ Condition }) =>
    JSON.stringify(Condition)?.includes('StringNotLike'),
  );
  expect(denials).toHaveLength(2);
  for (const { Condition } of denials) {
    expect(Condition).toEqual({ StringNotLike: { 's3:prefix': ['one', 'two'].map((id) => `${id}/\${aws:PrincipalTag/school}/*`) } });
  }
});
