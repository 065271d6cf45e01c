import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { marshall } from '@aws-sdk/util-dynamodb';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IndexWriters, KeyTemplate, Tenancy, TenantRole, TenantTable, Tier } from '../../../src';
import { ownItemsPages, ownItemsQuery } from '../../../src/runtime/tenant-sessions';
import type { Sandbox } from '../../sandbox';
import { indexKinds } from '../fixtures/index-kinds';
import { startStack } from '../fixtures/start-stack';

// Sessions of two tenants as the template lets them be opened, on a real engine: what north (a-10) writes, and what south (a-1) finds in its
// indexes. Their ids begin alike.
const clients: { destroy(): void }[] = [];
let sandbox: Sandbox;
let close: (() => Promise<void>) | undefined;
let TableName: string;
let north: DynamoDBClient;
let south: DynamoDBClient;

beforeAll(async () => {
  ({ sandbox, close } = await startStack('Indexes', (stack) => {
    const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 50, burst: 100 })] });
    const { shelf, page, team } = indexKinds({ IndexWriters, KeyTemplate });
    const table = new TenantTable(stack, 'Data', {
      tenancy,
      indexes: [shelf, page, { ...team, attributes: [] }, { ...team, name: 'by-team-and-owner', sortKey: 'pk' }],
    });
    const service = new Role(stack, 'Service', { roleName: 'service', assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    table.grants.tenantReadWrite(new TenantRole(stack, 'Tenants', { tenancy, sessionOpeners: [service] }));
  }));
  TableName = sandbox.assembly.ref(sandbox.assembly.ofType('AWS::DynamoDB::Table')[0]);
  [north, south] = await Promise.all(['a-10', 'a-1'].map(sessionOf));
});
afterAll(async () => {
  for (const client of clients) client.destroy();
  await close?.();
});

async function sessionOf(school: string): Promise<DynamoDBClient> {
  const { endpoint, assembly } = sandbox;
  const settings = { endpoint: endpoint.url, region: assembly.region, maxAttempts: 1 };
  const [service, tenants] = ['Service', 'Tenants'].map((id) => {
    const role = assembly.ofType('AWS::IAM::Role').find(({ logicalId }) => logicalId.startsWith(id));
    return role === undefined ? '' : assembly.attribute(role, 'Arn');
  });
  const { expiration: _, ...credentials } = endpoint.assumeAsService(service, 'lambda.amazonaws.com', 'test');
  const sts = new STSClient({ ...settings, credentials });
  const { Credentials: session } = await sts.send(
    new AssumeRoleCommand({ RoleArn: tenants, RoleSessionName: school, Tags: [{ Key: 'school', Value: school }] }),
  );
  const { AccessKeyId: accessKeyId = '', SecretAccessKey: secretAccessKey = '', SessionToken: sessionToken } = session ?? {};
  const client = new DynamoDBClient({ ...settings, credentials: { accessKeyId, secretAccessKey, sessionToken } });
  clients.push(sts, client);
  return client;
}

/** An item of north, with an additional attribute. */
const item = (sk: string, more: Record<string, string> = {}) => marshall({ pk: 'a-10#LIST', sk, ...more });
const outcome = (sent: Promise<unknown>) =>
  sent.then(
    () => 'written',
    ({ name, message }: Error) => (name === 'TransactionCanceledException' ? message : name),
  );

