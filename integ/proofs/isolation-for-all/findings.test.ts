import type { Json, JsonObject } from '../../sandbox';
import { TEMPLATE_MISTAKES, withMistake } from './broken-templates';
import { type Expected, isExpected } from './expected';
import { type Finding, findings } from './findings';
import { document, smallTemplate, templatesOf } from './small-template';
import { remembering, type Solver, startSolver } from './solver';

const EXPECTED: Expected = {
  reach: [{ principal: 'App.Service', on: 'App.Tenants', actions: ['sts:AssumeRole'], why: 'opens sessions' }],
  tenantIndexes: [],
};
let solver: Solver;
beforeAll(async () => {
  // The queries that a change does not touch are the same in each test.
  solver = remembering(await startSolver(() => {}));
});
afterAll(() => solver.close());

type Small = ReturnType<typeof smallTemplate>;

/** The findings in the small template with a change. */
async function found(
  change: (template: Small & { Conditions?: JsonObject; Parameters?: object }) => void,
  expected = EXPECTED,
): Promise<readonly Finding[]> {
  const template = smallTemplate();
  change(template);
  return findings(solver, templatesOf(template), expected);
}

const lines = (all: readonly Finding[]) => all.map(({ principal, reaches }) => `${principal}: ${reaches.action} on ${reaches.resource}`);
const policy = (role: string, ...statements: Json[]) => ({
  Type: 'AWS::IAM::Policy',
  Properties: { PolicyName: 'P', Roles: [{ Ref: role }], PolicyDocument: document(...statements) },
});
const table: JsonObject = { 'Fn::GetAtt': ['Data', 'Arn'] };
const read: JsonObject = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: table };

test('nobody reaches what is not declared, and who opens sessions must be declared', async () => {
  expect(await found(() => {})).toEqual([]);
  expect(lines(await found(() => {}, { ...EXPECTED, reach: [] }))).toEqual(['App.Service: sts:AssumeRole on App.Tenants']);
});

test.each(TEMPLATE_MISTAKES)('$name', async (mistake) => {
  const broken = withMistake(templatesOf(smallTemplate(), true), mistake);
  const all = await findings(solver, broken, EXPECTED).catch((error: Error) => error);
  if (all instanceof Error)
    expect([all.name, all.message]).toEqual(['NotSupported', expect.stringMatching(/^App\.(Tenants|Broken|Files)/)]);
  else {
    expect(all.length).toBeGreaterThan(0);
    expect(all.filter(({ confirmed }) => !confirmed)).toEqual([]);
  }
});

