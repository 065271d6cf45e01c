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
import { isAllowed, policiesOfRole } from '../iam';
import { violations } from '../nag';
import { keepsPromises } from '../promises';
import { logicalIds, places, scrubbed, templateOf, testStack } from '../synth';
import { minimal } from './apps';

const env = { account: '123456789012', region: 'us-east-1' };
const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
const arn = (name: string): string => `arn:aws:iam::123456789012:role/${name}`;

function sessionsOf(...openers: string[]): Stack {
  const stack = testStack({ env });
  new TenantRole(stack, 'Tenants', { tenancy, sessionOpeners: openers.map((opener) => new ArnPrincipal(arn(opener))) });
  return stack;
}

keepsPromises(minimal);

describe('opening a session', () => {
  const stack = sessionsOf('opener', 'second-opener');
  const [logicalId] = logicalIds(templateOf(stack), 'AWS::IAM::Role');
  const { trust } = policiesOfRole(stack, logicalId);

  /** Both actions must be allowed where tags are passed; STS asks for the first alone where there are none. */
  async function opens(tags: Record<string, string>, principal = arn('opener')): Promise<boolean> {
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

  test.each(['opener', 'second-opener'])('is allowed to %s, with the tag', async (opener) => {
    expect(await opens({ school: 'north-1' }, arn(opener))).toBe(true);
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
  ])('is denied with %s', async (_, tags: Record<string, string>) => {
    expect(await opens(tags)).toBe(false);
  });

  test('is denied to every other role, with the tag', async () => {
    expect(await opens({ school: 'north-1' }, arn('somebody'))).toBe(false);
  });

  test('lasts at most an hour', () => {
    templateOf(stack).hasResourceProperties('AWS::IAM::Role', { MaxSessionDuration: 3600 });
  });

  test('fits into a trust policy with ten session openers', () => {
    // Documented: "IAM and AWS STS quotas", role trust policy 2,048 characters.
    const many = sessionsOf(...Array.from({ length: 10 }, (_, index) => `opener-${index}`));
    expect(JSON.stringify(policiesOfRole(many, logicalId).trust).length).toBeLessThan(2048);
  });
});

describe('a session', () => {
  const stack = testStack({ env });
  const tenants = new TenantRole(stack, 'Tenants', { tenancy, sessionOpeners: [new ArnPrincipal(arn('opener'))] });
  tenants.role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] }));
  const { identity } = policiesOfRole(stack, stack.getLogicalId(tenants.node.defaultChild as CfnElement));
  const reads = (context: Record<string, string>): Promise<boolean> =>
    isAllowed({ principal: arn('Tenants'), action: 's3:GetObject', resource: 'arn:aws:s3:::bucket/key', context }, { identity });

  test('can do nothing without the tag, whatever the role is granted', async () => {
    expect(await reads({ 'aws:PrincipalTag/school': 'north-1' })).toBe(true);
    expect(await reads({})).toBe(false);
  });
});

