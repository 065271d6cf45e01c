import {
  BatchExecuteStatementCommand,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { readBody } from '../../../src/buffered-ingest-path/lambda/json-body';
import type { SqsRecord } from '../../../src/buffered-ingest-path/lambda/message';
import { insertStatement } from '../../../src/buffered-ingest-path/lambda/write-items';
import type { Engines } from '../../sandbox';
import { installEngines, startEngines } from '../../sandbox/engines';

// The handler as Lambda runs it, except for its endpoint: environment, SDK client, engine and responses are real.
const TableName = 'visits';
const remaining = { functionName: 'writer', awsRequestId: 'invocation-1', getRemainingTimeInMillis: () => 60_000 };
let engines: Engines;
let client: DynamoDBClient;
let handler: typeof import('../../../src/buffered-ingest-path/batch-writer.lambda').handler;
let count = 0;

beforeAll(async () => {
  engines = await startEngines(await installEngines(() => undefined), () => undefined);
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: engines.dynamodb.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    TABLE_NAME: TableName,
    PARTITION_KEY: 'pk',
    SORT_KEY: 'sk',
    KEY_TEMPLATES: JSON.stringify({
      pk: '{tenant}#STUDENT#{body.student}',
      sk: 'VISIT#{idempotencyKey}',
      doctorPk: '{tenant}#DOCTOR#{body.doctor}',
    }),
    OPTIONAL_KEYS: JSON.stringify(['doctorPk']),
    TIME_TO_LIVE_ATTRIBUTE: 'expiresAt',
    TIME_TO_LIVE_SECONDS: '86400',
  });
  client = new DynamoDBClient({});
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-doctor',
          KeySchema: [{ AttributeName: 'doctorPk', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
      AttributeDefinitions: ['pk', 'sk', 'doctorPk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
    }),
  );
  ({ handler } = jest.requireActual('../../../src/buffered-ingest-path/batch-writer.lambda'));
});

afterAll(async () => {
  client?.destroy();
  await engines?.close();
});

let lines: Record<string, unknown>[];
beforeEach(() => {
  lines = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(
      ...String(text)
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    );
    return true;
  });
});
afterEach(() => jest.restoreAllMocks());

function visit(body: unknown, attributes: Record<string, string> = {}): SqsRecord {
  const messageId = `message-${count++}`;
  const all = { tenant: 'school-1', idempotencyKey: messageId, ...attributes };
  return {
    messageId,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: { SentTimestamp: '1790000000000' },
    messageAttributes: Object.fromEntries(Object.entries(all).map(([name, stringValue]) => [name, { stringValue }])),
  };
}

const write = async (...Records: SqsRecord[]) => (await handler({ Records }, remaining)).batchItemFailures.map((one) => one.itemIdentifier);
const visitsOf = async (student: string, key: string) => {
  const Key = { pk: { S: `school-1#STUDENT#${student}` }, sk: { S: `VISIT#${key}` } };
  const { Item } = await client.send(new GetItemCommand({ TableName, Key }));
  return Item && unmarshall(Item, { wrapNumbers: Number });
};

test('a batch of 50 is stored with two calls, and its metrics are one log line', async () => {
  expect(await write(...Array.from({ length: 50 }, (_, index) => visit({ student: `full-${index}` })))).toEqual([]);
  expect(lines).toEqual([expect.objectContaining({ Written: 50, Duplicates: 0, Failed: 0, calls: 2, FunctionName: 'writer' })]);
});

test('a repeated batch does not fail and changes nothing', async () => {
  const first = visit({ student: 'again', page: 'first' }, { idempotencyKey: 'k' });
  const repeat = visit({ student: 'again', page: 'second' }, { idempotencyKey: 'k' });
  expect(await write(first)).toEqual([]);
  expect(await write(first, repeat, visit({ student: 'again' }))).toEqual([]);
  expect(await visitsOf('again', 'k')).toMatchObject({ messageId: first.messageId, body: { page: 'first' } });
  expect(lines[1]).toMatchObject({ Written: 1, Duplicates: 2 });
});

test('an index on an optional value contains the items whose body has it, and the table contains all', async () => {
  expect(
    await write(
      visit({ student: 'sparse', doctor: 'd-1' }, { idempotencyKey: 'with' }),
      visit({ student: 'sparse' }, { idempotencyKey: 'without' }),
    ),
  ).toEqual([]);
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName,
      IndexName: 'by-doctor',
      KeyConditionExpression: 'doctorPk = :pk',
      ExpressionAttributeValues: { ':pk': { S: 'school-1#DOCTOR#d-1' } },
    }),
  );
  expect(Items.map(({ sk }) => sk)).toEqual([{ S: 'VISIT#with' }]);
  expect(await visitsOf('sparse', 'without')).toBeDefined();
});

