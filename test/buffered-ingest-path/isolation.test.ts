import { type CfnElement, Stack } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import {
  AnyPrincipal,
  ArnPrincipal,
  CfnPolicy,
  type CfnRole,
  Effect,
  ManagedPolicy,
  Policy,
  PolicyStatement,
  Role,
} from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import recommended from 'aws-cdk-lib/recommended-feature-flags.json';
import {
  type BufferedIngestPathProps,
  ItemStore,
  Tenancy,
  TenantBucketGrants,
  type TenantRole,
  TenantTable,
  Tier,
  WriterIsolation,
} from '../../src';
import { isAllowed, policiesOfRole } from '../iam';
import { violations } from '../nag';
import { places, scrubbed, templateOf, testApp, testStack } from '../synth';
import { ingestPath, plainTable, tenantRole } from './fixtures';

const env = { account: '123456789012', region: 'us-east-1' };
const tiers = [Tier.of('standard', { rate: 50, burst: 100 })];
const tenantTable = (stack: Stack, tenant = 'school') => new TenantTable(stack, 'Data', { tenancy: Tenancy.of(tenant, { tiers }) });

function perTenant(props: Partial<BufferedIngestPathProps> = {}) {
  const stack = testStack({ env });
  const destination = props.destination ?? tenantTable(stack);
  const tenants = tenantRole(stack);
  const path = ingestPath(stack, { ...props, destination, isolation: WriterIsolation.perTenant(tenants) });
  const id = (of: { node: { defaultChild?: unknown } }): string => stack.getLogicalId(of.node.defaultChild as CfnElement);
  const arn = (of: { node: { defaultChild?: unknown } }) => `arn:aws:iam::123456789012:role/${id(of)}`;
  return { stack, destination, tenants, path, id, arn, template: templateOf(stack) };
}

describe('with a session for each tenant', () => {
  const { stack, destination, tenants, path, id, arn, template } = perTenant();
  const writerRole = path.writer.role as NonNullable<typeof path.writer.role>;
  const tableArn = `arn:aws:dynamodb:us-east-1:123456789012:table/${id(destination.table)}`;
  const insert = (of: typeof tenants | typeof writerRole, keys: string[], school?: string) =>
    isAllowed(
      {
        principal: arn(of),
        action: 'dynamodb:PartiQLInsert',
        resource: tableArn,
        context: { 'dynamodb:LeadingKeys': keys, ...(school === undefined ? {} : { 'aws:PrincipalTag/school': school }) },
      },
      { identity: policiesOfRole(stack, id(of)).identity },
    );

  test('the writer itself has no data permission', async () => {
    expect(await insert(writerRole, ['north#STUDENT#1'])).toBe(false);
    expect(JSON.stringify(policiesOfRole(stack, id(writerRole)).identity)).not.toMatch(/dynamodb/);
  });

  test('the writer may open a tenant’s session', async () => {
    const { trust } = policiesOfRole(stack, id(tenants));
    const context = { 'aws:RequestTag/school': 'north', 'aws:TagKeys': ['school'] };
    for (const action of ['sts:AssumeRole', 'sts:TagSession']) {
      expect(await isAllowed({ principal: arn(writerRole), action, resource: arn(tenants), context }, { resource: trust })).toBe(true);
    }
  });

  test('a session can insert only its own tenant’s items', async () => {
    expect(await insert(tenants, ['north#STUDENT#1'], 'north')).toBe(true);
    expect(await insert(tenants, ['south#STUDENT#1'], 'north')).toBe(false);
    expect(await insert(tenants, ['north-1#STUDENT#1'], 'north')).toBe(false);
    expect(await insert(tenants, ['north#STUDENT#1'])).toBe(false);
  });

  test('the writer’s environment has the role and the tag', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { TENANT_ROLE_ARN: { 'Fn::GetAtt': [id(tenants), 'Arn'] }, TENANT_TAG: 'school' } },
    });
  });

  test('no rule pack has open findings', () => {
    expect(violations(stack)).toEqual([]);
  });

  test('the default template', () => {
    const { Resources } = scrubbed(template) as { Resources: Record<string, { Type: string }> };
    expect(Object.fromEntries(Object.entries(Resources).filter(([, { Type }]) => /IAM|Lambda/.test(Type)))).toMatchSnapshot();
  });
});

test.each([
  [10, 6],
  [50, 7],
  [400, 16],
  [10_000, 256],
])('a batch of %d has a timeout of %d seconds, and a visibility timeout of six times that', (batchSize, timeout) => {
  const { template, path } = perTenant({ batchSize });
  template.hasResourceProperties('AWS::Lambda::Function', { Timeout: timeout });
  template.hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 6 * timeout + 5 });
  template.hasResourceProperties('AWS::SQS::Queue', { VisibilityTimeout: 6 * timeout });
  expect(path.recommendedAlarms.find(({ name }) => name === 'OldestMessageAge')?.threshold).toBe(5 * 6 * timeout + 5);
});

