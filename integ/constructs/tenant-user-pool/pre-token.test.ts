import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DeleteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import type { TenantRecord } from '../../../src/runtime/tenant-record';
import { directoryTable } from '../../../src/tenant-isolated-api/lambda/onboarding/table';
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
const member = (user: string, id: string, roles?: string[]) => put({ pk: `USER#${user}`, sk: 'MEMBERSHIP', user, tenant: id, roles });

function signIn(sub: string, triggerSource = 'TokenGeneration_HostedAuth', attributes: Record<string, string> = {}): PreTokenEvent {
  const request = { userAttributes: { sub, email: 'ada@north.example', ...attributes }, clientMetadata: { 'custom:school_id': 'south' } };
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
  // Not written by onboarding, which has one place for a user's membership.
  await put({ pk: 'USER#cy', sk: 'TENANT#west', user: 'cy', tenant: 'west' });
  await expect(refresh()).rejects.toThrow();
  await client.send(new DeleteItemCommand({ TableName, Key: marshall({ pk: 'USER#cy', sk: 'TENANT#west' }) }));
  await member('cy', 'west');
  await expect(refresh()).resolves.toHaveProperty(['custom:school_id'], 'west');
  await client.send(new DeleteItemCommand({ TableName, Key: marshall({ pk: 'USER#cy', sk: 'MEMBERSHIP' }) }));
  await expect(refresh()).rejects.toThrow();
  expect(lines.map(({ reason }) => reason)).toEqual([
    'the tenant is suspended',
    'the user has several memberships',
    'the user has no membership',
  ]);
});

describe('memberships as onboarding writes them', () => {
  const at = '2026-11-30T00:00:00.000Z';
  const record = (id: string, changes: Partial<TenantRecord> = {}): TenantRecord => ({
    ...{ tenant: id, tier: 'standard', state: 'active', version: 1, createdAt: at, updatedAt: at },
    ...changes,
  });
  const outcomeOf = (write: Promise<void>) =>
    write.then(
      () => 'done',
      (error: Error) => error.name,
    );

  test('of one user, at the same time, in two tenants: one wins, and the user can sign in', async () => {
    const store = directoryTable(TableName);
    for (const id of ['north-1', 'south-1']) await store.putTenant(record(id), undefined);
    for (let round = 0; round < 20; round++) {
      const user = `twice-${round}`;
      const outcomes = await Promise.all(
        ['north-1', 'south-1'].map((id) => outcomeOf(store.putMember({ user, tenant: id, roles: [id] }, at))),
      );
      expect([...outcomes].sort()).toEqual(['Conflict', 'done']);
      const winner = outcomes[0] === 'done' ? 'north-1' : 'south-1';
      expect(await claimsOf(signIn(user))).toMatchObject({ 'custom:school_id': winner, 'custom:roles': winner });
    }
    const lists = await Promise.all(['north-1', 'south-1'].map((id) => store.members(id)));
    expect(lists.flatMap(({ members }) => members.map(({ user }) => user)).sort()).toHaveLength(20);
  });

  test('keep the roles if the request has none, and follow a user to another tenant, whatever the attribute says', async () => {
    const store = directoryTable(TableName);
    for (const id of ['north-2', 'south-2']) await store.putTenant(record(id), undefined);
    await store.putMember({ user: 'dee', tenant: 'north-2', roles: ['teacher'] }, at);
    await store.putMember({ user: 'dee', tenant: 'north-2' }, at);
    const claims = () => claimsOf(signIn('dee', 'TokenGeneration_RefreshTokens', { 'custom:school_id': 'north-2' }));
    expect(await claims()).toMatchObject({ 'custom:school_id': 'north-2', 'custom:roles': 'teacher' });
    // The user belongs to another tenant: nothing to withdraw.
    await store.deleteMember({ user: 'dee', tenant: 'south-2' });
    expect(await store.membership('dee')).toBe('north-2');
    await store.deleteMember({ user: 'dee', tenant: 'north-2' });
    await expect(claims()).rejects.toThrow();
    await store.putMember({ user: 'dee', tenant: 'south-2' }, at);
    // Immutable, so it still names the former tenant.
    expect(await claims()).toMatchObject({ 'custom:school_id': 'south-2', 'custom:roles': '' });
    expect([await store.members('north-2'), await store.members('south-2')]).toEqual([
      { members: [] },
      { members: [{ user: 'dee', roles: [] }] },
    ]);
    expect(await store.members('south-2', 'dee')).toEqual({ members: [] });
  });

  test('cannot be added to a tenant that is leaving, and a record is changed only by who has read its last version', async () => {
    const store = directoryTable(TableName);
    const first = record('leaving');
    await store.putTenant(first, undefined);
    expect(await outcomeOf(store.putTenant(first, undefined))).toBe('Conflict');
    const next = (state: TenantRecord['state']) => outcomeOf(store.putTenant(record('leaving', { state, version: 2 }), first));
    expect((await Promise.all([next('offboarding'), next('offboarding'), next('offboarding')])).sort()).toEqual([
      'Conflict',
      'Conflict',
      'done',
    ]);
    expect(await next('active')).toBe('Conflict');
    expect(await outcomeOf(store.putMember({ user: 'eve', tenant: 'leaving' }, at))).toBe('Conflict');
    expect(await outcomeOf(store.putMember({ user: 'eve', tenant: 'nobody' }, at))).toBe('Conflict');
    expect(await store.membership('eve')).toBeUndefined();
    // A record that was written by hand has no version, until it is changed.
    await tenant('by-hand');
    const found = await store.tenant('by-hand');
    expect(found).toMatchObject({ version: 0, state: 'active' });
    await store.putTenant(record('by-hand', { state: 'suspended' }), found);
    expect(await outcomeOf(store.putTenant(record('by-hand'), found))).toBe('Conflict');
  });
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