describe('sessionOpeners', () => {
  const wide: [string, IPrincipal, string][] = [
    ['everybody', new AnyPrincipal(), '*'],
    ['every role of an account', new ArnPrincipal(arn('*')), arn('*')],
    ['some roles of an account', new ArnPrincipal(arn('opener-*')), arn('opener-*')],
    ['an account by its id', new ArnPrincipal('123456789012'), '123456789012'],
    ['this account by its id', new ArnPrincipal(Aws.ACCOUNT_ID), '<token>'],
    ['an account by its ARN', new ArnPrincipal('arn:aws:iam::123456789012:root'), 'arn:aws:iam::123456789012:root'],
    ['this account by its ARN', new ArnPrincipal(`arn:aws:iam::${Aws.ACCOUNT_ID}:root`), 'arn:aws:iam::<token>:root'],
    ['another whole account', new AccountPrincipal('111122223333'), 'a whole account'],
    ['what is only known later', new ArnPrincipal(Lazy.string({ produce: () => '*' })), '<token>'],
    ['the output of another stack', new ArnPrincipal(Fn.importValue('OpenerArn')), '<token>'],
    [
      'the ARN of a resource that is no role',
      new ArnPrincipal(new CfnResource(testStack(), 'T', { type: 'A::B::C' }).getAtt('Arn').toString()),
      '<token>',
    ],
    ['the ARN of a group', new ArnPrincipal('arn:aws:iam::123456789012:group/g'), 'arn:aws:iam::123456789012:group/g'],
    ['a role and everybody', new CompositePrincipal(new ArnPrincipal(arn('opener')), new AnyPrincipal()), '*'],
    ['everybody by a star', new StarPrincipal(), '*'],
    ['an ARN that is a star', new ArnPrincipal('*'), '*'],
    ['a whole account', new AccountRootPrincipal(), 'a whole account'],
    ['a service', new ServicePrincipal('lambda.amazonaws.com'), 'ServicePrincipal(lambda.amazonaws.com)'],
    ['an identity provider', new FederatedPrincipal('accounts.example.com'), 'accounts.example.com'],
  ];
  test.each(wide)('cannot be %s', (_, principal, shown) => {
    expect(() => new TenantRole(testStack(), 'Tenants', { tenancy, sessionOpeners: [principal] })).toThrow(
      `Test/Tenants: invalid sessionOpeners[0] "${shown}": expected one role or one user`,
    );
  });

  const conditions = { StringEquals: { 'aws:PrincipalTag/team': 'grades' } };
  const conditional = new ArnPrincipal(arn('opener')).withConditions(conditions);

  test('cannot have its own conditions, because they would apply to every opener', () => {
    const another = new ArnPrincipal(arn('second-opener')).withConditions({ StringEquals: { 'aws:PrincipalTag/team': 'lessons' } });
    expect(
      () => new TenantRole(testStack(), 'Tenants', { tenancy, sessionOpeners: [new ArnPrincipal(arn('x')), conditional, another] }),
    ).toThrow(`Test/Tenants: invalid sessionOpeners[1] ${JSON.stringify(conditions)}: expected a principal without conditions of its own`);
  });

  const nameless: [string, (stack: Stack) => IPrincipal, string][] = [
    ['something imported without its role', (stack) => new UnknownPrincipal({ resource: stack }), 'UnknownPrincipal'],
    ['several with conditions', () => new CompositePrincipal(conditional), 'CompositePrincipal'],
  ];
  test.each(nameless)('cannot be %s', (_, principal, shown) => {
    const stack = testStack();
    expect(() => new TenantRole(stack, 'Tenants', { tenancy, sessionOpeners: [principal(stack)] })).toThrow(
      `Test/Tenants: invalid sessionOpeners[0] <${shown}>: expected a role or a user that a policy can name (`,
    );
  });

  const service = new ServicePrincipal('lambda.amazonaws.com');
  const narrow: [string, (stack: Stack) => IPrincipal][] = [
    ['a role', (stack) => new Role(stack, 'SessionOpener', { assumedBy: service })],
    ['a role whose policy stays as it is', (stack) => new Role(stack, 'SessionOpener', { assumedBy: service }).withoutPolicyUpdates()],
    ['a user', (stack) => new User(stack, 'SessionOpener')],
    ['a role of another stack', (stack) => new Role(new Stack(stack.node.root, 'Other', { env }), 'SessionOpener', { assumedBy: service })],
    [
      'a role of another account',
      (stack) => {
        const other = new Stack(stack.node.root, 'Other', { env: { account: '111122223333', region: 'eu-west-1' } });
        return new Role(other, 'SessionOpener', { roleName: 'opener', assumedBy: service });
      },
    ],
    ['a role by its ARN', (stack) => Role.fromRoleArn(stack, 'SessionOpener', arn('path/opener'))],
    ['a role by its name', (stack) => Role.fromRoleName(stack, 'SessionOpener', 'opener')],
    [
      'a role by a name that is only known later',
      (stack) => Role.fromRoleName(stack, 'SessionOpener', new CfnParameter(stack, 'Name').valueAsString),
    ],
    ['a role that is looked up', (stack) => Role.fromLookup(stack, 'SessionOpener', { roleName: 'opener' })],
    [
      'the ARN of a role',
      (stack) => new ArnPrincipal(new CfnResource(stack, 'SessionOpener', { type: 'AWS::IAM::Role' }).getAtt('Arn').toString()),
    ],
    ['a role that passes tags', () => new ArnPrincipal(arn('opener')).withSessionTags()],
  ];
  test.each(narrow)('can be %s', (_, principal) => {
    const stack = testStack({ env });
    new TenantRole(stack, 'Tenants', { tenancy, sessionOpeners: [principal(stack)] });
    templateOf(stack).hasResourceProperties('AWS::IAM::Role', { MaxSessionDuration: 3600 });
  });

  test('adds only the role that is created here to the trust policy, and no other principal of the account', async () => {
    const stack = testStack({ env });
    const opener = new Role(stack, 'SessionOpener', { assumedBy: service });
    const tenants = new TenantRole(stack, 'Tenants', { tenancy, sessionOpeners: [opener] });
    const id = (of: Role | TenantRole): string => stack.getLogicalId(of.node.defaultChild as CfnElement);
    const { trust } = policiesOfRole(stack, id(tenants));
    // A permission of the caller's own is what the trust of a whole account would go by.
    const identity = [{ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'sts:*', Resource: '*' }] }];
    const context = { 'aws:RequestTag/school': 'north-1', 'aws:TagKeys': ['school'] };
    const opens = (principal: string): Promise<boolean> =>
      isAllowed({ principal, action: 'sts:AssumeRole', resource: arn(id(tenants)), context }, { identity, resource: trust });
    expect(await opens(arn(id(opener)))).toBe(true);
    expect(await opens(arn('somebody'))).toBe(false);
  });

  test('can be empty if openers are added later', () => {
    const made = (sessionOpeners?: IPrincipal[]): unknown => {
      const stack = testStack({ env });
      new TenantRole(stack, 'Tenants', { tenancy, sessionOpeners }).grants.openSessions(new ArnPrincipal(arn('opener')));
      return templateOf(stack).toJSON();
    };
    expect(made([])).toEqual(made());
    expect(made()).toEqual(templateOf(sessionsOf('opener')).toJSON());
  });

  test.each([undefined, []])('that is %j is an error at synthesis if no opener is added later', (sessionOpeners) => {
    const stack = testStack();
    new TenantRole(stack, 'Tenants', { tenancy, sessionOpeners });
    expect(() => templateOf(stack)).toThrow('Test/Tenants: invalid sessionOpeners []: expected at least one role');
  });
});

