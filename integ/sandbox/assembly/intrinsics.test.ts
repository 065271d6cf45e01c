import * as fc from 'fast-check';
import type { Json } from '../contracts';
import { evaluate, holds, type Scope } from './intrinsics';

/** Documented: AWS CloudFormation Template Reference, "Intrinsic function reference", one page per function. */

const scope: Scope = {
  region: 'us-east-1',
  ref: (name) => ({ 'AWS::NoValue': undefined, 'AWS::Region': 'us-east-1', Name: 'table', List: ['a', 'b'] })[name],
  attribute: (logicalId, attribute) => `<${logicalId}|${attribute}>`,
  condition: (name) => name === 'Yes',
  mapping: (map, key, second) => (map === 'RegionMap' && key === 'us-east-1' ? { HVM64: 'ami-0ff8a91507f77f867' }[second] : undefined),
  imported: (name) => `imported ${name}`,
  output: (argument) => `output ${JSON.stringify(argument)}`,
};
const of = (expression: Json) => evaluate(expression, scope, 'Stack.X');

test.each<[string, Json, Json]>([
  ['Fn::Join', { 'Fn::Join': [':', ['a', 'b', 'c']] }, 'a:b:c'],
  ['Fn::Join of a referenced list', { 'Fn::Join': ['', { Ref: 'List' }] }, 'ab'],
  ['Fn::Split', { 'Fn::Split': ['|', 'a|b|c'] }, ['a', 'b', 'c']],
  ['Fn::Select', { 'Fn::Select': ['1', ['apples', 'grapes', 'oranges', 'mangoes']] }, 'grapes'],
  ['Fn::Select of Fn::Split', { 'Fn::Select': [2, { 'Fn::Split': [',', { 'Fn::ImportValue': 'x,y,z' }] }] }, 'z'],
  ['Fn::Base64', { 'Fn::Base64': 'AWS CloudFormation' }, 'QVdTIENsb3VkRm9ybWF0aW9u'],
  [
    'Fn::Cidr',
    { 'Fn::Cidr': ['192.168.0.0/24', '6', '5'] },
    ['192.168.0.0/27', '192.168.0.32/27', '192.168.0.64/27', '192.168.0.96/27', '192.168.0.128/27', '192.168.0.160/27'],
  ],
  ['Fn::FindInMap', { 'Fn::FindInMap': ['RegionMap', { Ref: 'AWS::Region' }, 'HVM64'] }, 'ami-0ff8a91507f77f867'],
  ['Fn::FindInMap with a default', { 'Fn::FindInMap': ['RegionMap', 'eu-west-1', 'HVM64', { DefaultValue: 'none' }] }, 'none'],
  ['Fn::GetAZs of the default Region', { 'Fn::GetAZs': '' }, ['us-east-1a', 'us-east-1b', 'us-east-1c']],
  ['Fn::GetAtt as a list', { 'Fn::GetAtt': ['Nested', 'Outputs.Bucket'] }, '<Nested|Outputs.Bucket>'],
  ['Fn::GetAtt as a string', { 'Fn::GetAtt': 'Nested.Outputs.Bucket' }, '<Nested|Outputs.Bucket>'],
  ['Fn::Sub with names and attributes', { 'Fn::Sub': '${Name} in ${AWS::Region}: ${Table.Arn}' }, 'table in us-east-1: <Table|Arn>'],
  ['Fn::Sub with a map, which takes precedence', { 'Fn::Sub': ['${Name}/${Other}', { Name: 'own', Other: { Ref: 'Name' } }] }, 'own/table'],
  ['Fn::Sub keeps ${!Literal} as ${Literal}', { 'Fn::Sub': '${!stageVariables.x} ${Name}' }, '${stageVariables.x} table'],
  ['Fn::If', { 'Fn::If': ['Yes', { Ref: 'Name' }, { 'Fn::Unknown': '' }] }, 'table'],
  ['Fn::ImportValue of an expression', { 'Fn::ImportValue': { 'Fn::Sub': '${Name}-arn' } }, 'imported table-arn'],
  [
    'Fn::GetStackOutput with expressions in it',
    { 'Fn::GetStackOutput': { StackName: 'Other', OutputName: 'Url', Region: { Ref: 'AWS::Region' } } },
    'output {"StackName":"Other","OutputName":"Url","Region":"us-east-1"}',
  ],
  ['numbers and booleans in a string', { 'Fn::Sub': ['${A} ${B}', { A: 5, B: true }] }, '5 true'],
  ['AWS::NoValue removes the property', { kept: 1, gone: { 'Fn::If': ['No', 'x', { Ref: 'AWS::NoValue' }] } }, { kept: 1 }],
  ['AWS::NoValue removes the list item', ['a', { Ref: 'AWS::NoValue' }, 'b'], ['a', 'b']],
  [
    'a policy document with its own Condition is data',
    { Condition: { StringEquals: { a: 'b' } } },
    { Condition: { StringEquals: { a: 'b' } } },
  ],
])('%s', (_, expression, expected) => {
  expect(of(expression)).toEqual(expected);
});

