import type { JsonObject } from '../../sandbox';
import type { Platform } from '../isolation/platform';
import { document, smallTemplate, templatesOf } from '../isolation-for-all/small-template';
import { configurationsOf, type Templates } from './configurations';
import { confirms } from './confirm';
import { byOperator, summary } from './figures';
import { createJudge } from './judge';
import { type Mutant, mutantsOf, OPERATORS } from './mutants';
import { placesOf, withResource, withStatements } from './places';
import type { Examined } from './run';

const SEED = 1;
const RANDOM = 500;
const templates = templatesOf(appTemplate());
const platform = platformOf(templates);
const { judge } = createJudge(templates, platform, SEED);
const mutants = mutantsOf(templates, configurationsOf(templates)[0].assembly, { count: 308, seed: SEED });

/** The small template with an analyst who reads all files, and who is denied to scan the table. */
function appTemplate() {
  const template = smallTemplate();
  const trust = document({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } });
  const statements = [grant('s3:GetObject', 'Files', '/*'), { ...grant('dynamodb:Scan', 'Data'), Effect: 'Deny' }];
  template.Resources.Analyst = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust } };
  template.Resources.AnalystPolicy = {
    Type: 'AWS::IAM::Policy',
    Properties: { PolicyName: 'Analyst', Roles: [{ Ref: 'Analyst' }], PolicyDocument: document(...statements) },
  };
  return template;
}

/** The layout of the small template's data, by hand. */
function platformOf(original: Templates): Platform {
  const [{ assembly, roles, policyOf }] = configurationsOf(original);
  const arn = (logicalId: string) => assembly.attribute(assembly.find(`App.${logicalId}`) ?? fail(logicalId), 'Arn');
  const role = roles.find((one) => one.arn === arn('Tenants')) ?? fail('Tenants');
  return {
    region: assembly.region,
    tables: [{ arn: arn('Data'), keys: ['pk', 'sk'], indexes: [] }],
    buckets: [{ arn: arn('Files'), layouts: ['files/'], common: [] }],
    keys: [arn('Key')],
    roles: [
      {
        ...{ arn: role.arn, account: assembly.account, path: role.path, tag: 'school' },
        ...{ identity: role.identity.map((policy) => policy.document), trust: policyOf(role.arn)?.document ?? {} },
      },
    ],
  };
}

function fail(what: string): never {
  throw new Error(`The small template has no ${what}`);
}

/** The templates with the statements of one document changed. */
function changed(logicalId: string, change: (statements: readonly JsonObject[]) => readonly JsonObject[]): Templates {
  const place = placesOf(templates).find((one) => one.logicalId === logicalId) ?? fail(logicalId);
  return withStatements(templates, place, change(place.statements));
}

