import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  BatchExecuteStatementCommand,
  type BatchStatementRequest,
  CreateTableCommand,
  type DynamoDBClient,
  GetItemCommand,
} from '@aws-sdk/client-dynamodb';
import { dynamoDbClient } from '../../engines/clients';
import { startedEngines, temporaryFolder } from '../../testing/engines';

const { engines, paths } = startedEngines(temporaryFolder());
let client: DynamoDBClient;
beforeAll(async () => {
  client = dynamoDbClient(engines(), { account: '123456789012', region: 'us-east-1' });
  await table('items');
});
afterAll(() => client?.destroy());

const table = (TableName: string) =>
  client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
const insert = (pk: string, value = 'x', name = 'items'): BatchStatementRequest => ({
  Statement: `INSERT INTO "${name}" VALUE {'pk': ?, 'value': ?}`,
  Parameters: [{ S: pk }, { S: value }],
});
const batch = (...Statements: BatchStatementRequest[]) => client.send(new BatchExecuteStatementCommand({ Statements }));
const range = (count: number) => Array.from({ length: count }, (_, index) => index);

// documented: BatchStatementError; Running batch operations with PartiQL for DynamoDB
describe('a batch of INSERT statements', () => {
  test('returns responses in the order of the statements; a duplicate key fails alone with DuplicateItem and changes nothing', async () => {
    await batch(insert('there', 'first'));
    const { Responses } = await batch(insert('a'), insert('there', 'second'), insert('b'));
    expect(Responses?.map((response) => response.Error?.Code)).toEqual([undefined, 'DuplicateItem', undefined]);
    const { Item } = await client.send(new GetItemCommand({ TableName: 'items', Key: { pk: { S: 'there' } } }));
    expect(Item?.value).toEqual({ S: 'first' });
  });

  test('with 25 statements is executed', async () => {
    const { Responses } = await batch(...range(25).map((n) => insert(`many-${n}`)));
    expect(Responses?.filter((response) => response.Error)).toEqual([]);
    expect(Responses).toHaveLength(25);
  });

  test('with 26 statements fails as a whole', async () => {
    await expect(batch(...range(26).map((n) => insert(`more-${n}`)))).rejects.toMatchObject({ name: 'ValidationException' });
    expect((await client.send(new GetItemCommand({ TableName: 'items', Key: { pk: { S: 'more-0' } } }))).Item).toBeUndefined();
  });

  test('with a repeated key fails as a whole', async () => {
    await expect(batch(insert('twin'), insert('twin'))).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('mixed with a read fails as a whole', async () => {
    const read = { Statement: `SELECT * FROM "items" WHERE pk = ?`, Parameters: [{ S: 'a' }] };
    await expect(batch(insert('mixed'), read)).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('fails only for statements with an empty key, an item over 400 KB or a table that does not exist', async () => {
    const { Responses } = await batch(insert('fine'), insert(''), insert('big', 'x'.repeat(410_000)), insert('lost', 'x', 'nowhere'));
    expect(Responses?.map((response) => response.Error?.Code)).toEqual([
      undefined,
      'ValidationError',
      'ValidationError',
      'ResourceNotFound',
    ]);
  });
});

test('the stream records are indexed: without an index each write reads all of them, and 5,000 writes take minutes', () => {
  const { runs } = paths();
  const { folders } = JSON.parse(readFileSync(join(runs, readdirSync(runs)[0], 'run.json'), 'utf8'));
  const schema = readFileSync(join(folders[0], 'shared-local-instance.db'), 'latin1');
  expect(schema.includes('CREATE INDEX us_by_sequence ON us(StreamID, SequenceNumber)')).toBe(true);
});
