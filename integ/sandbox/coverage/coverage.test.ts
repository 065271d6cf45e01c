import { NotYetKnown } from '../assembly/errors';
import type { Assembly, Json, JsonObject, Resource, ResourceType } from '../contracts';
import { assess, printCoverage } from '.';

const table: ResourceType = {
  type: 'AWS::DynamoDB::Table',
  support: 'runs',
  reason: 'an engine',
  properties: {
    TableName: 'runs',
    'StreamSpecification.StreamViewType': 'runs',
    'StreamSpecification.ResourcePolicy': 'template only: streams are not shared',
    'Indexes.Name': 'runs',
    Tags: 'template only: the engine has no tags',
    'Free.*': 'runs',
  },
  ref: (of) => of.name('TableName'),
};
const role: ResourceType = { ...table, type: 'AWS::IAM::Role', support: 'evaluated', properties: { Policy: 'evaluated', Tags: 'runs' } };
const custom: ResourceType = { ...table, type: 'Custom::*', properties: { '*': 'runs' } };

function resource(type: string, properties: JsonObject = {}, logicalId = 'A'): Resource {
  return { id: `Stack.${logicalId}`, stack: 'Stack', logicalId, type, properties, metadata: {}, dependsOn: [] };
}

/** An assembly without expressions, apart from those that the test makes fail. */
function assembly(resources: Resource[], failure?: Error): Assembly {
  const properties = (one: Resource) => {
    if (failure !== undefined) {
      throw failure;
    }
    return one.properties;
  };
  return { resources, properties } as unknown as Assembly;
}
const problems = (type: string, properties: JsonObject, failure?: Error) =>
  assess(assembly([resource(type, properties)], failure), [table, role, custom]).problems;

test('an unsupported type is a problem by name, and its entry is not supported', () => {
  const coverage = assess(assembly([resource('AWS::Kinesis::Stream')]), [table]);
  expect(coverage.problems).toEqual(['AWS::Kinesis::Stream is not supported (Stack.A)']);
  expect(coverage.entries[0]).toMatchObject({ supported: false, support: 'AWS only' });
});

test.each<[string, Json, string[]]>([
  ['BillingMode', 'PROVISIONED', ['BillingMode']],
  ['StreamSpecification', { StreamViewType: 'X', Other: 1 }, ['StreamSpecification.Other']],
  ['StreamSpecification', 'text', ['StreamSpecification']],
  ['Indexes', [{ Name: 'a' }, { Name: 'b', Projection: {} }], ['Indexes.Projection']],
  ['Indexes', [{ Name: 'a' }, 'b'], ['Indexes']],
  ['Indexes', [], []],
  ['Tags', [{ Key: 'a', Value: 'b' }], []],
  ['Free', { Anything: 1 }, []],
])('of a resource that runs, %s = %j leaves not supported: %j', (name, value, expected) => {
  expect(problems('AWS::DynamoDB::Table', { [name]: value })).toEqual(
    expected.map((property) => `AWS::DynamoDB::Table.${property} is not supported (Stack.A)`),
  );
});

test('properties are not checked for a type that neither runs nor is evaluated', () => {
  const alarm = { ...table, support: 'template only' as const, properties: {} };
  expect(assess(assembly([resource('AWS::DynamoDB::Table', { X: 1 })]), [alarm]).problems).toEqual([]);
});

test('an expression without a value is a problem, unless a custom resource will set it', () => {
  expect(problems('AWS::IAM::Role', { Policy: {} }, new Error('Stack.A.Policy: Fn::X is not supported'))).toEqual([
    'Stack.A.Policy: Fn::X is not supported',
  ]);
  expect(problems('AWS::IAM::Role', { Policy: { 'Fn::GetAtt': ['C', 'Data'] } }, new NotYetKnown('later'))).toEqual([]);
});

test('a family covers its types, with any property', () => {
  expect(problems('Custom::Anything', { A: { B: 1 } })).toEqual([]);
});

test('exceptions are the properties with less support than their resource, with the reason', () => {
  const [entry] = assess(
    assembly([resource('AWS::DynamoDB::Table', { TableName: 'x', Tags: [], StreamSpecification: { ResourcePolicy: {} } })]),
    [table],
  ).entries;
  expect(entry.exceptions).toEqual([
    { property: 'Tags', support: 'template only', reason: 'the engine has no tags' },
    { property: 'StreamSpecification.ResourcePolicy', support: 'template only', reason: 'streams are not shared' },
  ]);
  expect(assess(assembly([resource('AWS::IAM::Role', { Tags: [] })]), [role]).entries[0].exceptions).toEqual([]);
});

test('it is printed by support and type, with each exception once', () => {
  const resources = [
    resource('AWS::DynamoDB::Table', { Tags: [] }, 'One'),
    resource('AWS::DynamoDB::Table', { Tags: [] }, 'Two'),
    resource('AWS::IAM::Role'),
    ...['W', 'X', 'Y', 'Z'].map((logicalId) => resource('AWS::Kinesis::Stream', {}, logicalId)),
  ];
  expect(printCoverage(assess(assembly(resources), [table, role]))).toBe(
    [
      '7 resources: 2 runs · 1 evaluated · 0 template only · 0 AWS only · 4 not supported',
      '',
      'runs — a real engine or runtime on this machine implements it',
      '    2 AWS::DynamoDB::Table  an engine',
      '        Tags: template only, the engine has no tags',
      '',
      'evaluated — the sandbox evaluates it',
      '    1 AWS::IAM::Role        an engine',
      '',
      'not supported — not created; references to it get placeholder names',
      '    4 AWS::Kinesis::Stream  Stack.W, Stack.X, Stack.Y and 1 more',
    ].join('\n'),
  );
});
