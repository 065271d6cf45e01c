import { CfnParameter, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import {
  DataDestruction,
  IndexWriters,
  KeyTemplate,
  Tenancy,
  type TenantIndex,
  TenantRole,
  TenantTable,
  type TenantTableProps,
  Tier,
} from '../../src';
import { violations } from '../nag';
import { keepsPromises } from '../promises';
import { logicalIds, places, scrubbed, templateOf, testStack } from '../synth';
import { minimal } from './apps';

const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
const byCourse: TenantIndex = {
  name: 'by-course',
  partitionKey: 'coursePk',
  partitionKeyTemplate: KeyTemplate.of('{tenant}#COURSE#{body.course}'),
};
const type = 'AWS::DynamoDB::Table';

function stackWith(props: Partial<TenantTableProps> = {}): Stack {
  const stack = testStack();
  new TenantTable(stack, 'Data', { tenancy, ...props });
  return stack;
}

keepsPromises(minimal);

describe('by default', () => {
  const stack = stackWith();
  const template = templateOf(stack);

  test('is billed on demand, recoverable and protected from deletion', () => {
    template.hasResourceProperties(type, {
      BillingMode: 'PAY_PER_REQUEST',
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      DeletionProtectionEnabled: true,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  test('has string keys, an expiry attribute, and a stream with both images', () => {
    template.hasResourceProperties(type, {
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    });
  });

  test('has no physical name, so that two tables never conflict', () => {
    template.hasResourceProperties(type, { TableName: Match.absent() });
  });

  test('keeps the logical id of the table, because a new id would be an empty table', () => {
    expect(logicalIds(template, type)).toEqual(['DataTableFDBAD0F2']);
  });

  test('has no findings of rule packs', () => {
    expect(violations(stack)).toEqual([]);
  });

  test('the default template', () => {
    expect(scrubbed(template)).toMatchSnapshot();
  });
});

describe('as an item store', () => {
  test('has the key attributes for writers', () => {
    const table = new TenantTable(testStack(), 'Data', { tenancy, timeToLive: Duration.days(30) });
    expect(table).toMatchObject({ partitionKeyName: 'pk', sortKeyName: 'sk', timeToLiveAttribute: 'expiresAt' });
    expect(table.timeToLive?.toDays()).toBe(30);
  });

  test('has the templates for the keys of its indexes, without its own keys', () => {
    const byGrade = { name: 'by-grade', partitionKey: 'gradePk', partitionKeyTemplate: KeyTemplate.of('{tenant}#GRADE#{body.grade}') };
    const own = { name: 'own', partitionKey: 'pk', partitionKeyTemplate: KeyTemplate.of('{tenant}#STUDENT#{body.student}') };
    const { indexKeys, indexSortKeys } = new TenantTable(testStack(), 'Data', {
      tenancy,
      indexes: [
        { ...byCourse, sortKey: 'sk' },
        { ...byCourse, name: 'by-score', sortKey: 'score' },
        { ...byGrade, sortKey: 'coursePk' },
        { ...own, sortKey: 'score' },
      ],
    });
    expect(indexKeys).toEqual({ coursePk: byCourse.partitionKeyTemplate, gradePk: byGrade.partitionKeyTemplate });
    expect(indexSortKeys).toEqual(['score']);
  });

  test('keeps items forever without a time to live', () => {
    expect(new TenantTable(testStack(), 'Data', { tenancy }).timeToLive).toBeUndefined();
  });
});

describe('options', () => {
  test('encryptionKey encrypts the table, and no app key is created', () => {
    const stack = testStack();
    new TenantTable(stack, 'Data', { tenancy, encryptionKey: new Key(stack, 'Own') });
    expect(logicalIds(templateOf(stack), 'AWS::KMS::Key')).toEqual([expect.stringMatching(/^Own/)]);
  });

  test('indexes project all attributes, some, or only the keys', () => {
    const stack = stackWith({
      indexes: [
        { ...byCourse, sortKey: 'sk' },
        { ...byCourse, name: 'some', attributes: ['score'] },
        { ...byCourse, name: 'keys', attributes: [] },
      ],
    });
    templateOf(stack).hasResourceProperties(type, {
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-course',
          Projection: { ProjectionType: 'ALL' },
          KeySchema: [{ AttributeName: 'coursePk' }, { AttributeName: 'sk' }],
        },
        {
          IndexName: 'some',
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['score'] },
          KeySchema: [{ AttributeName: 'coursePk' }],
        },
        { IndexName: 'keys', Projection: { ProjectionType: 'KEYS_ONLY' } },
      ],
    });
  });

  test('an index can have the table’s partition key with another sort key', () => {
    expect(() => stackWith({ indexes: [{ ...byCourse, partitionKey: 'pk', sortKey: 'score' }] })).not.toThrow();
  });

  test('an index with only a sort key has the table’s partition key, which no writer sets', () => {
    const stack = testStack();
    const { indexKeys, indexSortKeys } = new TenantTable(stack, 'Data', { tenancy, indexes: [{ name: 'by-score', sortKey: 'score' }] });
    expect([indexKeys, indexSortKeys]).toEqual([{}, ['score']]);
    templateOf(stack).hasResourceProperties(type, {
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-score',
          KeySchema: [
            { AttributeName: 'pk', KeyType: 'HASH' },
            { AttributeName: 'score', KeyType: 'RANGE' },
          ],
        },
      ],
    });
  });

  test('data is deleted with the stack when both the prop and a scope allow it', () => {
    const stack = testStack();
    DataDestruction.allow(stack);
    new TenantTable(stack, 'Data', { tenancy, removalPolicy: RemovalPolicy.DESTROY });
    templateOf(stack).hasResource(type, { DeletionPolicy: 'Delete', Properties: { DeletionProtectionEnabled: false } });
  });
});