test('a poison message fails alone', async () => {
  const poison = [visit('{"student":'), visit({ pupil: 1 }), visit({ student: 's' }, { tenant: 'A' })];
  const good = [visit({ student: 'good-1' }), visit({ student: 'good-2' })];
  expect((await write(good[0], ...poison, good[1])).sort()).toEqual(poison.map(({ messageId }) => messageId).sort());
  expect(await visitsOf('good-2', good[1].messageId)).toBeDefined();
});

test('an item that is too large, or has a key that is too long, fails alone', async () => {
  const rejected = [visit({ student: 'large', text: 'x'.repeat(401 * 1024) }), visit({ student: 'k'.repeat(2_048) })];
  expect((await write(visit({ student: 'beside-1' }), ...rejected, visit({ student: 'beside-2' }))).sort()).toEqual(
    rejected.map(({ messageId }) => messageId).sort(),
  );
  // DynamoDB reports the first; for the second, it is not called.
  expect(lines.filter(({ level }) => level === 'ERROR').map(({ errorCode }) => errorCode)).toEqual([
    'InvalidKey',
    expect.stringContaining('Validation'),
  ]);
});

test('the same key twice fails the whole call, so messages with one key are sent once', async () => {
  const statement = insertStatement(TableName, { pk: { S: 'twice' }, sk: { S: 'twice' } });
  const Statements = [statement, statement].map((one) => ({ Statement: one.Statement, Parameters: [{ S: 'twice' }, { S: 'twice' }] }));
  await expect(client.send(new BatchExecuteStatementCommand({ Statements }))).rejects.toThrow();
});

test.each([
  ['text', () => `{"student":"big-text","a":"${'€'.repeat(87_300)}"}`],
  ['numbers', () => `{"student":"big-numbers","a":[${Array(131_000).fill(0).join()}]}`],
  [
    'empty lists in lists',
    () =>
      `{"student":"big-lists","a":[${Array(4_595)
        .fill('['.repeat(28) + ']'.repeat(28))
        .join()}]}`,
  ],
])('a body of 256 KiB of %s fits', async (_, make) => {
  expect(Buffer.byteLength(make())).toBeGreaterThan(255 * 1024);
  expect(Buffer.byteLength(make())).toBeLessThanOrEqual(256 * 1024);
  expect(await write(visit(make()))).toEqual([]);
});

test('documents at the limits of DynamoDB are read back unchanged', async () => {
  const deepest = `{"student":"deep","a":${'['.repeat(30)}${']'.repeat(30)}}`;
  const numbers = `{"student":"numbers","n":[${'9'.repeat(38)},1e125,-1E-130,0.10,0.${'0'.repeat(200)},1${'0'.repeat(100)}]}`;
  const text = JSON.stringify({ student: 'text', s: '\u0000\uffff😀', empty: '', names: { ' ': 1, "it's": { '#': [] } } });
  const records = [deepest, numbers, text].map((body) => visit(body));
  expect(records.map(({ body }) => Object.keys(readBody(body, []).attribute))).toEqual([['M'], ['M'], ['M']]);
  expect(await write(...records)).toEqual([]);
  expect((await visitsOf('deep', records[0].messageId))?.body).toEqual(JSON.parse(deepest));
  expect((await visitsOf('text', records[2].messageId))?.body).toEqual(JSON.parse(text));
});

test('any JSON body is stored, and read back equal', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.dictionary(fc.string({ unit: 'binary' }), fc.json()), { minLength: 1, maxLength: 25 }),
      async (documents) => {
        const records = documents.map((document) =>
          visit(
            `{"student":"any",${Object.entries(document)
              .map(([name, json]) => `${JSON.stringify(`x${name}`)}:${json}`)
              .join()}}`.replace(',}', '}'),
          ),
        );
        expect(await write(...records)).toEqual([]);
        for (const { messageId, body } of records) {
          const stored = (await visitsOf('any', messageId))?.body;
          expect(typeof stored === 'string' ? stored : sorted(stored)).toEqual(
            typeof stored === 'string' ? body : sorted(JSON.parse(body)),
          );
        }
      },
    ),
    { numRuns: 20 },
  );
});

test('the table contains only accepted messages', async () => {
  const { Items = [] } = await client.send(new ScanCommand({ TableName, ProjectionExpression: 'tenant, pk' }));
  // The first of the two statements of the call that failed as a whole had been executed by then.
  expect(Items.filter(({ tenant }) => tenant?.S !== 'school-1').map(({ pk }) => pk.S)).toEqual(['twice']);
});

/** DynamoDB keeps no order of names, and no difference between 1 and 1.0. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}
