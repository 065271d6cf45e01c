import { Aws, type CfnElement, CfnParameter, CfnResource, Fn, Lazy, Stack, Validations } from 'aws-cdk-lib';
import {
  AccountPrincipal,
  AccountRootPrincipal,
  AnyPrincipal,
  ArnPrincipal,
  CompositePrincipal,
  FederatedPrincipal,
  type IPrincipal,
  PolicyStatement,
  Role,
  ServicePrincipal,
  StarPrincipal,
  UnknownPrincipal,
  User,
} from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import fc from 'fast-check';
import { Tenancy, TenantRole, Tier } from '../../src';
import { documentedDefaults } from '../defaults';
import { isAllowed, policiesOfRole } from '../iam';
import { violations } from '../nag';
import { logicalIds, places, scrubbed, templateOf, testStack } from '../synth';

const env = { account: '123456789012', region: 'us-east-1' };
const tenancy = new Tenancy({ tenant: 'school', tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
const arn = (name: string): string => `arn:aws:iam::123456789012:role/${name}`;

function sessionsOf(...vendors: string[]): Stack {
  const stack = testStack({ env });
  new TenantRole(stack, 'Tenants', { tenancy, vendedBy: vendors.map((vendor) => new ArnPrincipal(arn(vendor))) });
  return stack;
}

describe('opening a session', () => {
  const stack = sessionsOf('vendor', 'second-vendor');
  const [logicalId] = logicalIds(templateOf(stack), 'AWS::IAM::Role');
  const { trust } = policiesOfRole(stack, logicalId);

  /** Both actions must be allowed where tags are passed; STS asks for the first alone where there are none. */
  async function opens(tags: Record<string, string>, principal = arn('vendor')): Promise<boolean> {
    const keys = Object.keys(tags);
    const context = {
      ...Object.fromEntries(keys.map((key) => [`aws:RequestTag/${key}`, tags[key]])),
      ...(keys.length === 0 ? {} : { 'aws:TagKeys': keys }),
    };
    const actions = keys.length === 0 ? ['sts:AssumeRole'] : ['sts:AssumeRole', 'sts:TagSession'];
    const answers = await Promise.all(
      actions.map((action) => isAllowed({ principal, action, resource: arn(logicalId), context }, { resource: trust })),
    );
    return answers.every((answer) => answer);
  }

  test.each(['vendor', 'second-vendor'])('is allowed to %s, with the tag', async (vendor) => {
    expect(await opens({ school: 'north-1' }, arn(vendor))).toBe(true);
  });

  test('is allowed for every tenant id', async () => {
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[a-z0-9-]{3,64}$/), async (school) => opens({ school })),
      { numRuns: 50 },
    );
  });

  test.each([
    ['without a tag', {}],
    ['with an empty tag', { school: '' }],
    ['with another tag only', { teacher: 'north-1' }],
    ['with another tag beside', { school: 'north-1', role: 'admin' }],
    ['with an id that is too short', { school: 'no' }],
    ['with an id that is too long', { school: 'x'.repeat(65) }],
    ['with a path for an id', { school: 'north/1' }],
    ['with an assignment for an id', { school: 'a=b' }],
    ['with a blank in the id', { school: 'north 1' }],
  ])('is denied %s', async (_, tags: Record<string, string>) => {
    expect(await opens(tags)).toBe(false);
  });

  test('is denied to every other role, with the tag', async () => {
    expect(await opens({ school: 'north-1' }, arn('somebody'))).toBe(false);
  });

  test('lasts an hour at most', () => {
    templateOf(stack).hasResourceProperties('AWS::IAM::Role', { MaxSessionDuration: 3600 });
  });

  test('fits the quota of a trust policy with ten vendors', () => {
    // Documented: "IAM and AWS STS quotas", role trust policy 2,048 characters.
    const many = sessionsOf(...Array.from({ length: 10 }, (_, index) => `vendor-${index}`));
    expect(JSON.stringify(policiesOfRole(many, logicalId).trust).length).toBeLessThan(2048);
  });
});