/** All operations that can set an attribute. */
const writes: [string, (sk: string, name: string, value: string) => Promise<unknown>][] = [
  ['PutItem', (sk, name, value) => north.send(new PutItemCommand({ TableName, Item: item(sk, { [name]: value }) }))],
  [
    'UpdateItem, by name',
    (sk, name, value) =>
      north.send(
        new UpdateItemCommand({
          TableName,
          Key: item(sk),
          UpdateExpression: `SET grade=:g, ${name}=:v`,
          ExpressionAttributeValues: marshall({ ':v': value, ':g': 1 }),
        }),
      ),
  ],
  [
    'UpdateItem, by placeholder',
    (sk, name, value) =>
      north.send(
        new UpdateItemCommand({
          TableName,
          Key: item(sk),
          UpdateExpression: 'SET #a = if_not_exists(#a, :v)',
          ExpressionAttributeNames: { '#a': name },
          ExpressionAttributeValues: marshall({ ':v': value }),
        }),
      ),
  ],
  [
    'UpdateItem, without expressions',
    (sk, name, value) =>
      north.send(new UpdateItemCommand({ TableName, Key: item(sk), AttributeUpdates: { [name]: { Action: 'PUT', Value: { S: value } } } })),
  ],
  [
    'BatchWriteItem, among others',
    (sk, name, value) =>
      north.send(
        new BatchWriteItemCommand({
          RequestItems: {
            [TableName]: [
              { PutRequest: { Item: item(`${sk} beside`) } },
              { PutRequest: { Item: item(sk, { [name]: value }) } },
              { DeleteRequest: { Key: item('none') } },
            ],
          },
        }),
      ),
  ],
  [
    'TransactWriteItems, Put',
    (sk, name, value) =>
      north.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: item(sk, { [name]: value }) } }] })),
  ],
  [
    'TransactWriteItems, Update',
    (sk, name, value) =>
      north.send(
        new TransactWriteItemsCommand({
          TransactItems: [
            { Put: { TableName, Item: item(`${sk} beside`) } },
            {
              Update: {
                TableName,
                Key: item(sk),
                UpdateExpression: 'SET #a = :v',
                ExpressionAttributeNames: { '#a': name },
                ExpressionAttributeValues: marshall({ ':v': value }),
              },
            },
          ],
        }),
      ),
  ],
];

/** South's query of an index. */
const by = (index: string, key: string, value: string, more: Partial<QueryCommandInput> = {}): QueryCommandInput => ({
  TableName,
  IndexName: index,
  KeyConditionExpression: `${key} = :key`,
  ExpressionAttributeValues: marshall({ ':key': value }),
  ...more,
});
const found = async (input: QueryCommandInput) => ((await south.send(new QueryCommand(input))).Items ?? []).map(({ pk }) => pk.S);

describe.each(writes)('%s', (name, write) => {
  test('cannot set the partition key of an index with trusted writers, not even to an own value', async () => {
    expect(await outcome(write(name, 'pagePk', 'a-1#home'))).toMatch(/^AccessDenied/);
    expect(await outcome(write(name, 'pagePk', 'a-10#home'))).toMatch(/^AccessDenied/);
    expect(await found(by('by-page', 'pagePk', 'a-1#home'))).toEqual([]);
  });

  test('can put an item into another tenant’s partition if sessions may set the key, and the helper filters it out', async () => {
    const team = `a-1#${name}`;
    await south.send(new PutItemCommand({ TableName, Item: marshall({ pk: 'a-1#LIST', sk: name, teamPk: team }) }));
    expect(await outcome(write(name, 'teamPk', team))).toBe('written');
    expect(await found(by('by-team', 'teamPk', team))).toEqual(expect.arrayContaining(['a-1#LIST', 'a-10#LIST']));
    expect(await found(ownItemsQuery('a-1', by('by-team', 'teamPk', team)))).toEqual(['a-1#LIST']);
  });

  test('puts an item only into its own partition of an index on the table’s key', async () => {
    expect(await outcome(write(name, 'shelf', 'first'))).toBe('written');
    const south1 = by('by-shelf', 'pk', 'a-1#LIST');
    expect(await found({ ...south1, KeyConditionExpression: 'pk = :key' })).not.toContain('a-10#LIST');
  });
});

test('sessions can write, change and delete items without the key of such an index', async () => {
  const Key = item('own');
  await north.send(new PutItemCommand({ TableName, Item: item('own', { text: 'pagePk' }) }));
  const SET = { UpdateExpression: 'SET note = :n', ExpressionAttributeValues: marshall({ ':n': 'pagePk' }) };
  await north.send(new UpdateItemCommand({ TableName, Key, ...SET }));
  await north.send(new UpdateItemCommand({ TableName, Key }));
  await north.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ DeleteRequest: { Key: item('other') } }] } }));
  await north.send(new DeleteItemCommand({ TableName, Key, ConditionExpression: 'attribute_not_exists(pagePk)' }));
  expect((await north.send(new GetItemCommand({ TableName, Key }))).Item).toBeUndefined();
});

