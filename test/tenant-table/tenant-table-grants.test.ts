import type { CfnElement, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import fc from 'fast-check';
import { IndexWriters, KeyTemplate, Tenancy, type TenantIndex, TenantRole, TenantTable, Tier } from '../../src';
import { isAllowed, policiesOfRole, resolvedResources } from '../iam';
import { violations } from '../nag';
import { testStack } from '../synth';

const env = { account: '123456789012', region: 'us-east-1' };
const tiers = [Tier.of('standard', { rate: 50, burst: 100 })];
const tenancy = Tenancy.of('school', { tiers });

interface Statement {
  readonly Effect: string;
}

type Access = (table: TenantTable, tenants: TenantRole) => void;

const byCourse: TenantIndex = {
  name: 'by-course',
  partitionKey: 'coursePk',
  partitionKeyTemplate: KeyTemplate.of('{tenant}#COURSE#{body.course}'),
};

function setUp(
  access: Access,
  kept: (statement: Statement) => boolean = () => true,
  indexes: TenantIndex[] = [byCourse],
): { stack: Stack; table: TenantTable; tenants: TenantRole; ask: Ask } {
  const stack = testStack({ env });
  const table = new TenantTable(stack, 'Data', { tenancy, indexes });
  const opener = new Role(stack, 'SessionOpener', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const tenants = new TenantRole(stack, 'Tenants', { tenancy, sessionOpeners: [opener] });
  access(table, tenants);
  const id = (of: { node: { defaultChild?: unknown } }): string => stack.getLogicalId(of.node.defaultChild as CfnElement);
  const identity = policiesOfRole(stack, id(tenants)).identity.map((policy) => {
    const document = policy as { Statement: Statement[] };
    return { ...document, Statement: document.Statement.filter(kept) };
  });
  const { AppKey51DFC408: key } = resolvedResources(stack);
  const tableArn = `arn:aws:dynamodb:us-east-1:123456789012:table/${id(table)}`;
  const ask: Ask = (action, { keys, attributes = ['pk', 'sk', 'grade'], school = 'north', suffix = '', ...more }) =>
    isAllowed(
      {
        principal: `arn:aws:iam::123456789012:role/${id(tenants)}`,
        action,
        resource: action.startsWith('kms:') ? `arn:aws:kms:us-east-1:123456789012:key/AppKey51DFC408` : `${tableArn}${suffix}`,
        context: {
          ...(keys === undefined ? {} : { 'dynamodb:LeadingKeys': keys }),
          ...(attributes === null || !action.startsWith('dynamodb:') ? {} : { 'dynamodb:Attributes': attributes }),
          ...(school === null ? {} : { 'aws:PrincipalTag/school': school }),
          ...more.context,
        },
      },
      { identity, resource: action.startsWith('kms:') ? key.Properties.KeyPolicy : undefined },
    );
  return { stack, table, tenants, ask };
}

/** `keys` and `attributes` are dynamodb:LeadingKeys and dynamodb:Attributes; `school: null` is a session without the tag. */
type Ask = (
  action: string,
  request: { keys?: string[]; attributes?: string[] | null; school?: string | null; suffix?: string; context?: Record<string, string> },
) => Promise<boolean>;

const reads = ['GetItem', 'BatchGetItem', 'Query', 'ConditionCheckItem'].map((action) => `dynamodb:${action}`);
const writes = ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem'].map((action) => `dynamodb:${action}`);
const partiql = ['PartiQLInsert', 'PartiQLUpdate', 'PartiQLDelete', 'PartiQLSelect'].map((action) => `dynamodb:${action}`);

describe('tenantReadWrite', () => {
  const { ask, stack } = setUp((table, tenants) => table.grants.tenantReadWrite(tenants));

  describe.each([...reads, ...writes])('%s', (action) => {
    test('is allowed on own keys', async () => {
      expect(await ask(action, { keys: ['north#STUDENT#1'] })).toBe(true);
      expect(await ask(action, { keys: ['north#STUDENT#1', 'north#COURSE#2'] })).toBe(true);
    });

    test.each([
      ["on another tenant's key", { keys: ['south#STUDENT#1'] }],
      ["on own keys mixed with another's", { keys: ['north#STUDENT#1', 'south#STUDENT#1'] }],
      ['on the key of a tenant whose id begins alike', { keys: ['north-2#STUDENT#1'] }],
      ["on a key that is the tenant's id alone", { keys: ['north'] }],
      ['without a key', {}],
      ['without a tag on the session', { keys: ['north#STUDENT#1'], school: null }],
      ['with an empty tag on the session', { keys: ['north#STUDENT#1'], school: '' }],
    ])('is denied %s', async (_, request) => {
      expect(await ask(action, request)).toBe(false);
    });
  });

  test('allows every tenant its own keys and no other tenant’s', async () => {
    const ids = fc.stringMatching(/^[a-z0-9-]{3,64}$/);
    await fc.assert(
      fc.asyncProperty(ids, ids, fc.constantFrom(...reads, ...writes), async (school, owner, action) => {
        return (await ask(action, { keys: [`${owner}#x`], school })) === (school === owner);
      }),
      { numRuns: 100, examples: [['north', 'north', 'dynamodb:Query'] as [string, string, string]] },
    );
  });

  test('allows queries of an index only with own keys', async () => {
    expect(await ask('dynamodb:Query', { keys: ['north#COURSE#1'], suffix: '/index/by-course' })).toBe(true);
    expect(await ask('dynamodb:Query', { keys: ['south#COURSE#1'], suffix: '/index/by-course' })).toBe(false);
    expect(await ask('dynamodb:Query', { keys: ['north#COURSE#1'], suffix: '/index/unknown' })).toBe(false);
  });

  test.each(['dynamodb:Scan', ...partiql, 'dynamodb:DescribeTable', 'dynamodb:DeleteTable', 'dynamodb:ExportTableToPointInTime'])(
    'denies %s',
    async (action) => {
      expect(await ask(action, {})).toBe(false);
      expect(await ask(action, { keys: ['north#STUDENT#1'] })).toBe(false);
    },
  );

  test('allows the session to use the key only through DynamoDB in the Region', async () => {
    const via = (service: string): Promise<boolean> => ask('kms:Decrypt', { context: { 'kms:ViaService': service } });
    expect(await via('dynamodb.us-east-1.amazonaws.com')).toBe(true);
    expect(await via('dynamodb.eu-west-1.amazonaws.com')).toBe(false);
    expect(await via('sqs.us-east-1.amazonaws.com')).toBe(false);
    expect(await ask('kms:Decrypt', {})).toBe(false);
  });

  test('leaves no findings of rule packs on the role', () => {
    expect(violations(stack).filter((finding) => finding.includes('/Tenants/'))).toEqual([]);
  });
});

describe('the permission without the deny statements', () => {
  const { ask } = setUp(
    (table, tenants) => table.grants.tenantReadWrite(tenants),
    (statement) => statement.Effect === 'Allow',
  );

  test.each([
    ['own keys', true, { keys: ['north#STUDENT#1'] }],
    ["another tenant's key", false, { keys: ['south#STUDENT#1'] }],
    ['mixed keys', false, { keys: ['north#STUDENT#1', 'south#STUDENT#1'] }],
    ['no key', false, {}],
    ['a session without a tag', false, { keys: ['north#STUDENT#1'], school: null }],
  ])('is given for %s: %s', async (_, allowed, request) => {
    expect(await ask('dynamodb:Query', request)).toBe(allowed);
  });
});

describe('the partition key of an index', () => {
  const giving = ['PutItem', 'UpdateItem', 'BatchWriteItem'].map((action) => `dynamodb:${action}`);
  const others = [...reads, 'dynamodb:DeleteItem'];
  const keys = ['north#STUDENT#1'];
  const named = { keys, attributes: ['pk', 'sk', 'coursePk', 'grade'] };
  const readWrite: Access = (table, tenants) => table.grants.tenantReadWrite(tenants);
  const allowed = ({ Effect: effect }: Statement) => effect === 'Allow';

  describe.each([
    ['by permission and denials', setUp(readWrite)],
    ['by the permission alone', setUp(readWrite, allowed)],
    [
      'by the denials alone, against a broad permission given by mistake',
      setUp((table, tenants) => {
        table.grants.tenantReadWrite(tenants);
        tenants.role.addToPrincipalPolicy(new PolicyStatement({ actions: ['dynamodb:*'], resources: ['*'] }));
      }),
    ],
    [
      'by the denials alone, for a role that only reads',
      setUp((table, tenants) => {
        table.grants.tenantRead(tenants);
        tenants.role.addToPrincipalPolicy(new PolicyStatement({ actions: ['dynamodb:*'], resources: ['*'] }));
      }),
    ],
  ])('cannot be set by sessions, %s', (_, { ask }) => {
    test.each(giving)('%s', async (action) => {
      expect(await ask(action, { keys })).toBe(true);
      expect(await ask(action, named)).toBe(false);
      expect(await ask(action, { keys, attributes: ['coursePk'] })).toBe(false);
      // If DynamoDB did not provide the condition key, nothing could be written.
      expect(await ask(action, { keys, attributes: null })).toBe(false);
    });

    test('but attributes with similar names can', async () => {
      for (const name of ['CoursePk', 'coursePk2', 'course', 'coursepk']) {
        expect([name, await ask('dynamodb:PutItem', { keys, attributes: ['pk', 'sk', name] })]).toEqual([name, true]);
      }
    });
  });

  test.each(others)('can be read and compared in %s', async (action) => {
    const { ask } = setUp(readWrite);
    expect(await ask(action, named)).toBe(true);
    expect(await ask(action, { keys, attributes: null })).toBe(true);
  });

  test('can be set by sessions if the index allows it', async () => {
    const { ask } = setUp(readWrite, undefined, [{ ...byCourse, writers: IndexWriters.tenantSessions() }]);
    for (const action of giving) {
      expect(await ask(action, named)).toBe(true);
      expect(await ask(action, { keys, attributes: null })).toBe(true);
    }
  });

  test('is the table’s partition key by default', async () => {
    const { ask } = setUp(readWrite, undefined, [{ name: 'by-course', sortKey: 'course' }]);
    for (const action of giving) {
      expect(await ask(action, { keys, attributes: ['pk', 'sk', 'course'] })).toBe(true);
      expect(await ask(action, { keys: ['south#STUDENT#1'], attributes: ['pk', 'sk', 'course'] })).toBe(false);
    }
  });

  test('is denied for each index with trusted writers, and for no other', async () => {
    const of = (name: string, writers?: IndexWriters): TenantIndex => ({ ...byCourse, name, partitionKey: name, writers });
    const { ask } = setUp(readWrite, undefined, [of('one'), of('two', IndexWriters.tenantSessions()), of('three', IndexWriters.trusted())]);
    const asked = ['one', 'two', 'three'].map((name) => ask('dynamodb:PutItem', { keys, attributes: ['pk', 'sk', name] }));
    expect(await Promise.all(asked)).toEqual([false, true, false]);
  });
});

describe('tenantRead', () => {
  const { ask } = setUp((table, tenants) => table.grants.tenantRead(tenants));

  test.each(reads)('allows %s on own keys', async (action) => {
    expect(await ask(action, { keys: ['north#STUDENT#1'] })).toBe(true);
  });

  test.each(writes)('denies %s on own keys', async (action) => {
    expect(await ask(action, { keys: ['north#STUDENT#1'] })).toBe(false);
  });

  test.each(['kms:Encrypt', 'kms:GenerateDataKey'])('does not allow %s', async (action) => {
    expect(await ask(action, { context: { 'kms:ViaService': 'dynamodb.us-east-1.amazonaws.com' } })).toBe(false);
  });
});

describe('tenantIngest', () => {
  const { ask, stack, tenants } = setUp((table, role) => table.grants.tenantIngest(role));
  const insert = 'dynamodb:PartiQLInsert';

  test('inserts under own keys', async () => {
    expect(await ask(insert, { keys: ['north#STUDENT#1'] })).toBe(true);
  });

  test.each([
    ["under another tenant's key", { keys: ['south#STUDENT#1'] }],
    ["under own keys mixed with another's", { keys: ['north#STUDENT#1', 'south#STUDENT#1'] }],
    ['under the key of a tenant whose id begins alike', { keys: ['north-2#STUDENT#1'] }],
    ["under a key that is the tenant's id alone", { keys: ['north'] }],
    ['where DynamoDB says no key', {}],
    ['without a tag on the session', { keys: ['north#STUDENT#1'], school: null }],
    ['with an empty tag on the session', { keys: ['north#STUDENT#1'], school: '' }],
    ['into an index', { keys: ['north#COURSE#1'], suffix: '/index/by-course' }],
  ])('does not insert %s', async (_, request) => {
    expect(await ask(insert, request)).toBe(false);
  });

  test('allows every tenant only its own keys', async () => {
    const ids = fc.stringMatching(/^[a-z0-9-]{3,64}$/);
    await fc.assert(
      fc.asyncProperty(ids, ids, async (school, owner) => (await ask(insert, { keys: [`${owner}#x`], school })) === (school === owner)),
      { numRuns: 100, examples: [['a-1', 'a-10'] as [string, string], ['a-1', 'a-1'] as [string, string]] },
    );
  });

  test.each([...reads, ...writes, 'dynamodb:Scan', ...partiql.filter((action) => action !== insert)])(
    'does not allow %s',
    async (action) => {
      expect(await ask(action, { keys: ['north#STUDENT#1'] })).toBe(false);
    },
  );

  test('allows setting partition keys of indexes, which a batch writer renders from their templates', async () => {
    expect(await ask(insert, { keys: ['north#STUDENT#1'], attributes: ['pk', 'sk', 'coursePk'] })).toBe(true);
  });

  const both: [string, Access][] = [
    ['after', (table, role) => [table.grants.tenantReadWrite(role), table.grants.tenantIngest(role)]],
    ['before', (table, role) => [table.grants.tenantIngest(role), table.grants.tenantRead(role)]],
  ];
  test.each(both)('is an error %s another grant to the role, whose deny statements would deny its inserts', (_, access) => {
    expect(() => setUp(access)).toThrow(
      /^Test\/Tenants\/Role: invalid use of Test\/Data\/Table "tenantIngest and tenantRead or tenantReadWrite": expected one of them: batch writers/,
    );
    expect(() => setUp(access, undefined, [])).not.toThrow();
    expect(() => setUp(access, undefined, [{ ...byCourse, writers: IndexWriters.tenantSessions() }])).not.toThrow();
  });

  test('has the same deny statements as other grants', () => {
    const denials = (access: Access): number => {
      const made = setUp(access, undefined, []);
      const [policy] = policiesOfRole(made.stack, made.stack.getLogicalId(made.tenants.node.defaultChild as CfnElement)).identity;
      return (policy as { Statement: Statement[] }).Statement.filter((statement) => statement.Effect === 'Deny').length;
    };
    const alone = denials((table, role) => table.grants.tenantIngest(role));
    expect(
      denials((table, role) => {
        table.grants.tenantReadWrite(role);
        table.grants.tenantIngest(role);
      }),
    ).toBe(alone);
    expect(violations(stack).filter((finding) => finding.includes(tenants.node.path))).toEqual([]);
  });
});

describe('a broad permission given to the role by mistake', () => {
  const { ask } = setUp((table, tenants) => {
    table.grants.tenantRead(tenants);
    tenants.role.addToPrincipalPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions: ['dynamodb:*'], resources: ['*'] }));
  });

  test('applies to the tenant’s own items', async () => {
    expect(await ask('dynamodb:DeleteItem', { keys: ['north#STUDENT#1'] })).toBe(true);
  });

  test.each([
    ["another tenant's item", 'dynamodb:GetItem', { keys: ['south#STUDENT#1'] }],
    ['mixed items', 'dynamodb:BatchGetItem', { keys: ['north#STUDENT#1', 'south#STUDENT#1'] }],
    ['all items', 'dynamodb:Scan', {}],
    ['all items of an index', 'dynamodb:Scan', { suffix: '/index/by-course' }],
    ['all items by PartiQL', 'dynamodb:PartiQLSelect', { context: { 'dynamodb:FullTableScan': 'true' } }],
    ['the stream', 'dynamodb:GetRecords', { suffix: '/stream/2026-11-01T00:00:00.000' }],
    ['a session without a tag', 'dynamodb:GetItem', { keys: ['north#STUDENT#1'], school: null }],
  ])('still does not give access to %s', async (_, action, request) => {
    expect(await ask(action, request)).toBe(false);
  });
});