describe('is rejected', () => {
  const wrongIndexes: [string, Partial<TenantIndex>, string][] = [
    [
      'that tenants would share',
      { partitionKeyTemplate: KeyTemplate.of('COURSE#{body.course}') },
      'invalid indexes[1].partitionKeyTemplate COURSE#{body.course}: expected a template that begins with {tenant}#',
    ],
    [
      'whose tenant is not set apart',
      { partitionKeyTemplate: KeyTemplate.of('{tenant}-x') },
      'invalid indexes[1].partitionKeyTemplate {tenant}-x: expected a template that begins with {tenant}#',
    ],
    [
      "on the table's sort key",
      { partitionKey: 'sk' },
      'invalid indexes[1].partitionKey "sk": expected an attribute other than the table\'s sort key',
    ],
    [
      'on the expiry',
      { partitionKey: 'expiresAt' },
      'invalid indexes[1].partitionKey "expiresAt": expected an attribute other than the expiry',
    ],
    [
      'sorted by the expiry',
      { sortKey: 'expiresAt' },
      'invalid indexes[1].sortKey "expiresAt": expected an attribute other than the expiry',
    ],
    [
      'whose sort key is its partition key',
      { sortKey: 'coursePk' },
      'invalid indexes[1].sortKey "coursePk": expected an attribute other than the index\'s partition key',
    ],
    [
      'with another template than another index on the same attribute',
      { partitionKeyTemplate: KeyTemplate.of('{tenant}#{body.course}') },
      'invalid indexes[1].partitionKeyTemplate {tenant}#{body.course}: expected {tenant}#COURSE#{body.course}, as in the other index on coursePk',
    ],
    [
      'with other writers than another index on the same attribute',
      { writers: IndexWriters.tenantSessions() },
      'invalid indexes[1].writers IndexWriters.tenantSessions(): expected IndexWriters.trusted(), as in the other index on coursePk',
    ],
    [
      'without a template for its partition key',
      { partitionKey: 'gradePk', partitionKeyTemplate: undefined },
      'missing indexes[1].partitionKeyTemplate: expected a template that every writer uses for gradePk',
    ],
    [
      "with writers of the table's own key",
      { partitionKey: undefined, partitionKeyTemplate: undefined, writers: IndexWriters.trusted() },
      "invalid indexes[1].writers IndexWriters.trusted(): expected none, because it is only for indexes with a partition key other than the table's own",
    ],
    [
      'on an attribute that a policy would take for a variable',
      { partitionKey: '${aws:username}' },
      'invalid indexes[1].partitionKey "${aws:username}": expected a name without ${',
    ],
    ['with an empty attribute', { partitionKey: '' }, 'invalid indexes[1].partitionKey "": expected 1 to 255 characters'],
    ['with a name DynamoDB would reject', { name: 'by course' }, 'invalid indexes[1].name "by course": expected 3 to 255 letters'],
  ];
  test.each(wrongIndexes)('with an index %s', (_, wrong, message) => {
    const good = { ...byCourse, name: 'good' };
    expect(() => stackWith({ indexes: [good, { ...byCourse, ...wrong }] })).toThrow(`Test/Data: ${message}`);
  });

  test('with two indexes of the same name', () => {
    expect(() => stackWith({ indexes: [byCourse, byCourse] })).toThrow(
      'Test/Data: invalid indexes[1].name "by-course": expected a name that no other',
    );
  });

  test('with an index on an attribute that is only known at deployment, because it could be the sort key', () => {
    const stack = testStack();
    const partitionKey = new CfnParameter(stack, 'Attribute').valueAsString;
    expect(() => new TenantTable(stack, 'Data', { tenancy, indexes: [{ ...byCourse, partitionKey }] })).toThrow(
      'Test/Data: invalid indexes[0].partitionKey <token>: expected a value that is known at synthesis',
    );
  });

  test.each([
    ['of nothing', Duration.days(0), 'Duration.days(0)'],
    ['that ends within a second', Duration.millis(1500), 'Duration.millis(1500)'],
  ])('with a time to live %s', (_, timeToLive, shown) => {
    expect(() => stackWith({ timeToLive })).toThrow(
      `Test/Data: invalid timeToLive ${shown}: expected a whole number of seconds, at least 1`,
    );
  });

  test('with removalPolicy DESTROY without a scope that allows it', () => {
    expect(() => stackWith({ removalPolicy: RemovalPolicy.DESTROY })).toThrow(
      'Test/Data: invalid removalPolicy "DESTROY": expected RETAIN',
    );
  });
});