describe('openSessions', () => {
  const lambda = new ServicePrincipal('lambda.amazonaws.com');

  test('adds a role, a user and a grantee with a role to the same statement', async () => {
    const stack = testStack({ env });
    const tenants = new TenantRole(stack, 'Tenants', { tenancy, sessionOpeners: [new ArnPrincipal(arn('opener'))] });
    const role = new Role(stack, 'Later', { assumedBy: lambda });
    const code = Code.fromInline('exports.handler = async () => 1;');
    const fn = new LambdaFunction(stack, 'Function', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code });
    for (const opener of [role, new User(stack, 'User'), fn, role]) tenants.grants.openSessions(opener);
    const id = (of: { node: { defaultChild?: unknown } }): string => stack.getLogicalId(of.node.defaultChild as CfnElement);
    const { trust } = policiesOfRole(stack, id(tenants));
    expect((trust as { Statement: unknown[] }).Statement).toHaveLength(1);
    const context = { 'aws:RequestTag/school': 'north-1', 'aws:TagKeys': ['school'] };
    const opens = (principal: string): Promise<boolean> =>
      isAllowed({ principal, action: 'sts:AssumeRole', resource: arn(id(tenants)), context }, { resource: trust });
    for (const opener of ['opener', id(role), id(fn.role as Role)]) expect(await opens(arn(opener))).toBe(true);
    expect(await opens(arn('somebody'))).toBe(false);
  });

  test('has the same checks as the prop', () => {
    const tenants = new TenantRole(testStack(), 'Tenants', { tenancy });
    expect(() => tenants.grants.openSessions(lambda)).toThrow(
      'Test/Tenants: invalid grantee "ServicePrincipal(lambda.amazonaws.com)": expected one role or one user',
    );
    expect(() => tenants.grants.openSessions(new AccountRootPrincipal())).toThrow('Test/Tenants: invalid grantee "a whole account"');
    const conditional = new ArnPrincipal(arn('opener')).withConditions({ StringEquals: { 'aws:PrincipalTag/team': 'grades' } });
    expect(() => tenants.grants.openSessions(conditional)).toThrow('expected a principal without conditions of its own');
  });

  test('never to a tenant’s session, which could open the session of any other tenant', () => {
    const stack = testStack({ env });
    const tenants = new TenantRole(stack, 'Tenants', { tenancy });
    const imported = TenantRole.fromTenantRoleAttributes(stack, 'Imported', { roleArn: arn('tenants'), tenancy });
    const code = Code.fromInline('exports.handler = async () => 1;');
    const fn = new LambdaFunction(stack, 'Function', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code, role: tenants.role });
    const expected = 'expected a role that is no TenantRole';
    for (const opener of [tenants.role, imported.role, fn]) expect(() => tenants.grants.openSessions(opener)).toThrow(expected);
    expect(() => new TenantRole(stack, 'Others', { tenancy, sessionOpeners: [tenants.role] })).toThrow(
      'Test/Others: invalid sessionOpeners[0]',
    );
  });
});