test('granting twice adds one statement', () => {
  const count = (access: Access): number => {
    const { stack, tenants } = setUp(access);
    const [policy] = policiesOfRole(stack, stack.getLogicalId(tenants.node.defaultChild as CfnElement)).identity;
    return (policy as { Statement: unknown[] }).Statement.length;
  };
  const once = count((table, tenants) => table.grants.tenantRead(tenants));
  expect(
    count((table, tenants) => {
      table.grants.tenantRead(tenants);
      table.grants.tenantRead(tenants);
    }),
  ).toBe(once);
});

test('a grant returns the allow statement, to depend on it', () => {
  setUp((table, tenants) => {
    for (const grant of [table.grants.tenantRead(tenants), table.grants.tenantReadWrite(tenants)]) {
      expect(grant.success).toBe(true);
      expect(new Set(grant.principalStatements.map(({ effect }) => effect))).toEqual(new Set([Effect.ALLOW]));
    }
  });
});

test('a role of another tenancy is an error, because its sessions have another tag', () => {
  const other = Tenancy.of('clinic', { tiers });
  expect(() =>
    setUp((table, { node }) => {
      const opener = node.scope?.node.findChild('SessionOpener') as Role;
      table.grants.tenantRead(new TenantRole(node.scope as Stack, 'Clinics', { tenancy: other, sessionOpeners: [opener] }));
    }),
  ).toThrow(
    'Test/Clinics/Role: invalid tenancy.noun "clinic": expected school, the session tag that identifies the tenants of Test/Data/Table',
  );
});

describe('ingest', () => {
  const { stack, table } = setUp((granted) => granted.grants.ingest(granted.node.scope?.node.findChild('SessionOpener') as Role));
  const writer = table.node.scope?.node.findChild('SessionOpener') as Role;
  const logicalId = stack.getLogicalId(writer.node.defaultChild as CfnElement);
  const [policy] = policiesOfRole(stack, logicalId).identity;

  test('allows PartiQL inserts and the use of the key', () => {
    const { Statement } = policy as { Statement: { Action: string | string[]; Resource: string; Condition?: unknown }[] };
    expect(Statement).toHaveLength(2);
    expect(Statement[0]).toEqual({
      Effect: 'Allow',
      Action: 'dynamodb:PartiQLInsert',
      Resource: expect.stringMatching(/:table\/DataTable[0-9A-F]{8}$/),
    });
    expect(Statement[1]).toMatchObject({
      Resource: expect.stringMatching(/:key\/AppKey[0-9A-F]{8}$/),
      Condition: { StringEquals: { 'kms:ViaService': 'dynamodb.us-east-1.amazonaws.com' } },
    });
  });
});