test.each<[string, Json, boolean]>([
  ['Fn::Equals compares case-sensitively', { 'Fn::Equals': [{ Ref: 'Name' }, 'Table'] }, false],
  ['Fn::Equals compares as strings', { 'Fn::Equals': [1, '1'] }, true],
  ['Fn::And', { 'Fn::And': [{ Condition: 'Yes' }, { 'Fn::Equals': ['a', 'a'] }] }, true],
  ['Fn::Or', { 'Fn::Or': [{ Condition: 'No' }, { Condition: 'Other' }] }, false],
  ['Fn::Not', { 'Fn::Not': [{ Condition: 'No' }] }, true],
])('condition: %s', (_, expression, expected) => {
  expect(holds(expression, scope, 'Stack.Conditions.C')).toBe(expected);
});

test.each<[string, Json, string]>([
  ['an unknown function', { a: [{ b: { 'Fn::ForEach': [] } }] }, 'Stack.X.a[0].b: Fn::ForEach is not supported'],
  ['a function with another key', { 'Fn::Join': ['', []], other: 1 }, 'Fn::Join must be the only key, but there are others (other)'],
  ['a list where a string is needed', { 'Fn::Sub': '${List}' }, 'but must be a string'],
  ['an index out of range', { 'Fn::Select': [3, ['a']] }, 'Fn::Select has no item 3 in a list of 1'],
  ['a mapping without the key', { 'Fn::FindInMap': ['RegionMap', 'eu-west-1', 'HVM64'] }, 'finds nothing at RegionMap.eu-west-1.HVM64'],
  ['more blocks than fit', { 'Fn::Cidr': ['10.0.0.0/24', 2, 8] }, 'cannot divide 10.0.0.0/24 into 2 blocks of 256 addresses'],
])('rejected with its place: %s', (_, expression, message) => {
  expect(() => of(expression)).toThrow(message);
});

test('Fn::Split of Fn::Join returns the list, for any text without the delimiter', () => {
  const parts = fc.array(
    fc.string().filter((part) => !part.includes('|')),
    { minLength: 1 },
  );
  fc.assert(fc.property(parts, (list) => expect(of({ 'Fn::Split': ['|', { 'Fn::Join': ['|', list] }] })).toEqual(list)));
});

test('any JSON without functions is unchanged', () => {
  expect(JSON.stringify(of(JSON.parse('{"__proto__":{"a":1}}')))).toBe('{"__proto__":{"a":1}}');
  const plain = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('"Ref"') && !JSON.stringify(value).includes('"Fn::'));
  fc.assert(fc.property(plain, (value) => expect(JSON.stringify(of(value as Json))).toBe(JSON.stringify(value))));
});