describe('TenantRole', () => {
  const inStack = (scope: Stack): void => {
    const opener = new Role(scope, 'SessionOpener', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    for (const id of ['One', 'Two']) new TenantRole(scope, id, { tenancy, sessionOpeners: [opener] });
  };

  test.each(places)('can be created twice %s', (_, inPlace) => {
    expect(logicalIds(templateOf(inPlace((scope) => inStack(scope as Stack))), 'AWS::IAM::Role')).toHaveLength(3);
  });

  test('has no open findings of rule packs, and three acknowledged ones', () => {
    const stack = sessionsOf('opener');
    templateOf(stack);
    expect(violations(stack)).toEqual([]);
    const answered = stack.node
      .findAll()
      .flatMap(({ node }) => node.metadata.filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY))
      .flatMap(({ data }) => Object.keys(data as object).map((id) => id.replace(/^.*-/, '')));
    expect([...new Set(answered)].sort()).toEqual([
      'IAMNoInlinePolicy',
      'IAMPolicyNoStatementsWithAdminAccess',
      'IAMPolicyNoStatementsWithFullAccess',
    ]);
  });

  test.each<[string, ConstructorParameters<typeof PolicyStatement>[0], string[]]>([
    ['all actions', { actions: ['*'] }, ['AdminAccess', 'FullAccess']],
    ['all actions of a service', { actions: ['sqs:SendMessage', 's3:*'] }, ['FullAccess']],
  ])('keeps the finding of a permission with %s, despite the deny statement for all actions', (_, permission, rules) => {
    const stack = testStack({ env });
    const tenants = new TenantRole(stack, 'Tenants', { tenancy, sessionOpeners: [new ArnPrincipal(arn('opener'))] });
    tenants.role.addToPrincipalPolicy(new PolicyStatement({ ...permission, resources: ['*'] }));
    templateOf(stack);
    expect(violations(stack).filter((finding) => finding.startsWith('HIPAA.Security-IAMPolicy'))).toEqual(
      rules.map((rule) => `HIPAA.Security-IAMPolicyNoStatementsWith${rule} Test/Tenants/Role/DefaultPolicy/Resource`),
    );
  });

  test('the default template', () => {
    expect(scrubbed(templateOf(sessionsOf('opener')))).toMatchSnapshot();
  });
});