test('any table whose keys begin with the tenant can be the destination', async () => {
  const stack = testStack({ env });
  const tenants = tenantRole(stack);
  ingestPath(stack, { destination: plainTable(stack), isolation: WriterIsolation.perTenant(tenants) });
  const [policy] = policiesOfRole(stack, stack.getLogicalId(tenants.node.defaultChild as CfnElement)).identity;
  expect(JSON.stringify(policy)).toContain('"ForAllValues:StringLike":{"dynamodb:LeadingKeys":["${aws:PrincipalTag/school}#*"]}');
});

test('sessions of another tenancy than the table’s are an error, because every write would be denied', () => {
  const stack = testStack({ env });
  const isolation = WriterIsolation.perTenant(tenantRole(stack, 'clinic'));
  expect(() => ingestPath(stack, { destination: tenantTable(stack), isolation })).toThrow(
    'Test/Visits: invalid isolation "clinic": expected a role of the tenancy school, whose session tag identifies the tenants of Test/Data/Table',
  );
});

test.each([
  ['account', '111122223333', 'us-east-1'],
  ['region', '123456789012', 'eu-west-1'],
])('a role in another %s than the table is an error, because INSERT statements cannot name either', (place, account, region) => {
  const app = testApp();
  const stack = new Stack(app, 'Test', { env });
  const table = Table.fromTableArn(stack, 'Table', 'arn:aws:dynamodb:us-east-1:123456789012:table/visits');
  const destination = ItemStore.fromTable(table, { partitionKeyName: 'pk', sortKeyName: 'sk' });
  const isolation = WriterIsolation.perTenant(tenantRole(new Stack(app, 'Other', { env: { account, region } })));
  expect(() => ingestPath(stack, { destination, isolation })).toThrow(`${place} of the table Test/Table`);
});

test.each(places)('two paths can share one role %s', (_, into) => {
  const stack = into((scope) => {
    const isolation = WriterIsolation.perTenant(tenantRole(scope));
    for (const id of ['Visits', 'Grades']) ingestPath(scope, { isolation }, id);
  });
  const trusts = Object.values(templateOf(stack).findResources('AWS::IAM::Role')).flatMap(
    ({ Properties }) => Properties.AssumeRolePolicyDocument.Statement,
  );
  const [openers, ...others] = trusts.filter(({ Sid }) => Sid === 'OneTenantPerSession').map(({ Principal }) => Principal.AWS);
  expect(others).toEqual([]);
  expect(openers.map(({ 'Fn::GetAtt': [id] }: { 'Fn::GetAtt': string[] }) => id.replace(/[0-9A-F]{8}$/, '')).sort()).toEqual([
    'GradesWriterRole',
    'VisitsWriterRole',
  ]);
});