test('another tenant’s partition of an index cannot be read, with or without the helper', async () => {
  for (const [index, key] of [
    ['by-page', 'pagePk'],
    ['by-team', 'teamPk'],
    ['by-shelf', 'pk'],
  ]) {
    const input = by(index, key, 'a-10#home');
    expect([index, await outcome(south.send(new QueryCommand(input)))]).toEqual([index, 'AccessDeniedException']);
    if (key !== 'pk') expect(await outcome(south.send(new QueryCommand(ownItemsQuery('a-1', input))))).toBe('AccessDeniedException');
    else expect(() => ownItemsQuery('a-1', input)).toThrow('begins with a-1#');
  }
});

describe('a partition of an index that another tenant has flooded', () => {
  const team = 'a-1#flooded';
  const input = (more: Partial<QueryCommandInput> = {}) => by('by-team', 'teamPk', team, more);
  const pages = async (query: QueryCommandInput, mostPages?: number) => {
    const counts: (number | undefined)[] = [];
    const asked = { query: (page: QueryCommandInput) => south.send(new QueryCommand(page)), mostPages };
    for await (const { Count } of ownItemsPages('a-1', query, asked)) counts.push(Count);
    return counts;
  };
  beforeAll(async () => {
    for (let sk = 0; sk < 25; sk++) await north.send(new PutItemCommand({ TableName, Item: item(`flood ${sk}`, { teamPk: team }) }));
    for (const sk of ['a', 'b', 'c']) {
      await south.send(new PutItemCommand({ TableName, Item: marshall({ pk: 'a-1#LIST', sk: `flooded ${sk}`, teamPk: team }) }));
    }
  });

  test('returns only own items, and their count', async () => {
    expect(await found(ownItemsQuery('a-1', input()))).toEqual(['a-1#LIST', 'a-1#LIST', 'a-1#LIST']);
    const { Count, ScannedCount } = await south.send(new QueryCommand(ownItemsQuery('a-1', input({ Select: 'COUNT' }))));
    expect([Count, ScannedCount]).toEqual([3, 28]);
  });

  // Documented: «Filter expressions for the Query operation»: the limit applies before the filter, and the reads are consumed all the same.
  test('returns empty pages that are followed by others if there is a limit', async () => {
    const counts = await pages(input({ Limit: 5 }));
    expect(counts.filter((count) => count === 0).length).toBeGreaterThan(0);
    expect(counts.reduce((sum: number, count) => sum + (count ?? 0), 0)).toBe(3);
    await expect(pages(input({ Limit: 5 }), 2)).rejects.toThrow('the query has more than 2 pages');
  });

  test('keeps the caller’s filter', async () => {
    const mine = {
      FilterExpression: 'sk = :sk OR sk = :north',
      ExpressionAttributeValues: marshall({ ':key': team, ':sk': 'flooded b', ':north': 'flood 1' }),
    };
    expect(await found(input(mine))).toHaveLength(2);
    expect(await found(ownItemsQuery('a-1', input(mine)))).toEqual(['a-1#LIST']);
  });

  test('costs a reader nothing if the sort key of the index is the table’s partition key', async () => {
    const sorted = {
      KeyConditionExpression: 'teamPk = :key AND begins_with(pk, :own)',
      ExpressionAttributeValues: marshall({ ':key': team, ':own': 'a-1#' }),
    };
    const query = ownItemsQuery('a-1', by('by-team-and-owner', 'teamPk', team, sorted));
    const { Count, ScannedCount } = await south.send(new QueryCommand(query));
    expect([Count, ScannedCount]).toEqual([3, 3]);
  });

  test('returns the same with the document client', async () => {
    const { ExpressionAttributeValues, ...query } = ownItemsQuery('a-1', { ...input(), ExpressionAttributeValues: { ':key': team } });
    expect(await found({ ...query, ExpressionAttributeValues: marshall(ExpressionAttributeValues) } as QueryCommandInput)).toHaveLength(3);
  });

  test('returns keys that give no access: another tenant’s item is denied, and so is a batch with it', async () => {
    const { Items = [] } = await south.send(new QueryCommand(input()));
    const forged = Items.find(({ pk }) => pk.S === 'a-10#LIST') ?? {};
    const Key = { pk: forged.pk, sk: forged.sk };
    expect(await outcome(south.send(new GetItemCommand({ TableName, Key })))).toBe('AccessDeniedException');
    const Keys = Items.map(({ pk, sk }) => ({ pk, sk }));
    expect(await outcome(south.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } })))).toBe('AccessDeniedException');
  });
});