describe('conditions and parameters of the template are variables', () => {
  const off = { Ref: 'AWS::NoValue' };
  const switches = (count: number) => Array.from({ length: count }, (_, number) => `On${number}`);
  /** Independent conditions, each with a parameter of its own, all off by default. */
  const independent = (template: Parameters<Parameters<typeof found>[0]>[0], names: readonly string[]) => {
    template.Parameters = Object.fromEntries(
      names.map((name) => [`${name}Value`, { Type: 'String', Default: 'no', AllowedValues: ['no', 'yes'] }]),
    );
    template.Conditions = Object.fromEntries(names.map((name) => [name, { 'Fn::Equals': [{ Ref: `${name}Value` }, 'yes'] }]));
  };
  const denial: JsonObject = { ...read, Effect: 'Deny' };

  test('20 independent conditions are one query: a denial must be off in each', async () => {
    const names = switches(20);
    const all = await found((template) => {
      independent(template, names);
      Object.assign(template.Resources, { Own: policy('Service', read, ...names.map((name) => ({ 'Fn::If': [name, off, denial] }))) });
    });
    expect(lines(all)).toEqual(['App.Service: dynamodb:GetItem on App.Data']);
    expect(all[0]).toMatchObject({ confirmed: true, given: { 'App.On7': true, 'App.On7Value': 'yes', 'App.On19Value': 'yes' } });
    const held = await found((template) => {
      independent(template, names);
      const denials = names.map((name) => ({ 'Fn::If': [name, off, denial] }));
      Object.assign(template.Resources, { Own: policy('Service', read, ...denials, { 'Fn::If': [names[3], denial, off] }) });
    });
    expect(held).toEqual([]);
  }, 60_000);

  test('in a resource, a value, an attachment, and together with a parameter', async () => {
    const all = await found((template) => {
      independent(template, ['Wide', 'Attached']);
      template.Parameters = { ...template.Parameters, Stage: { Type: 'String', Default: 'test', AllowedValues: ['test', 'production'] } };
      const Resource = [{ 'Fn::If': ['Wide', table, off] }, 'arn:aws:dynamodb:us-east-1:123456789012:table/other'];
      const Condition = { StringEquals: { 'dynamodb:Select': [{ Ref: 'Stage' }] } };
      const own = policy('Service', { ...read, Resource, Condition });
      Object.assign(template.Resources, { Own: { ...own, Condition: 'Attached' } });
    });
    expect(all).toMatchObject([
      { principal: 'App.Service', confirmed: true, given: { 'App.Wide': true, 'App.Attached': true, 'App.WideValue': 'yes' } },
    ]);
    expect(['test', 'production']).toContain(all[0].request.context['dynamodb:select']);
  });

  test('a condition that contradicts another is never on with it', async () => {
    const contradicting = (both: boolean) =>
      found((template) => {
        template.Parameters = { Stage: { Type: 'String', Default: 'test' } };
        template.Conditions = {
          IsTest: { 'Fn::Equals': [{ Ref: 'Stage' }, 'test'] },
          IsProduction: { 'Fn::Equals': ['production', { Ref: 'Stage' }] },
          Both: {
            'Fn::And': [{ Condition: 'IsTest' }, both ? { Condition: 'IsProduction' } : { 'Fn::Not': [{ Condition: 'IsProduction' }] }],
          },
        };
        Object.assign(template.Resources, { Own: { ...policy('Service', read), Condition: 'Both' } });
      });
    expect(await contradicting(true)).toEqual([]);
    expect(await contradicting(false)).toMatchObject([{ given: { 'App.Stage': 'test', 'App.Both': true } }]);
  });

  test('free text that reaches a policy stops the proof by name', async () => {
    const free = found((template) => {
      template.Parameters = { Table: { Type: 'String', Default: 'x' } };
      Object.assign(template.Resources, { Own: policy('Service', { ...read, Resource: { Ref: 'Table' } }) });
    });
    await expect(free).rejects.toThrow('the parameter App.Table is free text in a policy: give it allowed values');
  });
});

