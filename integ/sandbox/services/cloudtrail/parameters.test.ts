import type { Call, ServiceRequest } from '../../contracts';
import { parametersOf } from './parameters';

const keyNames = () => ['Artist', 'SongTitle'];
const KEY = { Artist: { S: 'No One You Know' }, SongTitle: { S: 'Call Me Today' } };
const PLAIN = { Artist: 'No One You Know', SongTitle: 'Call Me Today' };

function parameters(operation: string, input: object, service = 'dynamodb', headers: Record<string, string> = {}) {
  const body = Buffer.from(typeof input === 'string' ? input : JSON.stringify(input));
  return parametersOf(keyNames, { service, operation } as Call, { headers, url: '/', body } as unknown as ServiceRequest, []);
}

// The events of "Understanding DynamoDB log file entries" (Amazon DynamoDB Developer Guide).
test.each<[string, object, object]>([
  [
    'PutItem',
    { TableName: 'Music', Item: { ...KEY, AlbumTitle: { S: 'Somewhat Famous' } }, ReturnConsumedCapacity: 'TOTAL' },
    { tableName: 'Music', key: PLAIN, item: ['Artist', 'SongTitle', 'AlbumTitle'], returnConsumedCapacity: 'TOTAL' },
  ],
  [
    'UpdateItem',
    {
      ...{ TableName: 'Music', Key: KEY, UpdateExpression: 'SET #Y = :y', ExpressionAttributeNames: { '#Y': 'Year' } },
      ...{ ExpressionAttributeValues: { ':y': { N: '1' } }, ConditionExpression: 'attribute_not_exists(#Y)' },
    },
    {
      ...{ tableName: 'Music', key: PLAIN, updateExpression: 'SET #Y = :y', expressionAttributeNames: { '#Y': 'Year' } },
      conditionExpression: 'attribute_not_exists(#Y)',
    },
  ],
  [
    'TransactWriteItems',
    { TransactItems: [{ Put: { TableName: 'Music', Item: KEY } }, { Delete: { TableName: 'Music', Key: KEY } }] },
    {
      requestItems: [
        { operation: 'Put', tableName: 'Music', key: PLAIN, item: ['Artist', 'SongTitle'] },
        { operation: 'Delete', tableName: 'Music', key: PLAIN },
      ],
    },
  ],
  [
    'ExecuteStatement',
    { Statement: "SELECT * FROM Music WHERE Artist = 'No One You Know' AND SongTitle = 'Call Me Today' AND nonKeyAttr = 'secret'" },
    { statement: "SELECT * FROM Music WHERE Artist = 'No One You Know' AND SongTitle = 'Call Me Today' AND nonKeyAttr = ***(Redacted)" },
  ],
  [
    'BatchExecuteStatement',
    {
      Statements: [
        { Statement: "UPDATE Music SET Album = 'x' WHERE Artist = 'No One You Know' AND SongTitle = 'Call Me Today'" },
        { Statement: "INSERT INTO Music VALUE {'Artist' : 'a', 'Album' : ?}", Parameters: [{ S: 'b' }] },
      ],
    },
    {
      requestItems: [
        { statement: "UPDATE Music SET Album = ***(Redacted) WHERE Artist = 'No One You Know' AND SongTitle = 'Call Me Today'" },
        { statement: "INSERT INTO Music VALUE {'Artist' : ***(Redacted), 'Album' : ?}" },
      ],
    },
  ],
  [
    'BatchWriteItem',
    { RequestItems: { Music: [{ PutRequest: { Item: { ...KEY, Album: { S: 'x' } } } }, { DeleteRequest: { Key: KEY } }] } },
    {
      requestItems: [
        { operation: 'Put', tableName: 'Music', key: PLAIN },
        { operation: 'Delete', tableName: 'Music', key: PLAIN },
      ],
    },
  ],
  [
    'Query',
    { TableName: 'Music', KeyConditionExpression: 'Artist = :a', ExpressionAttributeValues: { ':a': { S: 'secret' } } },
    { tableName: 'Music', keyConditionExpression: 'Artist = :a' },
  ],
])('%s', (operation, input, expected) => {
  expect(parameters(operation, input)).toEqual(expected);
});

test('an event of another service has names and ids, and no other values', () => {
  expect(
    parameters('AdminCreateUser', { UserPoolId: 'us-east-1_1', Username: 'zoe@example.com', TemporaryPassword: 'x' }, 'cognito-idp'),
  ).toEqual({
    userPoolId: 'us-east-1_1',
  });
  expect(parameters('GetCallerIdentity', {}, 'sts')).toBeNull();
});

test('an event of AssumeRole has the session and its tags', () => {
  const form =
    'Action=AssumeRole&RoleArn=arn&RoleSessionName=north-high&Tags.member.1.Key=school&Tags.member.1.Value=north-high&ExternalId=&Policy=%7B%7D';
  expect(parameters('AssumeRole', form as never, 'sts', { 'content-type': 'application/x-www-form-urlencoded' })).toMatchObject({
    ...{ roleArn: 'arn', roleSessionName: 'north-high', 'tags.member.1.Value': 'north-high' },
  });
});