describe('coexists', () => {
  test.each(places)('twice %s, with one app key', (_, inPlace) => {
    const stack = inPlace((scope) => {
      for (const id of ['One', 'Two']) new TenantTable(scope, id, { tenancy, indexes: [byCourse] });
    });
    expect(logicalIds(templateOf(stack), type)).toHaveLength(2);
    expect(logicalIds(templateOf(stack.nestedStackParent ?? stack), 'AWS::KMS::Key')).toHaveLength(1);
  });

  test('with a token for an index name', () => {
    const stack = testStack();
    const name = new CfnParameter(stack, 'Name').valueAsString;
    new TenantTable(stack, 'Data', { tenancy, indexes: [{ ...byCourse, name }] });
    templateOf(stack).hasResourceProperties(type, { GlobalSecondaryIndexes: [{ IndexName: { Ref: 'Name' } }] });
  });

  test('with a time to live that is known only at deployment', () => {
    const stack = testStack();
    const days = new CfnParameter(stack, 'Days', { type: 'Number' }).valueAsNumber;
    expect(() => new TenantTable(stack, 'Data', { tenancy, timeToLive: Duration.days(days) })).not.toThrow();
  });

  test('with the tenant role and its opener in separate stacks', () => {
    const stack = testStack();
    const [openerStack, roles] = ['Openers', 'Roles'].map((id) => new Stack(stack.node.root, id));
    const opener = new Role(openerStack, 'SessionOpener', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    new TenantTable(stack, 'Data', { tenancy }).grants.tenantRead(new TenantRole(roles, 'Tenants', { tenancy, sessionOpeners: [opener] }));
    // In the stack of the table, because the role's stack must not depend on it.
    templateOf(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Effect: 'Allow', Resource: { 'Fn::GetAtt': Match.anyValue() } })]) },
      Roles: [{ 'Fn::ImportValue': Match.anyValue() }],
    });
    expect(roles.dependencies).toEqual([openerStack]);
  });

  test('in two stacks of one app', () => {
    const stack = testStack();
    const other = new Stack(stack.node.root, 'Other');
    for (const scope of [stack, other]) new TenantTable(scope, 'Data', { tenancy });
    for (const scope of [stack, other]) templateOf(scope).resourceCountIs('AWS::KMS::Key', 1);
  });
});