function grant(Action: string, logicalId: string, more = ''): JsonObject {
  return { Effect: 'Allow', Action, Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': [logicalId, 'Arn'] }, more]] } };
}
const policyOf = (role: string, ...statements: JsonObject[]) => ({
  ...{ Type: 'AWS::IAM::RolePolicy', Properties: { PolicyName: 'more', RoleName: { Ref: role }, PolicyDocument: document(...statements) } },
});
const added = (role: string, ...statements: JsonObject[]) => withResource(templates, 0, 'More', () => policyOf(role, ...statements));

test('requests find nothing in policies that are right, whatever the random ones are', () => {
  expect(judge(templates, 10_000, SEED).harm).toBeUndefined();
});

test.each<[string, Templates, object]>([
  [
    'objects of all tenants for sessions of one',
    changed('TenantsPolicy', ([items, objects, key]) => [
      items,
      { ...objects, Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Files', 'Arn'] }, '/files/*']] } },
      key,
    ]),
    { principal: 'App.Tenants', request: { action: 's3:GetObject' } },
  ],
  [
    'a missing key that is not asked for',
    changed('TenantsPolicy', ([items, ...others]) => {
      const { Null: _, ...Condition } = items.Condition as JsonObject;
      return [{ ...items, Condition }, ...others];
    }),
    { principal: 'App.Tenants', request: { action: 'dynamodb:GetItem' } },
  ],
  [
    'a trust that does not look at the tag',
    changed('Tenants', ([trust]) => [{ ...trust, Condition: {} }]),
    { principal: 'App.Tenants', request: { action: 'sts:AssumeRole' } },
  ],
  [
    'a scan by the service',
    added('Service', grant('dynamodb:Scan', 'Data')),
    { principal: 'App.Service', request: { action: 'dynamodb:Scan' } },
  ],
  [
    'the use of the key by sessions themselves',
    changed('TenantsPolicy', ([items, objects, { Condition: _, ...key }]) => [items, objects, key]),
    { principal: 'App.Tenants', request: { action: 'kms:Decrypt' } },
  ],
  [
    'a table for another account',
    withResource(templates, 0, 'Data', (table) => ({
      ...table,
      Properties: {
        ...table.Properties,
        ResourcePolicy: {
          PolicyDocument: document({ Effect: 'Allow', Action: 'dynamodb:*', Resource: '*', Principal: { AWS: '210987654321' } }),
        },
      },
    })),
    { principal: 'another account' },
  ],
  [
    "a role that may open tenants' sessions",
    withResource(
      changed('Tenants', ([trust]) => [{ ...trust, Principal: { AWS: '*' } }]),
      0,
      'Other',
      () => ({
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: document({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }),
        },
      }),
    ),
    { request: { action: 'sts:AssumeRole' } },
  ],
  [
    'a permission under a condition that is off',
    {
      ...added('Service', { 'Fn::If': ['Wide', grant('s3:GetObject', 'Files', '/*'), { Ref: 'AWS::NoValue' }] }),
    },
    { principal: 'App.Service', given: { 'App.Mode': 'wide' } },
  ],
])('%s is harmful', (_, mutant, harm) => {
  expect(judge(withMode(mutant), RANDOM, SEED).harm).toMatchObject(harm);
});

/** A parameter of any text, and a condition about it. */
function withMode({ directory, contents }: Templates): Templates {
  const [stack] = contents.stacks;
  const template = {
    ...stack.template,
    Parameters: { Mode: { Type: 'String', Default: 'narrow' } },
    Conditions: { Wide: { 'Fn::Equals': [{ Ref: 'Mode' }, 'wide'] } },
  };
  return { directory, contents: { ...contents, stacks: [{ ...stack, template }] } };
}

test.each<[string, Templates]>([
  ['a description of a table', added('Service', grant('dynamodb:DescribeTable', 'Data'))],
  [
    'the whole bucket in a folder that the tag names',
    changed('TenantsPolicy', ([items, objects, key]) => [items, { ...objects, Action: 's3:*' }, key]),
  ],
  [
    'a permission that a denial takes back',
    added('Service', grant('dynamodb:Scan', 'Data'), { ...grant('dynamodb:*', 'Data'), Effect: 'Deny' }),
  ],
  [
    'an administrator whom a trust names, without a permission of its own',
    changed('Tenants', ([trust]) => [{ ...trust, Principal: { AWS: '123456789012' } }]),
  ],
])('%s is harmless', (_, mutant) => {
  expect(judge(mutant, RANDOM, SEED).harm).toBeUndefined();
});

test('mutants are the same for the same seed, and others for another', () => {
  const described = (all: readonly Mutant[]) => all.map(({ name, what }) => `${name}: ${what}`);
  const assembly = configurationsOf(templates)[0].assembly;
  expect(described(mutantsOf(templates, assembly, { count: 308, seed: SEED }))).toEqual(described(mutants));
  expect(described(mutantsOf(templates, assembly, { count: 308, seed: SEED + 1 }))).not.toEqual(described(mutants));
});

test('each operator changes the templates, and makes harmful mutants', () => {
  expect(mutants.length).toBeGreaterThanOrEqual(300);
  const text = JSON.stringify(templates.contents.stacks);
  const unchanged = mutants.filter((mutant) => JSON.stringify(mutant.templates.contents.stacks) === text);
  expect(unchanged.map(({ what }) => what)).toEqual([]);
  const harmless = OPERATORS.filter(({ name }) =>
    mutants.filter(({ operator }) => operator === name).every((mutant) => judge(mutant.templates, 20, SEED).harm === undefined),
  );
  expect(harmless.map(({ name }) => name)).toEqual([]);
});

test('a finding is confirmed only if the evaluation allows its request in a configuration that agrees with it', () => {
  const mutant = withMode(added('Service', { 'Fn::If': ['Wide', grant('s3:GetObject', 'Files', '/*'), { Ref: 'AWS::NoValue' }] }));
  const finding = {
    ...{ principal: 'App.Service', reaches: { resource: 'App.Files', action: 's3:GetObject' }, tags: {}, confirmed: true },
    request: { action: 's3:GetObject', resource: `${platform.buckets[0].arn}/files/a-1/x`, context: {} },
  };
  expect(confirms(mutant, platform, { ...finding, given: { 'App.Mode': 'wide' } })).toBe(true);
  expect(confirms(mutant, platform, { ...finding, given: { 'App.Mode': 'narrow' } })).toBe(false);
  expect(confirms(mutant, platform, { ...finding, principal: 'everybody', given: {} })).toBe(false);
});

test('a harmful mutant without a finding is missed, and one that the proof cannot read is not', () => {
  const harm = { principal: 'App.Service', request: { action: 's3:GetObject', resource: '*', context: {} }, why: '', given: {} };
  const one = {
    operator: 'add-role',
    name: 'add-role 1',
    what: '',
    app: 'app',
    requests: 10,
    findings: [],
    isConfirmed: true,
  } satisfies Examined;
  const all: Examined[] = [one, { ...one, harm }, { ...one, harm, stopped: 'not supported' }, { ...one, stopped: 'not supported' }];
  expect(summary(all)).toMatchObject({
    figures: { mutants: 4, harmful: 2, found: 1, missed: 1, foundByStopping: 1, harmlessStopped: 1, requests: 40 },
    promises: { 'the proof finds each harmful mutant': false },
  });
  expect(byOperator(all, ['add-role'])).toEqual({ 'add-role': { mutants: 4, harmful: 2, found: 1 } });
});
