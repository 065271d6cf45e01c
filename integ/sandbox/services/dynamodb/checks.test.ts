import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type { JsonObject } from '../../contracts';
import { assemble } from '../../testing/endpoint';
import { checksOf } from './checks';
import { readTables } from './tables';

const assembly = assemble((stack) => {
  const S = dynamodb.AttributeType.STRING;
  const table = new dynamodb.Table(stack, 'Table', { partitionKey: { name: 'pk', type: S }, sortKey: { name: 'sk', type: S } });
  table.addGlobalSecondaryIndex({ indexName: 'by-course', partitionKey: { name: 'coursePk', type: S } });
});
const TableName = assembly.ref(assembly.ofType('AWS::DynamoDB::Table')[0]);
const tables = readTables(assembly);
const contexts = (operation: string, input: JsonObject) =>
  checksOf(operation, input, tables, assembly).map(({ action, context }) => ({ action, ...context }));
const attributes = (operation: string, input: JsonObject) =>
  contexts(operation, { TableName, ...input }).map((context) => [...((context as JsonObject)['dynamodb:Attributes'] as string[])].sort());

const Key = { pk: { S: 'a' }, sk: { S: 'b' } };
const Item = { ...Key, coursePk: { S: 'c' }, map: { M: { nested: { S: 'd' } } } };
const all = ['coursePk', 'map', 'pk', 'sk'];

// Documented: "Using IAM policy conditions for fine-grained access control", DynamoDB Developer Guide: "a list of the top-level attributes
// accessed by a request. A top-level attribute is accessed by a request if it, or any nested attribute that it contains, is specified in
// the request parameters". This includes key attributes: a policy that lists attributes must list them as well (the same page, Important).
describe('dynamodb:Attributes contains the top-level attributes that a request names', () => {
  test.each<[string, JsonObject, string[]]>([
    ['PutItem', { Item }, all],
    ['PutItem', { Item: Key, ConditionExpression: 'attribute_not_exists(coursePk)' }, ['coursePk', 'pk', 'sk']],
    ['PutItem', { Item: Key, Expected: { coursePk: { Exists: false } } }, ['coursePk', 'pk', 'sk']],
    ['UpdateItem', { Key }, ['pk', 'sk']],
    ['UpdateItem', { Key, UpdateExpression: 'SET coursePk=:v' }, ['coursePk', 'pk', 'sk']],
    [
      'UpdateItem',
      { Key, UpdateExpression: 'set a = :v, #c = :v', ExpressionAttributeNames: { '#c': 'coursePk' } },
      ['a', 'coursePk', 'pk', 'sk'],
    ],
    ['UpdateItem', { Key, UpdateExpression: 'SET a = :v REMOVE coursePk' }, ['a', 'coursePk', 'pk', 'sk']],
    ['UpdateItem', { Key, UpdateExpression: 'ADD coursePk :v' }, ['coursePk', 'pk', 'sk']],
    ['UpdateItem', { Key, UpdateExpression: 'DELETE coursePk :v' }, ['coursePk', 'pk', 'sk']],
    ['UpdateItem', { Key, UpdateExpression: 'SET map.coursePk = :v, l[0] = :v' }, ['l', 'map', 'pk', 'sk']],
    ['UpdateItem', { Key, UpdateExpression: 'SET a = if_not_exists(b, :v), c = list_append(d, e)' }, ['a', 'b', 'c', 'd', 'e', 'pk', 'sk']],
    ['UpdateItem', { Key, UpdateExpression: 'SET a=b-:v, c=d+e' }, ['a', 'b', 'c', 'd', 'e', 'pk', 'sk']],
    ['UpdateItem', { Key, UpdateExpression: 'SET #s = :v', ExpressionAttributeNames: { '#s': 'SET' } }, ['SET', 'pk', 'sk']],
    ['UpdateItem', { Key, UpdateExpression: 'SET #s = :v', ExpressionAttributeNames: { '#s': 'a.b' } }, ['a.b', 'pk', 'sk']],
    ['UpdateItem', { Key, AttributeUpdates: { coursePk: { Action: 'PUT' } } }, ['coursePk', 'pk', 'sk']],
    ['DeleteItem', { Key, ConditionExpression: 'coursePk = :v' }, ['coursePk', 'pk', 'sk']],
    [
      'GetItem',
      { Key, ProjectionExpression: '#n, Address.City', ExpressionAttributeNames: { '#n': 'Name' } },
      ['Address', 'Name', 'pk', 'sk'],
    ],
    [
      'Query',
      {
        IndexName: 'by-course',
        KeyConditionExpression: 'coursePk = :c',
        FilterExpression: 'begins_with(pk, :t)',
        ExpressionAttributeValues: { ':c': { S: 'c' } },
      },
      ['coursePk', 'pk'],
    ],
    ['BatchWriteItem', { RequestItems: { [TableName]: [{ PutRequest: { Item } }, { DeleteRequest: { Key } }] } }, all],
    ['BatchWriteItem', { RequestItems: { [TableName]: [{ DeleteRequest: { Key } }] } }, ['pk', 'sk']],
    [
      'ExecuteStatement',
      { Statement: `INSERT INTO "${TableName}" VALUE {'pk': 'a', 'sk': 'b', 'coursePk': 'c', 'map': {'nested': 'd'}}` },
      all,
    ],
    [
      'ExecuteStatement',
      { Statement: `UPDATE "${TableName}" SET a = 'v' SET "coursePk" = b REMOVE c WHERE pk = 'a' AND sk = 'b'` },
      ['a', 'b', 'c', 'coursePk', 'pk', 'sk'],
    ],
    [
      'ExecuteStatement',
      { Statement: `UPDATE "${TableName}" SET "in" = 'v', map.coursePk = 'v' WHERE pk = 'a' AND sk = 'b'` },
      ['in', 'map', 'pk', 'sk'],
    ],
  ])('%s %j', (operation, input, expected) => {
    expect(attributes(operation, input)).toEqual([expected]);
  });

  test('each member of a transaction is authorized separately', () => {
    const TransactItems: JsonObject[] = [
      { Put: { TableName, Item } },
      { Update: { TableName, Key, UpdateExpression: 'SET #c = :v', ExpressionAttributeNames: { '#c': 'coursePk' } } },
      { Delete: { TableName, Key } },
      { ConditionCheck: { TableName, Key, ConditionExpression: 'a = :v' } },
    ];
    expect(contexts('TransactWriteItems', { TransactItems }).map(({ action }) => action)).toEqual(
      ['PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem'].map((name) => `dynamodb:${name}`),
    );
    expect(attributes('TransactWriteItems', { TransactItems })).toEqual([all, ['coursePk', 'pk', 'sk'], ['pk', 'sk'], ['a', 'pk', 'sk']]);
  });
});