describe('who reaches data', () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    [
      'a user, by its group',
      {
        Person: { Type: 'AWS::IAM::User', Properties: { Groups: [{ Ref: 'Readers' }] } },
        Readers: {
          Type: 'AWS::IAM::Group',
          Properties: { GroupName: 'Readers', Policies: [{ PolicyName: 'P', PolicyDocument: document(read) }] },
        },
      },
      ['App.Person: dynamodb:GetItem on App.Data', 'arn:aws:iam::123456789012:group/Readers: dynamodb:GetItem on App.Data'],
    ],
    [
      'everybody and every service, by a queue’s policy',
      {
        Queue: { Type: 'AWS::SQS::Queue', Properties: {} },
        Open: {
          Type: 'AWS::SQS::QueuePolicy',
          Properties: {
            Queues: [{ Ref: 'Queue' }],
            PolicyDocument: document({ Effect: 'Allow', Action: 'sqs:ReceiveMessage', Principal: '*', Resource: '*' }),
          },
        },
      },
      ['App.Service', 'App.Tenants', 'ecs-tasks.amazonaws.com', 'everybody'].map((who) => `${who}: sqs:ReceiveMessage on App.Queue`),
    ],
    [
      'another account and a service, by a bucket’s policy',
      {
        Open: {
          Type: 'AWS::S3::BucketPolicy',
          Properties: {
            Bucket: { Ref: 'Files' },
            PolicyDocument: document(
              { Effect: 'Allow', Action: 's3:GetObject', Principal: { AWS: '999999999998' }, Resource: '*' },
              { Effect: 'Allow', Action: 's3:PutObject', Principal: { Service: 'delivery.logs.amazonaws.com' }, Resource: '*' },
            ),
          },
        },
      },
      ['arn:aws:iam::999999999998:root: s3:GetObject on App.Files', 'delivery.logs.amazonaws.com: s3:PutObject on App.Files'],
    ],
    [
      'who may export the table or change the role of tenants',
      {
        Own: policy(
          'Service',
          { ...read, Action: 'dynamodb:Export*' },
          { ...read, Action: 'iam:PutRolePolicy', Resource: { 'Fn::GetAtt': ['Tenants', 'Arn'] } },
        ),
      },
      ['App.Service: dynamodb:ExportTableToPointInTime on App.Data', 'App.Service: iam:PutRolePolicy on App.Tenants'],
    ],
    ['everybody in the account, by the trust of the tenants’ role', {}, ['arn:aws:iam::123456789012:root: sts:AssumeRole on App.Tenants']],
    [
      'who may invoke a function from outside',
      { Open: { Type: 'AWS::Lambda::Permission', Properties: { Principal: '*', Action: 'lambda:InvokeFunction', FunctionName: 'f' } } },
      ['everybody: lambda:InvokeFunction on App.Open'],
    ],
  ])('%s', async (name, resources, expected) => {
    const all = await found((template) => {
      Object.assign(template.Resources, resources);
      if (name.startsWith('everybody in the account')) {
        const trust = template.Resources.Tenants.Properties.AssumeRolePolicyDocument as JsonObject;
        const [statement] = trust.Statement as JsonObject[];
        (trust.Statement as Json[]).push({ ...statement, Principal: { AWS: '123456789012' } });
      }
    });
    expect(lines(all).sort()).toEqual([...expected].sort());
    expect(all.filter(({ confirmed }) => !confirmed)).toEqual([]);
  });

  test('a boundary and a denial take away, and a boundary that allows it does not', async () => {
    const bounded = (boundary: Json) =>
      found((template) => {
        template.Resources.Service.Properties.PermissionsBoundary = { Ref: 'Boundary' };
        const Boundary = { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument: document(boundary) } };
        Object.assign(template.Resources, { Own: policy('Service', read), Boundary });
      });
    expect(await bounded({ Effect: 'Allow', Action: 's3:*', Resource: '*' })).toEqual([]);
    expect(lines(await bounded({ Effect: 'Allow', Action: '*', Resource: '*' }))).toEqual(['App.Service: dynamodb:GetItem on App.Data']);
  });

  test('a declared reach ends where it is declared to end', async () => {
    const reach = [
      ...EXPECTED.reach,
      { principal: 'App.Service', on: 'App.Data', actions: ['dynamodb:GetItem'], within: ['TENANT#'], why: 'x' },
    ];
    const limited = (...keys: string[]) =>
      found(
        (template) => {
          const Condition = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys }, Null: { 'dynamodb:LeadingKeys': 'false' } };
          Object.assign(template.Resources, { Own: policy('Service', { ...read, Condition }) });
        },
        { ...EXPECTED, reach },
      );
    expect(await limited('TENANT#*')).toEqual([]);
    expect(await limited('TENANT#*', 'USER#*')).toMatchObject([{ principal: 'App.Service', confirmed: true }]);
    expect(isExpected({ ...EXPECTED, reach }, 'App.Service', 'dynamodb:GetItem', 'App.Data', 'TENANT#a')).toBe(true);
    expect(isExpected({ ...EXPECTED, reach }, 'App.Service', 'dynamodb:GetItem', 'App.Data')).toBe(false);
  });
});