describe('a session', () => {
  const stack = testStack({ env });
  const tenants = new TenantRole(stack, 'Tenants', { tenancy, vendedBy: [new ArnPrincipal(arn('vendor'))] });
  tenants.role.addToPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] }));
  const { identity } = policiesOfRole(stack, stack.getLogicalId(tenants.node.defaultChild as CfnElement));
  const reads = (context: Record<string, string>): Promise<boolean> =>
    isAllowed({ principal: arn('Tenants'), action: 's3:GetObject', resource: 'arn:aws:s3:::bucket/key', context }, { identity });

  test('can do nothing without the tag, whatever the role is granted', async () => {
    expect(await reads({ 'aws:PrincipalTag/school': 'north-1' })).toBe(true);
    expect(await reads({})).toBe(false);
  });
});

describe('vendedBy', () => {
  const wide: [string, IPrincipal, string][] = [
    ['everybody', new AnyPrincipal(), '*'],
    ['every role of an account', new ArnPrincipal(arn('*')), arn('*')],
    ['some roles of an account', new ArnPrincipal(arn('vendor-*')), arn('vendor-*')],
    ['an account by its id', new ArnPrincipal('123456789012'), '123456789012'],
    ['this account by its id', new ArnPrincipal(Aws.ACCOUNT_ID), '<token>'],
    ['an account by its ARN', new ArnPrincipal('arn:aws:iam::123456789012:root'), 'arn:aws:iam::123456789012:root'],
    ['this account by its ARN', new ArnPrincipal(`arn:aws:iam::${Aws.ACCOUNT_ID}:root`), 'arn:aws:iam::<token>:root'],
    ['another whole account', new AccountPrincipal('111122223333'), 'a whole account'],
    ['what is only known later', new ArnPrincipal(Lazy.string({ produce: () => '*' })), '<token>'],
    ['the output of another stack', new ArnPrincipal(Fn.importValue('VendorArn')), '<token>'],
    [
      'the ARN of a resource that is no role',
      new ArnPrincipal(new CfnResource(testStack(), 'T', { type: 'A::B::C' }).getAtt('Arn').toString()),
      '<token>',
    ],
    ['the ARN of a group', new ArnPrincipal('arn:aws:iam::123456789012:group/g'), 'arn:aws:iam::123456789012:group/g'],
    ['a role and everybody', new CompositePrincipal(new ArnPrincipal(arn('vendor')), new AnyPrincipal()), '*'],
    ['everybody by a star', new StarPrincipal(), '*'],
    ['an ARN that is a star', new ArnPrincipal('*'), '*'],
    ['a whole account', new AccountRootPrincipal(), 'a whole account'],
    ['a service', new ServicePrincipal('lambda.amazonaws.com'), 'ServicePrincipal(lambda.amazonaws.com)'],
    ['an identity provider', new FederatedPrincipal('accounts.example.com'), 'accounts.example.com'],
  ];
  test.each(wide)('is rejected when it is %s', (_, principal, shown) => {
    expect(() => new TenantRole(testStack(), 'Tenants', { tenancy, vendedBy: [principal] })).toThrow(
      `Test/Tenants: invalid vendedBy[0] "${shown}": expected one role or one user`,
    );
  });

  const conditions = { StringEquals: { 'aws:PrincipalTag/team': 'grades' } };
  const conditional = new ArnPrincipal(arn('vendor')).withConditions(conditions);

  test('is rejected with conditions of its own: they would hold for every vendor, or for none', () => {
    const another = new ArnPrincipal(arn('second-vendor')).withConditions({ StringEquals: { 'aws:PrincipalTag/team': 'lessons' } });
    expect(() => new TenantRole(testStack(), 'Tenants', { tenancy, vendedBy: [new ArnPrincipal(arn('x')), conditional, another] })).toThrow(
      `Test/Tenants: invalid vendedBy[1] ${JSON.stringify(conditions)}: expected no conditions of its own`,
    );
  });

  const nameless: [string, (stack: Stack) => IPrincipal, string][] = [
    ['something imported without its role', (stack) => new UnknownPrincipal({ resource: stack }), 'UnknownPrincipal'],
    ['several with conditions', () => new CompositePrincipal(conditional), 'CompositePrincipal'],
  ];
  test.each(nameless)('is rejected when it is %s', (_, principal, shown) => {
    const stack = testStack();
    expect(() => new TenantRole(stack, 'Tenants', { tenancy, vendedBy: [principal(stack)] })).toThrow(
      `Test/Tenants: invalid vendedBy[0] <${shown}>: expected a role or a user that a policy can name (`,
    );
  });

  const service = new ServicePrincipal('lambda.amazonaws.com');
  const narrow: [string, (stack: Stack) => IPrincipal][] = [
    ['a role', (stack) => new Role(stack, 'Vendor', { assumedBy: service })],
    ['a role whose policy stays as it is', (stack) => new Role(stack, 'Vendor', { assumedBy: service }).withoutPolicyUpdates()],
    ['a user', (stack) => new User(stack, 'Vendor')],
    ['a role of another stack', (stack) => new Role(new Stack(stack.node.root, 'Other', { env }), 'Vendor', { assumedBy: service })],
    [
      'a role of another account',
      (stack) => {
        const other = new Stack(stack.node.root, 'Other', { env: { account: '111122223333', region: 'eu-west-1' } });
        return new Role(other, 'Vendor', { roleName: 'vendor', assumedBy: service });
      },
    ],
    ['a role by its ARN', (stack) => Role.fromRoleArn(stack, 'Vendor', arn('path/vendor'))],
    ['a role by its name', (stack) => Role.fromRoleName(stack, 'Vendor', 'vendor')],
    [
      'a role by a name that is only known later',
      (stack) => Role.fromRoleName(stack, 'Vendor', new CfnParameter(stack, 'Name').valueAsString),
    ],
    ['a role that is looked up', (stack) => Role.fromLookup(stack, 'Vendor', { roleName: 'vendor' })],
    [
      'the ARN of a role',
      (stack) => new ArnPrincipal(new CfnResource(stack, 'Vendor', { type: 'AWS::IAM::Role' }).getAtt('Arn').toString()),
    ],
    ['a role that passes tags', () => new ArnPrincipal(arn('vendor')).withSessionTags()],
  ];
  test.each(narrow)('may be %s', (_, principal) => {
    const stack = testStack({ env });
    new TenantRole(stack, 'Tenants', { tenancy, vendedBy: [principal(stack)] });
    templateOf(stack).hasResourceProperties('AWS::IAM::Role', { MaxSessionDuration: 3600 });
  });

  test('adds the role that is created here to the trust policy, and no other principal of the account', async () => {
    const stack = testStack({ env });
    const vendor = new Role(stack, 'Vendor', { assumedBy: service });
    const tenants = new TenantRole(stack, 'Tenants', { tenancy, vendedBy: [vendor] });
    const id = (of: Role | TenantRole): string => stack.getLogicalId(of.node.defaultChild as CfnElement);
    const { trust } = policiesOfRole(stack, id(tenants));
    // A permission of the caller's own is what the trust of a whole account would go by.
    const identity = [{ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:*', Resource: '*' }] }];
    const context = { 'aws:RequestTag/school': 'north-1', 'aws:TagKeys': ['school'] };
    const opens = (principal: string): Promise<boolean> =>
      isAllowed({ principal, action: 'sts:AssumeRole', resource: arn(id(tenants)), context }, { identity, resource: trust });
    expect(await opens(arn(id(vendor)))).toBe(true);
    expect(await opens(arn('somebody'))).toBe(false);
  });

  test('may be empty, as its tag says, where a session opener is added later', () => {
    const made = (vendedBy?: IPrincipal[]): unknown => {
      const stack = testStack({ env });
      new TenantRole(stack, 'Tenants', { tenancy, vendedBy }).allowVending(new ArnPrincipal(arn('vendor')));
      return templateOf(stack).toJSON();
    };
    expect(documentedDefaults('src/tenancy/tenant-role.ts', 'TenantRoleProps')).toEqual([{ prop: 'vendedBy', tag: '[]' }]);
    expect(made([])).toEqual(made());
    expect(made()).toEqual(templateOf(sessionsOf('vendor')).toJSON());
  });

  test.each([undefined, []])('that is %j is an error at synthesis, where no session opener is added later', (vendedBy) => {
    const stack = testStack();
    new TenantRole(stack, 'Tenants', { tenancy, vendedBy });
    expect(() => templateOf(stack)).toThrow('Test/Tenants: invalid vendedBy []: expected at least one role');
  });
});

describe('allowVending', () => {
  const lambda = new ServicePrincipal('lambda.amazonaws.com');

  test('opens the same one statement to a role, to a user and to what has a role', async () => {
    const stack = testStack({ env });
    const tenants = new TenantRole(stack, 'Tenants', { tenancy, vendedBy: [new ArnPrincipal(arn('vendor'))] });
    const role = new Role(stack, 'Later', { assumedBy: lambda });
    const code = Code.fromInline('exports.handler = async () => 1;');
    const fn = new LambdaFunction(stack, 'Function', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code });
    for (const vendor of [role, new User(stack, 'User'), fn, role]) tenants.allowVending(vendor);
    const id = (of: { node: { defaultChild?: unknown } }): string => stack.getLogicalId(of.node.defaultChild as CfnElement);
    const { trust } = policiesOfRole(stack, id(tenants));
    expect((trust as { Statement: unknown[] }).Statement).toHaveLength(1);
    const context = { 'aws:RequestTag/school': 'north-1', 'aws:TagKeys': ['school'] };
    const opens = (principal: string): Promise<boolean> =>
      isAllowed({ principal, action: 'sts:AssumeRole', resource: arn(id(tenants)), context }, { resource: trust });
    for (const vendor of ['vendor', id(role), id(fn.role as Role)]) expect(await opens(arn(vendor))).toBe(true);
    expect(await opens(arn('somebody'))).toBe(false);
  });

  test('rejects what the prop rejects', () => {
    const tenants = new TenantRole(testStack(), 'Tenants', { tenancy });
    expect(() => tenants.allowVending(lambda)).toThrow(
      'Test/Tenants: invalid vendor "ServicePrincipal(lambda.amazonaws.com)": expected one role or one user',
    );
    expect(() => tenants.allowVending(new AccountRootPrincipal())).toThrow('Test/Tenants: invalid vendor "a whole account"');
    const conditional = new ArnPrincipal(arn('vendor')).withConditions({ StringEquals: { 'aws:PrincipalTag/team': 'grades' } });
    expect(() => tenants.allowVending(conditional)).toThrow('expected no conditions of its own');
  });
});

describe('TenantRole', () => {
  const inStack = (scope: Stack): void => {
    const vendor = new Role(scope, 'Vendor', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    for (const id of ['One', 'Two']) new TenantRole(scope, id, { tenancy, vendedBy: [vendor] });
  };

  test.each(places)('works twice %s', (_, inPlace) => {
    expect(logicalIds(templateOf(inPlace((scope) => inStack(scope as Stack))), 'AWS::IAM::Role')).toHaveLength(3);
  });

  test('has no finding of a rule pack that is not answered, and answers two', () => {
    const stack = sessionsOf('vendor');
    expect(violations(stack)).toEqual([]);
    const answered = stack.node
      .findAll()
      .flatMap(({ node }) => node.metadata.filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY))
      .flatMap(({ data }) => Object.keys(data as object).map((id) => id.replace(/^.*-/, '')));
    expect([...new Set(answered)].sort()).toEqual(['IAMNoInlinePolicy', 'IAMPolicyNoStatementsWithFullAccess']);
  });

  test('comes out as it did', () => {
    expect(scrubbed(templateOf(sessionsOf('vendor')))).toMatchSnapshot();
  });
});