describe.each([
  ['without any feature flag', {}],
  ['with all recommended feature flags', recommended as Record<string, unknown>],
])('a role that other code uses is an error, %s, because the writer would have its permissions', (_flags, flags) => {
  const REJECTED = 'Test/Visits: invalid isolation <construct Test/Tenants>: expected a TenantRole that only this path uses';
  type Granted = (role: TenantRole, stack: Stack, table: TenantTable) => void;
  const made = (granted: Granted, when: 'before' | 'after' = 'after') => {
    const stack = testStack({ env }, flags);
    const table = tenantTable(stack);
    const tenants = tenantRole(stack);
    if (when === 'before') granted(tenants, stack, table);
    ingestPath(stack, { destination: table, isolation: WriterIsolation.perTenant(tenants) });
    if (when === 'after') granted(tenants, stack, table);
    return () => templateOf(stack);
  };
  const statement = new PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] });
  const grants: [string, Granted, string][] = [
    ['tenantReadWrite', (role, _, table) => table.grants.tenantReadWrite(role), 'dynamodb:GetItem, '],
    ['tenantRead', (role, _, table) => table.grants.tenantRead(role), '(Test/Tenants/Role/DefaultPolicy)'],
    [
      'objects',
      (role, stack) => TenantBucketGrants.fromBucket(new Bucket(stack, 'Bucket')).tenantRead(role),
      's3:GetObject, s3:ListBucket (Test/Tenants/Role/DefaultPolicy)',
    ],
    [
      'another table',
      (role, stack) => new Table(stack, 'Other', { partitionKey: { name: 'id', type: AttributeType.STRING } }).grantReadData(role.role),
      'dynamodb:',
    ],
    [
      'a policy of its own',
      (role, stack) => new Policy(stack, 'More', { roles: [role.role], statements: [statement] }),
      's3:GetObject (Test/More)',
    ],
    [
      'a managed policy',
      (role, stack) => new ManagedPolicy(stack, 'More', { roles: [role.role], statements: [statement] }),
      's3:GetObject (Test/More)',
    ],
    [
      'a managed policy that is attached',
      (role, stack) => role.role.addManagedPolicy(new ManagedPolicy(stack, 'More', { statements: [statement] })),
      's3:GetObject (Test/More)',
    ],
    [
      'a managed policy of AWS',
      (role) => role.role.addManagedPolicy(ManagedPolicy.fromAwsManagedPolicyName('ReadOnlyAccess')),
      ':iam::aws:policy/ReadOnlyAccess (a managed policy)',
    ],
    [
      'a policy below the constructs',
      (role, stack) =>
        new CfnPolicy(stack, 'Raw', {
          policyName: 'raw',
          roles: [role.role.roleName],
          policyDocument: { Statement: { Effect: 'Allow', NotAction: 'iam:*', Resource: '*' } },
        }),
      'all but iam:* (Test/Raw)',
    ],
    [
      'an inline policy, by override',
      (role) =>
        (role.node.defaultChild as CfnRole).addPropertyOverride('Policies', [
          { PolicyName: 'p', PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 'sqs:SendMessage', Resource: '*' }] } },
        ]),
      'sqs:SendMessage (Test/Tenants/Role)',
    ],
    [
      'the policy of a bucket',
      (role, stack) =>
        new Bucket(stack, 'Bucket').addToResourcePolicy(
          new PolicyStatement({ actions: ['s3:PutObject'], resources: ['*'], principals: [new ArnPrincipal(role.role.roleArn)] }),
        ),
      's3:PutObject (Test/Bucket/Policy)',
    ],
    [
      'the permission of a function',
      (role, stack) => invoked(stack).addPermission('P', { principal: new ArnPrincipal(role.role.roleArn) }),
      'lambda:InvokeFunction (Test/Invoked/P)',
    ],
    [
      'its import by ARN',
      (role, stack) => new Bucket(stack, 'Bucket').grantDelete(Role.fromRoleArn(stack, 'Imported', role.role.roleArn)),
      's3:DeleteObject* (Test/Imported/Policy',
    ],
    [
      'a bucket policy that allows everyone with a condition on the ARN',
      (role, stack) =>
        new Bucket(stack, 'Bucket').addToResourcePolicy(
          new PolicyStatement({
            actions: ['s3:PutObject'],
            resources: ['*'],
            principals: [new AnyPrincipal()],
            conditions: { ArnEquals: { 'aws:PrincipalArn': role.role.roleArn } },
          }),
        ),
      's3:PutObject (Test/Bucket/Policy)',
    ],
    ['the trust of another role', (role, stack) => new Role(stack, 'Admin', { assumedBy: role.role }), 'sts:AssumeRole (Test/Admin)'],
  ];
  const invoked = (stack: Stack) =>
    new LambdaFunction(stack, 'Invoked', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code: Code.fromInline('0') });

  test.each(grants)('%s, granted after', (_, granted, what) => {
    expect(made(granted)).toThrow(REJECTED);
    expect(made(granted)).toThrow(what);
  });

  test.each(grants)('%s, granted before', (_, granted) => {
    expect(made(granted, 'before')).toThrow(REJECTED);
  });

  test('granted in another stack', () => {
    const app = testApp(flags);
    const stack = new Stack(app, 'Test', { env });
    const tenants = tenantRole(stack);
    ingestPath(stack, { isolation: WriterIsolation.perTenant(tenants) });
    new Policy(new Stack(app, 'Other', { env }), 'More', { roles: [tenants.role], statements: [statement] });
    expect(() => app.synth()).toThrow('s3:GetObject (Other/More)');
  });

  test.each<[string, Granted]>([
    ['nothing', () => undefined],
    ['an insert into another table', (role, stack) => new TenantTable(stack, 'More', { tenancy: role.tenancy }).grants.tenantIngest(role)],
    [
      'a denial',
      (role) => role.role.addToPrincipalPolicy(new PolicyStatement({ effect: Effect.DENY, actions: ['s3:*'], resources: ['*'] })),
    ],
  ])('no error: %s', (_, granted) => {
    expect(made(granted)).not.toThrow();
    expect(made(granted, 'before')).not.toThrow();
  });

  test('a role with the same id in another stack is another role', () => {
    const app = testApp(flags);
    const [one, other] = ['One', 'Other'].map((id) => new Stack(app, id, { env }));
    ingestPath(one, { isolation: WriterIsolation.perTenant(tenantRole(one)) });
    const namesake = tenantRole(other);
    namesake.grants.openSessions(Role.fromRoleName(other, 'SessionOpener', 'opener'));
    TenantBucketGrants.fromBucket(new Bucket(other, 'Bucket')).tenantRead(namesake);
    expect(() => app.synth()).not.toThrow();
  });
});