describe('a service that acts for many accounts', () => {
  const reach = [
    ...EXPECTED.reach,
    {
      ...{ principal: 'delivery.logs.amazonaws.com', on: 'App.Files', actions: ['s3:PutObject'], why: 'delivers logs' },
      from: [{ key: 'aws:SourceAccount', begins: '{account}' }],
    },
  ];
  const delivering = (Condition?: JsonObject, Principal: JsonObject = { Service: 'delivery.logs.amazonaws.com' }) =>
    found(
      (template) => {
        const statement = { Effect: 'Allow', Action: 's3:PutObject', Principal, Resource: '*', ...(Condition && { Condition }) };
        const Properties = { Bucket: { Ref: 'Files' }, PolicyDocument: document(statement) };
        Object.assign(template.Resources, { Open: { Type: 'AWS::S3::BucketPolicy', Properties } });
      },
      { ...EXPECTED, reach },
    );
  const ofAccount = { Ref: 'AWS::AccountId' };

  test('may do for this account what is declared for it', async () => {
    expect(await delivering({ StringEquals: { 'aws:SourceAccount': ofAccount } })).toEqual([]);
  });

  test.each<[string, JsonObject | undefined]>([
    ['no condition', undefined],
    ['another condition', { StringEquals: { 's3:x-amz-acl': 'bucket-owner-full-control' } }],
    ['the opposite of the condition', { StringNotEquals: { 'aws:SourceAccount': ofAccount } }],
    ['a condition that holds without the key', { StringEqualsIfExists: { 'aws:SourceAccount': ofAccount } }],
    ['a second account', { StringEquals: { 'aws:SourceAccount': [ofAccount, '999999999998'] } }],
  ])('is a finding with %s', async (_, condition) => {
    expect(await delivering(condition)).toMatchObject([{ principal: 'delivery.logs.amazonaws.com', confirmed: true }]);
  });

  test('sets the key, and roles do not: a condition for it does not let a role in', async () => {
    const condition = { StringEquals: { 'aws:SourceAccount': '999999999998' } };
    expect(await delivering(condition, { AWS: 'arn:aws:iam::999999999998:role/x' })).toEqual([]);
    expect(lines(await delivering(condition, { AWS: '*' }))).toContain('everybody: s3:PutObject on App.Files');
  });
});

test('a declared reach of attributes ends where the condition for them ends', async () => {
  const attributes = ['pk', 'sk'];
  const reach = [
    ...EXPECTED.reach,
    { principal: 'App.Service', on: 'App.Data', actions: ['dynamodb:Scan'], attributes, why: 'finds keys' },
  ];
  const scanning = (Condition: JsonObject) =>
    found(
      (template) => void Object.assign(template.Resources, { Own: policy('Service', { ...read, Action: 'dynamodb:Scan', Condition }) }),
      { ...EXPECTED, reach },
    );
  const condition = (names: readonly string[]): JsonObject => ({
    'ForAllValues:StringEquals': { 'dynamodb:Attributes': [...names] },
    StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' },
    Null: { 'dynamodb:Attributes': 'false' },
  });
  expect(await scanning(condition(attributes))).toEqual([]);
  const { StringEquals, ...anySelection } = condition(attributes);
  const { Null, ...orMissing } = condition(attributes);
  for (const wider of [{}, condition([...attributes, 'name']), anySelection, orMissing])
    expect(await scanning(wider)).toMatchObject([{ principal: 'App.Service', confirmed: true }]);
});

describe('what is not read stops the proof by name', () => {
  test.each<[string, object, string]>([
    ['a type that gives access', { Type: 'AWS::S3::AccessPoint', Properties: {} }, 'App.Odd: AWS::S3::AccessPoint is not supported'],
    [
      'a table of another type',
      { Type: 'AWS::DynamoDB::GlobalTable', Properties: {} },
      'App.Odd: AWS::DynamoDB::GlobalTable is not supported',
    ],
    [
      'a policy in another type',
      { Type: 'AWS::Backup::Vault', Properties: { AccessPolicy: document(read) } },
      'App.Odd: AWS::Backup::Vault.AccessPolicy is not supported: it is a policy',
    ],
    [
      'NotPrincipal',
      { Type: 'AWS::S3::BucketPolicy', Properties: { Bucket: { Ref: 'Files' }, PolicyDocument: document({ ...read, NotPrincipal: '*' }) } },
      'App.Odd, statement 0: NotPrincipal is not supported',
    ],
  ])('%s', async (_, resource, message) => {
    const odd = found((template) => void Object.assign(template.Resources, { Odd: resource }));
    await expect(odd).rejects.toThrow(message);
  });

  test('a managed policy of AWS whose document is not listed', async () => {
    const unknown = found((template) => {
      template.Resources.Service.Properties.ManagedPolicyArns = ['arn:aws:iam::aws:policy/PowerUserAccess'];
    });
    await expect(unknown).rejects.toThrow('App.Service: The managed policy arn:aws:iam::aws:policy/PowerUserAccess is not supported');
  });
});