// The same page, Example 3: "the ReturnValues parameter always has a value (NONE unless otherwise specified)".
test.each(['PutItem', 'UpdateItem', 'DeleteItem'])('dynamodb:ReturnValues always has a value in %s', (operation) => {
  const asked = (more: JsonObject) => contexts(operation, { TableName, Key, ...more })[0] as JsonObject;
  expect(asked({})['dynamodb:ReturnValues']).toBe('NONE');
  expect(asked({ ReturnValues: 'ALL_OLD' })['dynamodb:ReturnValues']).toBe('ALL_OLD');
});

// The engine ignores a member that an operation does not have, and so do the checks: otherwise the key in it would be allowed, and the
// other one written or deleted.
test.each<[string, JsonObject]>([
  ['PutItem', { TableName, Key: { pk: { S: 'own' } }, Item: { pk: { S: 'other' } } }],
  ['DeleteItem', { TableName, Item: { pk: { S: 'own' } }, Key: { pk: { S: 'other' } } }],
  ['UpdateItem', { TableName, Item: { pk: { S: 'own' } }, Key: { pk: { S: 'other' } } }],
  ['GetItem', { TableName, Item: { pk: { S: 'own' } }, Key: { pk: { S: 'other' } } }],
  ['BatchWriteItem', { RequestItems: { [TableName]: [{ PutRequest: { Key: { pk: { S: 'own' } }, Item: { pk: { S: 'other' } } } }] } }],
  ['BatchWriteItem', { RequestItems: { [TableName]: [{ DeleteRequest: { Item: { pk: { S: 'own' } }, Key: { pk: { S: 'other' } } } }] } }],
  ['TransactWriteItems', { TransactItems: [{ Put: { TableName, Key: { pk: { S: 'own' } }, Item: { pk: { S: 'other' } } } }] }],
  ['TransactWriteItems', { TransactItems: [{ Delete: { TableName, Item: { pk: { S: 'own' } }, Key: { pk: { S: 'other' } } } }] }],
  ['TransactWriteItems', { TransactItems: [{ ConditionCheck: { TableName, Item: { pk: { S: 'own' } }, Key: { pk: { S: 'other' } } } }] }],
])('the leading key of %s is the one that the engine reads: %j', (operation, input) => {
  expect(contexts(operation, input).map((context) => (context as JsonObject)['dynamodb:LeadingKeys'])).toEqual([['other']]);
});

test('the tags of a table are authorized by the ARN that the engine reads', () => {
  const input = { TableName: 'own', ResourceArn: assembly.attribute(assembly.ofType('AWS::DynamoDB::Table')[0], 'Arn') };
  expect(checksOf('TagResource', input, tables, assembly)[0].resource).toBe(input.ResourceArn);
});
