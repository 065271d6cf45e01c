import { Aws, type CfnElement, Lazy, Stack } from 'aws-cdk-lib';
import { ArnPrincipal, Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import fc from 'fast-check';
import { Tenancy, TenantBucketGrants, TenantRole, Tier } from '../../src';
import { isAllowed, policiesOfRole, resolvedResources } from '../iam';
import { violations } from '../nag';
import { places, templateOf, testApp, testStack } from '../synth';

const env = { account: '123456789012', region: 'us-east-1' };
const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
const sessionOpeners = [new ArnPrincipal('arn:aws:iam::123456789012:role/opener')];

interface Statement {
  readonly Effect: string;
}
type Access = (tenants: TenantRole, bucket: Bucket) => void;
/** `school: null` is a session without the tag. */
interface Asked {
  readonly object?: string;
  readonly prefix?: string;
  readonly school?: string | null;
  readonly via?: string;
}

function setUp(access: Access, kept: (statement: Statement) => boolean = () => true) {
  const stack = testStack({ env });
  const bucket = new Bucket(stack, 'Reports', { encryptionKey: new Key(stack, 'Key') });
  const tenants = new TenantRole(stack, 'Tenants', { tenancy, sessionOpeners });
  access(tenants, bucket);
  const id = (of: { node: { defaultChild?: unknown } }): string => stack.getLogicalId(of.node.defaultChild as CfnElement);
  const identity = policiesOfRole(stack, id(tenants)).identity.map((policy) => {
    const document = policy as { Statement: Statement[] };
    return { ...document, Statement: document.Statement.filter(kept) };
  });
  const keyId = id(bucket.encryptionKey as Key);
  const { KeyPolicy } = resolvedResources(stack)[keyId].Properties;
  const bucketArn = `arn:aws:s3:::${id(bucket).toLowerCase()}`;
  const ask = (action: string, { object, prefix, school = 'north', via }: Asked): Promise<boolean> => {
    const key = action.startsWith('kms:');
    return isAllowed(
      {
        principal: `arn:aws:iam::123456789012:role/${id(tenants)}`,
        action,
        resource: key ? `arn:aws:kms:us-east-1:123456789012:key/${keyId}` : object === undefined ? bucketArn : `${bucketArn}/${object}`,
        context: {
          ...(prefix === undefined ? {} : { 's3:prefix': prefix }),
          ...(school === null ? {} : { 'aws:PrincipalTag/school': school }),
          ...(via === undefined ? {} : { 'kms:ViaService': via }),
        },
      },
      { identity, resource: key ? KeyPolicy : undefined },
    );
  };
  return { stack, tenants, bucket, ask, identity };
}

const reads = ['s3:GetObject'];
const writes = ['s3:PutObject', 's3:DeleteObject', 's3:AbortMultipartUpload'];
const ids = fc.stringMatching(/^[a-z0-9-]{3,64}$/);
const foreignObjects: [string, Asked][] = [
  ["another tenant's object", { object: 'reports/south/x' }],
  ['the object of a tenant whose id begins alike', { object: 'reports/north-2/x' }],
  ['an object whose name is the id', { object: 'reports/north' }],
  ['an object of the same name elsewhere', { object: 'other/north/x' }],
  ['an own name within another tenant’s', { object: 'reports/south/reports/north/x' }],
  ['a path that would lead to another tenant', { object: 'reports/south/../north/x' }],
  ['an object before all tenants', { object: 'reports/x' }],
  ['a session without the tag', { object: 'reports/north/x', school: null }],
  ['a session with an empty tag', { object: 'reports//x', school: '' }],
  ['a session whose tag is too short for an id', { object: 'reports/no/x', school: 'no' }],
];
const foreignLists: [string, Asked][] = [
  ["another tenant's prefix", { prefix: 'reports/south/' }],
  ['the prefix of ids that begin alike', { prefix: 'reports/north' }],
  ['a longer id', { prefix: 'reports/north-2/' }],
  ['all tenants', { prefix: 'reports/' }],
  ['an empty prefix', { prefix: '' }],
  ['no prefix', {}],
  ['a prefix that is a pattern', { prefix: 'reports/*/' }],
  ['a prefix of one-character patterns', { prefix: 'reports/?????/' }],
  ['a session without the tag', { prefix: 'reports/north/', school: null }],
  ['a session with an empty tag', { prefix: 'reports//', school: '' }],
];

describe('tenantReadWrite', () => {
  const { ask, stack } = setUp((tenants, bucket) => TenantBucketGrants.fromBucket(bucket).tenantReadWrite(tenants, 'reports/'));

  describe.each([...reads, ...writes])('%s', (action) => {
    test.each(['reports/north/x', 'reports/north/2026/11/x', 'reports/north/'])('is allowed on the own object %s', async (object) => {
      expect(await ask(action, { object })).toBe(true);
    });

    test.each(foreignObjects)('is denied for %s', async (_, asked) => {
      expect(await ask(action, asked)).toBe(false);
    });
  });

  test('allows every tenant its own objects and no other tenant’s', async () => {
    await fc.assert(
      fc.asyncProperty(ids, ids, fc.constantFrom(...reads, ...writes), async (school, owner, action) => {
        return (await ask(action, { object: `reports/${owner}/x`, school })) === (school === owner);
      }),
      {
        numRuns: 100,
        examples: [
          ['a-1', 'a-10', 's3:GetObject'],
          ['a-10', 'a-1', 's3:GetObject'],
          ['a-1', 'a-1', 's3:PutObject'],
        ],
      },
    );
  });

  test.each([
    'GetObjectVersion',
    'DeleteObjectVersion',
    'PutObjectAcl',
    'GetObjectTagging',
    'PutObjectRetention',
    'BypassGovernanceRetention',
  ])('does not allow s3:%s', async (action) => {
    expect(await ask(`s3:${action}`, { object: 'reports/north/x' })).toBe(false);
  });

  test.each(['s3:ListBucketVersions', 's3:ListBucketMultipartUploads', 's3:DeleteBucket', 's3:PutBucketPolicy'])(
    'does not allow %s',
    async (action) => {
      expect(await ask(action, { prefix: 'reports/north/' })).toBe(false);
    },
  );

  test('allows the session to use the key only through S3 in the Region, and only with the tag', async () => {
    for (const action of ['kms:Decrypt', 'kms:GenerateDataKey']) {
      expect(await ask(action, { via: 's3.us-east-1.amazonaws.com' })).toBe(true);
      expect(await ask(action, { via: 's3.eu-west-1.amazonaws.com' })).toBe(false);
      expect(await ask(action, { via: 'dynamodb.us-east-1.amazonaws.com' })).toBe(false);
      expect(await ask(action, {})).toBe(false);
      expect(await ask(action, { via: 's3.us-east-1.amazonaws.com', school: null })).toBe(false);
    }
  });

  test('leaves no open findings of rule packs on the role', () => {
    expect(violations(stack).filter((finding) => finding.includes('/Tenants/'))).toEqual([]);
  });
});

describe('listing', () => {
  const own = ['reports/north/', 'reports/north/2026/', 'reports/north/x'];
  describe.each([
    ['with the denials around it', () => true],
    ['without them', ({ Effect: effect }: Statement) => effect === 'Allow'],
  ])('%s', (_, kept) => {
    const { ask } = setUp((tenants, bucket) => TenantBucketGrants.fromBucket(bucket).tenantRead(tenants, 'reports/'), kept);

    test.each(own)('is allowed with %s', async (prefix) => {
      expect(await ask('s3:ListBucket', { prefix })).toBe(true);
    });

    test.each(foreignLists)('is denied with %s', async (_name, asked) => {
      expect(await ask('s3:ListBucket', asked)).toBe(false);
    });
  });

  test('is allowed for every tenant’s own prefix only', async () => {
    const { ask } = setUp((tenants, bucket) => TenantBucketGrants.fromBucket(bucket).tenantRead(tenants));
    await fc.assert(
      fc.asyncProperty(ids, ids, async (school, owner) => {
        return (await ask('s3:ListBucket', { prefix: `${owner}/`, school })) === (school === owner);
      }),
      { numRuns: 100, examples: [['a-1', 'a-10'] as [string, string], ['a-1', 'a-1'] as [string, string]] },
    );
  });
});

describe('tenantRead', () => {
  const { ask } = setUp((tenants, bucket) => TenantBucketGrants.fromBucket(bucket).tenantRead(tenants));

  test('of a whole bucket allows reads below the tenant’s id', async () => {
    expect(await ask('s3:GetObject', { object: 'north/x' })).toBe(true);
    expect(await ask('s3:GetObject', { object: 'north-2/x' })).toBe(false);
    expect(await ask('s3:GetObject', { object: 'reports/north/x' })).toBe(false);
  });

  test.each(writes)('does not allow %s', async (action) => {
    expect(await ask(action, { object: 'north/x' })).toBe(false);
  });

  test('does not allow the session to encrypt', async () => {
    expect(await ask('kms:GenerateDataKey', { via: 's3.us-east-1.amazonaws.com' })).toBe(false);
  });
});

describe('a broad permission given to the role by mistake', () => {
  const { ask } = setUp((tenants, bucket) => {
    TenantBucketGrants.fromBucket(bucket).tenantRead(tenants, 'reports/');
    tenants.role.addToPrincipalPolicy(new PolicyStatement({ effect: Effect.ALLOW, actions: ['s3:*'], resources: ['*'] }));
  });

  test.each(foreignLists)('still denies listing with %s', async (_, asked) => {
    expect(await ask('s3:ListBucket', asked)).toBe(false);
    expect(await ask('s3:ListBucketVersions', asked)).toBe(false);
  });

  test('still denies listing multipart uploads, which have no prefix', async () => {
    expect(await ask('s3:ListBucketMultipartUploads', { prefix: 'reports/north/' })).toBe(false);
  });

  test('gives access to objects, because IAM has no condition key for an object key', async () => {
    expect(await ask('s3:GetObject', { object: 'reports/south/x' })).toBe(true);
  });
});

describe('tenantLakeRead', () => {
  const { ask, identity } = setUp((tenants, bucket) => TenantBucketGrants.fromBucket(bucket).tenantLakeRead(tenants, 'visits/'));
  const partition = (school: string) => `visits/year=2026/month=11/school=${school}/`;

  test('reads and lists the own part of every month', async () => {
    expect(await ask('s3:GetObject', { object: `${partition('north')}a.parquet` })).toBe(true);
    expect(await ask('s3:ListBucket', { prefix: partition('north') })).toBe(true);
  });

  const inSouth = 'visits/year=2026/month=11/school=south/month=1/school=north/x';
  test.each([
    ["another tenant's part", `${partition('south')}x`],
    ['the part of a tenant whose id begins alike', `${partition('north-2')}x`],
    ["the tenant's name within another tenant's part", inSouth],
    ['the tenant’s part of something else', 'errors/year=2026/month=11/school=north/x'],
    ['a month of three digits', 'visits/year=2026/month=111/school=north/x'],
    ['a part without a tenant', 'visits/year=2026/month=11/x'],
  ])('does not read or list %s', async (_, object) => {
    expect(await ask('s3:GetObject', { object })).toBe(false);
    expect(await ask('s3:ListBucket', { prefix: object })).toBe(false);
  });

  test('its wildcards have a fixed width, because a star would match the tenant’s id deeper in another tenant’s object key', async () => {
    const wide = JSON.parse(JSON.stringify(identity).replaceAll('year=????/month=??', 'year=*/month=*'));
    const asked = {
      principal: 'arn:aws:iam::123456789012:role/Tenants',
      action: 's3:GetObject',
      context: { 'aws:PrincipalTag/school': 'north' },
    };
    const bucketArn = /arn:aws:s3:::[^/"]+/.exec(JSON.stringify(identity))?.[0];
    expect(await isAllowed({ ...asked, resource: `${bucketArn}/${inSouth}` }, { identity: wide })).toBe(true);
    expect(await isAllowed({ ...asked, resource: `${bucketArn}/${inSouth}` }, { identity })).toBe(false);
  });

  test('matches no object of another tenant, whatever its name', async () => {
    const rest = fc.stringMatching(/^[a-z0-9=/-]{0,30}$/);
    await fc.assert(
      fc.asyncProperty(ids, ids, rest, rest, async (school, owner, before, after) => {
        const object = `${partition(owner)}${before}/school=${school}/${after}`;
        return (await ask('s3:GetObject', { object, school })) === (school === owner);
      }),
      { numRuns: 100 },
    );
  });
});

describe('several grants on one bucket', () => {
  test('do not deny what others allow', async () => {
    const { ask } = setUp((tenants, bucket) => {
      TenantBucketGrants.fromBucket(bucket).tenantRead(tenants, 'reports/');
      TenantBucketGrants.fromBucket(bucket).tenantReadWrite(tenants, 'uploads/');
      TenantBucketGrants.fromBucket(bucket).tenantLakeRead(tenants, 'lake/');
    });
    for (const prefix of ['reports/north/', 'uploads/north/', 'lake/year=2026/month=11/school=north/']) {
      expect(await ask('s3:ListBucket', { prefix })).toBe(true);
      expect(await ask('s3:ListBucket', { prefix: prefix.replace('north', 'south') })).toBe(false);
    }
    expect(await ask('s3:PutObject', { object: 'reports/north/x' })).toBe(false);
  });

  test.each<[string, Access, string]>([
    [
      'a folder beside tenants',
      (tenants, bucket) => [
        TenantBucketGrants.fromBucket(bucket).tenantRead(tenants),
        TenantBucketGrants.fromBucket(bucket).tenantRead(tenants, 'reports/'),
      ],
      '"reports/": expected a prefix outside of <tenant>/',
    ],
    [
      'tenants around a folder',
      (tenants, bucket) => [
        TenantBucketGrants.fromBucket(bucket).tenantLakeRead(tenants, 'data/lake/'),
        TenantBucketGrants.fromBucket(bucket).tenantRead(tenants, 'data/'),
      ],
      '"data/lake/year=????/month=??/school=": expected a prefix outside of data/<tenant>/',
    ],
  ])('are an error if a tenant’s folder in one contains the other: %s', (_, access, message) => {
    expect(() => setUp(access)).toThrow(`Test/Tenants/Role: invalid prefix ${message}`);
  });

  test('are an error to another role, too, whose tenants have a folder around or at the same place', () => {
    const { stack, tenants, bucket } = setUp((own, files) => TenantBucketGrants.fromBucket(files).tenantRead(own, 'reports/'));
    const grants = TenantBucketGrants.fromBucket(bucket);
    const others = new TenantRole(stack, 'Others', { tenancy, sessionOpeners });
    expect(() => grants.tenantRead(others)).toThrow('Test/Others/Role: invalid prefix "reports/": expected a prefix outside of <tenant>/');
    grants.tenantReadWrite(others, 'reports/');
    const teams = new TenantRole(stack, 'Teams', { tenancy: Tenancy.of('team', { tiers: [...tenants.tenancy.tiers] }), sessionOpeners });
    expect(() => grants.tenantRead(teams, 'reports/')).toThrow(
      'Test/Teams/Role: invalid prefix "reports/": expected a prefix that is not the folder of each school: a team may have the id of a school',
    );
    grants.tenantRead(teams, 'teams/');
  });

  test.each<[string, Access]>([
    [
      'a lake beside tenants',
      (tenants, bucket) => [
        TenantBucketGrants.fromBucket(bucket).tenantRead(tenants),
        TenantBucketGrants.fromBucket(bucket).tenantLakeRead(tenants, ''),
      ],
    ],
    [
      'a name that is no tenant’s',
      (tenants, bucket) => [
        TenantBucketGrants.fromBucket(bucket).tenantRead(tenants),
        TenantBucketGrants.fromBucket(bucket).tenantRead(tenants, 'Reports/'),
      ],
    ],
    [
      'the same folder',
      (tenants, bucket) => [
        TenantBucketGrants.fromBucket(bucket).tenantRead(tenants, 'a/'),
        TenantBucketGrants.fromBucket(bucket).tenantReadWrite(tenants, 'a/'),
      ],
    ],
  ])('are accepted otherwise: %s', (_, access) => {
    expect(() => setUp(access)).not.toThrow();
  });

  test('add their statements only once', () => {
    const count = (access: Access): number =>
      setUp(access).identity.flatMap((policy) => (policy as unknown as { Statement: unknown[] }).Statement).length;
    const once = count((tenants, bucket) => TenantBucketGrants.fromBucket(bucket).tenantRead(tenants, 'reports/'));
    expect(count((tenants, bucket) => [1, 2].map(() => TenantBucketGrants.fromBucket(bucket).tenantRead(tenants, 'reports/')))).toBe(once);
  });
});

test('two roles on one bucket, and buckets of one name in two stacks, work', () => {
  const { stack } = setUp((tenants, bucket) => {
    const scope = tenants.node.scope as Stack;
    TenantBucketGrants.fromBucket(bucket).tenantRead(tenants, 'reports/');
    TenantBucketGrants.fromBucket(bucket).tenantRead(new TenantRole(scope, 'Others', { tenancy, sessionOpeners }), 'reports/');
    TenantBucketGrants.fromBucket(Bucket.fromBucketName(scope, 'Imported', 'imported')).tenantRead(tenants, 'reports/');
  });
  templateOf(stack).resourceCountIs('AWS::IAM::Policy', 2);
});

test('findings are acknowledged for imported buckets and those of another stack, before and after synthesis', () => {
  const app = testApp();
  const stack = new Stack(app, 'Test', { env });
  const other = new Stack(app, 'Other', { env });
  const tenants = new TenantRole(stack, 'Tenants', { tenancy, sessionOpeners });
  TenantBucketGrants.fromBucket(Bucket.fromBucketName(stack, 'Imported', 'imported')).tenantRead(tenants, 'reports/');
  TenantBucketGrants.fromBucket(new Bucket(other, 'Bucket')).tenantReadWrite(tenants);
  const found = (): string[] => [...violations(stack), ...violations(other)].filter((finding) => /Tenants\/|PolicyOf/.test(finding));
  // Whether a permission names all actions of a service is known at the end of the synthesis.
  const late = /-IAMPolicyNoStatementsWithFullAccess Test\/Tenants\/Role\/DefaultPolicy\/Resource$/;
  expect(found().filter((finding) => !late.test(finding))).toEqual([]);
  app.synth();
  expect(JSON.stringify(templateOf(other).toJSON())).toContain('Fn::ImportValue');
  expect(found()).toEqual([]);
});

describe('a bucket and a key that are imported by ARN', () => {
  const byArn = (more: (tenants: TenantRole) => void = () => undefined): string[] => {
    const stack = testStack();
    const tenants = new TenantRole(stack, 'Tenants', { tenancy, sessionOpeners });
    const encryptionKey = Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:123456789012:key/1');
    TenantBucketGrants.fromBucket(Bucket.fromBucketAttributes(stack, 'Files', { bucketName: 'files', encryptionKey })).tenantRead(
      tenants,
      'files/',
    );
    more(tenants);
    templateOf(stack);
    return violations(stack);
  };

  // cdk-nag's IAMPolicyNoStatementsWithAdminAccess is a pattern over the text of the whole document.
  test('have no findings: the deny statement for all actions is not mistaken for an allow statement', () => {
    expect(byArn()).toEqual([]);
  });

  test('do not hide a wildcard permission that is added later', () => {
    const admin = new PolicyStatement({ actions: ['*'], resources: ['*'] });
    expect(byArn(({ role }) => void role.addToPrincipalPolicy(admin))).toContain(
      'NIST.800.53.R5-IAMPolicyNoStatementsWithAdminAccess Test/Tenants/Role/DefaultPolicy/Resource',
    );
  });
});

test.each(places)('the grants work %s', (_, inPlace) => {
  const stack = inPlace((scope) => {
    const tenants = new TenantRole(scope, 'Tenants', { tenancy, sessionOpeners });
    TenantBucketGrants.fromBucket(new Bucket(scope, 'Bucket', { encryptionKey: new Key(scope, 'Key') })).tenantReadWrite(
      tenants,
      'reports/',
    );
    TenantBucketGrants.fromBucket(new Bucket(scope, 'Lake')).tenantLakeRead(tenants, '');
  });
  expect(JSON.stringify(templateOf(stack).toJSON())).toContain('reports/${aws:PrincipalTag/school}/*');
});

test.each([
  ['reports', '"reports"'],
  ['reports/*/', '"reports/*/"'],
  ['report?/', '"report?/"'],
  ['${aws:userid}/', '"${aws:userid}/"'],
  [`${Aws.ACCOUNT_ID}/`, '<token>'],
  [Lazy.string({ produce: () => 'reports/' }), '<token>'],
])('the prefix %s is an error', (prefix, shown) => {
  const message = `Test/Tenants/Role: invalid prefix ${shown}: expected text known at synthesis, empty or ending with /, without *, ? and $`;
  for (const name of ['tenantRead', 'tenantReadWrite', 'tenantLakeRead'] as const) {
    expect(() => setUp((tenants, bucket) => TenantBucketGrants.fromBucket(bucket)[name](tenants, prefix))).toThrow(message);
  }
});

test('a grant returns the allow statements, to depend on them', () => {
  setUp((tenants, bucket) => {
    for (const grant of [
      TenantBucketGrants.fromBucket(bucket).tenantRead(tenants, 'a-b/'),
      TenantBucketGrants.fromBucket(bucket).tenantReadWrite(tenants, 'c-d/'),
      TenantBucketGrants.fromBucket(bucket).tenantLakeRead(tenants, ''),
    ]) {
      expect(grant.success).toBe(true);
      expect(grant.principalStatements.map(({ effect }) => effect)).toEqual([Effect.ALLOW, Effect.ALLOW]);
    }
  });
});
