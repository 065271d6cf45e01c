import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DeleteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { PreTokenEvent } from '../../../src/tenant-user-pool/lambda/pre-token-event';
import type { Engines } from '../../sandbox';
import { installEngines, startEngines } from '../../sandbox/engines';

// The trigger as Lambda runs it, except for its endpoint: environment, SDK client, engine and responses are real.
const TableName = 'directory';
type Handler = typeof import('../../../src/tenant-user-pool/pre-token.lambda').handler;
let engines: Engines;
let client: DynamoDBClient;
let silent: Server;
let handler: Handler;

/** The handler in a new process, with this DynamoDB endpoint. */
function handlerAt(url: string): Handler {
  process.env.AWS_ENDPOINT_URL = url;
  let made: Handler | undefined;
  jest.isolateModules(() => {
    made = jest.requireActual('../../../src/tenant-user-pool/pre-token.lambda').handler;
  });
  return made as Handler;
}

beforeAll(async () => {
  engines = await startEngines(await installEngines(() => undefined), () => undefined);
  Object.assign(process.env, {
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    TABLE_NAME: TableName,
    CLAIMS: JSON.stringify({ tenant: 'custom:school_id', tier: 'custom:tier', roles: 'custom:roles' }),
    TIERS: JSON.stringify(['standard', 'trial']),
  });
  client = new DynamoDBClient({ endpoint: engines.dynamodb.url });
  const keys = ['pk', 'sk'] as const;
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keys.map((AttributeName, index) => ({ AttributeName, KeyType: index === 0 ? ('HASH' as const) : ('RANGE' as const) })),
      AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const })),
    }),
  );
  silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  handler = handlerAt(engines.dynamodb.url);
});

afterAll(async () => {
  client?.destroy();
  silent?.closeAllConnections();
  silent?.close();
  await engines?.close();
});

let lines: Record<string, unknown>[];
beforeEach(() => {
  lines = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    lines.push(JSON.parse(String(text)));
    return true;
  });
});
afterEach(() => jest.restoreAllMocks());

const put = (item: object) =>
  client.send(
    new PutItemCommand({ TableName, Item: marshall({ updatedAt: '2026-11-26T00:00:00Z', ...item }, { removeUndefinedValues: true }) }),
  );
const tenant = (id: string, state = 'active') => put({ pk: `TENANT#${id}`, sk: 'TENANT', tenant: id, tier: 'standard', state });
const member = (user: string, id: string, roles?: string[]) => put({ pk: `USER#${user}`, sk: `TENANT#${id}`, user, tenant: id, roles });

function signIn(sub: string, triggerSource = 'TokenGeneration_HostedAuth'): PreTokenEvent {
  const request = { userAttributes: { sub, email: 'ada@north.example' }, clientMetadata: { 'custom:school_id': 'south' } };
  return { version: '2', triggerSource, userPoolId: 'pool', callerContext: { clientId: 'client' }, request };
}

async function claimsOf(event: PreTokenEvent, by = handler): Promise<unknown> {
  const { response } = (await by(event, { functionName: 'pre-token' })) as unknown as {
    response: { claimsAndScopeOverrideDetails: { accessTokenGeneration: { claimsToAddOrOverride: unknown } } };
  };
  return response.claimsAndScopeOverrideDetails.accessTokenGeneration.claimsToAddOrOverride;
}

test('a member of an active tenant gets the claims from the directory', async () => {
  await tenant('north');
  await member('ada', 'north', ['teacher', 'director']);
  await expect(claimsOf(signIn('ada'))).resolves.toEqual({
    'custom:school_id': 'north',
    'custom:tier': 'standard',
    'custom:roles': 'teacher director',
  });
  expect(lines).toEqual([]);
});

test('roles are optional', async () => {
  await tenant('north');
  await member('bea', 'north');
  await expect(claimsOf(signIn('bea'))).resolves.toHaveProperty(['custom:roles'], '');
});

test('a suspension, a withdrawal and a second membership are effective at the next refresh', async () => {
  const refresh = () => claimsOf(signIn('cy', 'TokenGeneration_RefreshTokens'));
  await tenant('east');
  await tenant('west');
  await member('cy', 'east');
  await expect(refresh()).resolves.toHaveProperty(['custom:school_id'], 'east');
  await tenant('east', 'suspended');
  await expect(refresh()).rejects.toThrow(/^Sign-in is not possible$/);
  await tenant('east');
  await member('cy', 'west');
  await expect(refresh()).rejects.toThrow();
  await client.send(new DeleteItemCommand({ TableName, Key: marshall({ pk: 'USER#cy', sk: 'TENANT#east' }) }));
  await expect(refresh()).resolves.toHaveProperty(['custom:school_id'], 'west');
  await client.send(new DeleteItemCommand({ TableName, Key: marshall({ pk: 'USER#cy', sk: 'TENANT#west' }) }));
  await expect(refresh()).rejects.toThrow();
  expect(lines.map(({ reason }) => reason)).toEqual([
    'the tenant is suspended',
    'the user has several memberships',
    'the user has no membership',
  ]);
});

test('if the directory does not respond or does not exist, no token is issued, before Cognito times out', async () => {
  const address = silent.address() as AddressInfo;
  for (const url of [`http://127.0.0.1:${address.port}`, 'http://127.0.0.1:1']) {
    const began = Date.now();
    await expect(claimsOf(signIn('ada'), handlerAt(url))).rejects.toThrow(/^Sign-in is not possible$/);
    expect(Date.now() - began).toBeLessThan(3_000);
  }
  expect(lines).toEqual([expect.objectContaining({ level: 'ERROR', Failed: 1 }), expect.objectContaining({ level: 'ERROR', Failed: 1 })]);
  expect(JSON.stringify(lines)).not.toContain('ada@');
});

test('if the table does not exist, no token is issued', async () => {
  process.env.TABLE_NAME = 'elsewhere';
  const elsewhere = handlerAt(engines.dynamodb.url);
  process.env.TABLE_NAME = TableName;
  await expect(claimsOf(signIn('ada'), elsewhere)).rejects.toThrow(/^Sign-in is not possible$/);
  expect(lines).toEqual([expect.objectContaining({ Failed: 1, error: 'ResourceNotFoundException' })]);
});
