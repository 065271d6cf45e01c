import { APIGatewayClient, CreateApiKeyCommand, DeleteApiKeyCommand, GetApiKeysCommand } from '@aws-sdk/client-api-gateway';
import {
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient, StartMessageMoveTaskCommand } from '@aws-sdk/client-sqs';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { Duration } from 'aws-cdk-lib';
import { JsonSchemaType } from 'aws-cdk-lib/aws-apigateway';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import {
  ApiGatewayLogRole,
  BufferedIngestPath,
  FunctionTarget,
  IngestKeys,
  Tenancy,
  TenantDirectory,
  TenantIsolatedApi,
  TenantTable,
  TenantUserPool,
  Tier,
} from '../../../src';
import { PASSWORD } from '../../kit/operator';
import { type Sandbox, signIn, type Tokens } from '../../sandbox';
import { startStack } from '../fixtures/start-stack';

// Tenants that are suspended, leave or try to come back, with everything that could still name them: tokens, refresh tokens, memberships,
// keys, idempotency keys, queued messages and dead letters.

const REDIRECT_URI = 'https://schools.example/signed-in';
let sandbox: Sandbox;
let close: (() => Promise<void>) | undefined;
let clients: ReturnType<typeof connect>;
let names: ReturnType<typeof namesIn>;

beforeAll(async () => {
  ({ sandbox, close } = await startStack('Leave', (stack) => {
    new ApiGatewayLogRole(stack, 'ApiGatewayLogRole');
    const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 500, burst: 500 })] });
    const directory = new TenantDirectory(stack, 'Directory', { tenancy });
    const users = new TenantUserPool(stack, 'Users', { directory, callbackUrls: [REDIRECT_URI], domainPrefix: 'leave-example' });
    const api = new TenantIsolatedApi(stack, 'Api', { directory, issuer: users });
    const runtime = Runtime.NODEJS_24_X;
    const code = Code.fromInline(
      'exports.handler = async ({ requestContext: { authorizer } }) => ({ statusCode: 200, body: JSON.stringify({ tenant: authorizer.tenantId }) });',
    );
    api.addRoute('GET /grades', FunctionTarget.of(new LambdaFunction(stack, 'Grades', { runtime, handler: 'index.handler', code })));
    const visits = new BufferedIngestPath(stack, 'Visits', {
      destination: new TenantTable(stack, 'Data', { tenancy }),
      directory,
      keys: IngestKeys.of({ partitionKey: '{tenant}#STUDENT#{body.student}', sortKey: 'VISIT#{idempotencyKey}' }),
      schema: {
        type: JsonSchemaType.OBJECT,
        required: ['student'],
        properties: { student: { type: JsonSchemaType.STRING, minLength: 1, maxLength: 64 } },
      },
      batchWindow: Duration.seconds(1),
    });
    api.addRoute('POST /visits', visits);
  }));
  clients = connect();
  names = namesIn();
  await invoke({
    action: 'onboard',
    tenants: ['old-school', 'next-school', 'left-school'].map((tenant) => ({ tenant, tier: 'standard', customer: `crm-${tenant}` })),
  });
}, 120_000);
afterAll(async () => {
  for (const client of Object.values(clients ?? {})) client.destroy();
  await close?.();
});

/** Clients of an administrator of the account. */
function connect() {
  const { accessKeyId, secretAccessKey } = sandbox.endpoint.administrator();
  const settings = {
    endpoint: sandbox.endpoint.url,
    region: sandbox.assembly.region,
    credentials: { accessKeyId, secretAccessKey },
    maxAttempts: 1,
  };
  return {
    apiGateway: new APIGatewayClient(settings),
    cognito: new CognitoIdentityProviderClient(settings),
    dynamodb: new DynamoDBClient(settings),
    lambda: new LambdaClient(settings),
    sqs: new SQSClient(settings),
  };
}

function namesIn() {
  const { assembly, userPools, restApis } = sandbox;
  const only = (type: string, path: string) => assembly.ofType(type).filter((resource) => resource.path?.includes(path))[0];
  const [{ userPoolId, url: poolUrl }] = userPools.pools;
  return {
    ...{ userPoolId, poolUrl, url: restApis.apis[0].url },
    clientId: assembly.ref(only('AWS::Cognito::UserPoolClient', '/Users/Pool/Client/')),
    onboarding: assembly.attribute(only('AWS::Lambda::Function', '/Api/Onboarding'), 'Arn'),
    directory: assembly.ref(only('AWS::DynamoDB::Table', '/Directory/')),
    data: assembly.ref(only('AWS::DynamoDB::Table', '/Data/')),
    writerLogs: assembly.ref(only('AWS::Logs::LogGroup', '/Visits/Writer')),
    queue: assembly.ref(only('AWS::SQS::Queue', '/Visits/Queue/')),
    retryQueue: only('AWS::SQS::Queue', '/Visits/RetryQueue/'),
    deadLetters: only('AWS::SQS::Queue', '/Visits/DeadLetterQueue/'),
  };
}

async function invoke(event: object): Promise<Record<string, unknown>[]> {
  const { Payload } = await clients.lambda.send(new InvokeCommand({ FunctionName: names.onboarding, Payload: JSON.stringify(event) }));
  return (JSON.parse(Buffer.from(Payload ?? []).toString()) as { results: Record<string, unknown>[] }).results;
}
const act = async (action: string, tenant: string, more: object = {}) => (await invoke({ action, tenants: [{ tenant, ...more }] }))[0];
const onboard = (tenant: string, customer: string) => act('onboard', tenant, { tier: 'standard', customer });
const enroll = async (user: string, tenant: string, roles?: string[]) =>
  (await invoke({ action: 'enroll', members: [{ user, tenant, ...(roles === undefined ? {} : { roles }) }] }))[0];
const withdraw = async (user: string, tenant: string) => (await invoke({ action: 'withdraw', members: [{ user, tenant }] }))[0];

/** A new user of the pool, whose attribute names a tenant. Returns the `sub`. */
async function createUser(email: string, tenant: string): Promise<string> {
  const UserPoolId = names.userPoolId;
  const { User } = await clients.cognito.send(
    new AdminCreateUserCommand({
      UserPoolId,
      Username: email,
      MessageAction: 'SUPPRESS',
      UserAttributes: Object.entries({ email, email_verified: 'true', 'custom:school_id': tenant }).map(([Name, Value]) => ({
        Name,
        Value,
      })),
    }),
  );
  await clients.cognito.send(new AdminSetUserPasswordCommand({ UserPoolId, Username: email, Password: PASSWORD, Permanent: true }));
  return User?.Attributes?.find(({ Name }) => Name === 'sub')?.Value ?? '';
}

async function userOf(email: string, tenant: string, roles: string[]): Promise<{ sub: string; tokens: Tokens }> {
  const sub = await createUser(email, tenant);
  expect(await enroll(sub, tenant, roles)).toMatchObject({ status: 'done' });
  return { sub, tokens: await signedIn(email) };
}

/** Signs in, with another attempt in case the directory was not read in time. */
async function signedIn(username: string): Promise<Tokens> {
  const { poolUrl, clientId } = names;
  const attempt = () => signIn({ poolUrl, clientId, redirectUri: REDIRECT_URI, username, password: PASSWORD });
  return attempt().catch(attempt).catch(attempt);
}
async function refresh({ refreshToken }: Tokens): Promise<number> {
  const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: names.clientId, refresh_token: refreshToken });
  return (await fetch(`${names.poolUrl}/oauth2/token`, { method: 'POST', body })).status;
}
const claims = ({ accessToken }: Tokens) => JSON.parse(Buffer.from(accessToken.split('.')[1], 'base64url').toString());

/** A 5xx says that a request is to be sent again, as on a busy machine when an environment starts too slowly. */
async function statusOf(url: string, request: RequestInit): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    const { status } = await fetch(url, request);
    if (status < 500 || attempt === 5) return status;
  }
}
const read = ({ accessToken }: Tokens) => statusOf(`${names.url}/grades`, { headers: { Authorization: `Bearer ${accessToken}` } });
async function visit({ accessToken }: Tokens, key: string): Promise<number> {
  const headers = { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/json', 'Idempotency-Key': key };
  return statusOf(`${names.url}/visits`, { method: 'POST', headers, body: '{"student":"s-1"}' });
}

/** A message as the API sends it, which it may have accepted days ago. */
async function queued(tenant: string, key: string, queueUrl = names.queue): Promise<void> {
  const attributes = { tenant, idempotencyKey: key, correlationId: `correlation-${key}`, receivedAt: String(Date.now()) };
  await clients.sqs.send(
    new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: '{"student":"s-1"}',
      MessageGroupId: tenant,
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: 'String', StringValue }]),
      ),
    }),
  );
}

/** The idempotency keys of a tenant's items. */
async function stored(tenant: string): Promise<string[]> {
  const { Items = [] } = await clients.dynamodb.send(
    new QueryCommand({
      TableName: names.data,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: `${tenant}#STUDENT#s-1` } },
      ConsistentRead: true,
    }),
  );
  return Items.map(({ sk }) => String(sk.S).slice('VISIT#'.length));
}

const writerLines = (message: string) =>
  sandbox.logs
    .lines(names.writerLogs)
    .filter((line) => line.message.startsWith('{'))
    .map((line) => JSON.parse(line.message) as Record<string, unknown>)
    .filter((line) => line.message === message);

async function eventually<T>(look: () => Promise<T> | T, expected: T): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const seen = await look();
    if (JSON.stringify(seen) === JSON.stringify(expected) || Date.now() > deadline) return expect(seen).toEqual(expected);
    await new Promise((wake) => setTimeout(wake, 100));
  }
}

const keyOf = (tenant: string) => marshall({ pk: `TENANT#${tenant}`, sk: 'TENANT' });
const record = async (tenant: string) =>
  unmarshall((await clients.dynamodb.send(new GetItemCommand({ TableName: names.directory, Key: keyOf(tenant) }))).Item ?? {});

/** Offboards a tenant: what has to be waited for is over at once. */
async function departed(tenant: string): Promise<void> {
  expect(await act('offboard', tenant)).toMatchObject({ status: 'waiting', waitUntil: expect.any(String) });
  const Item = {
    ...keyOf(tenant),
    ...marshall({ ...(await record(tenant)), accessEndedAt: new Date(Date.now() - 7_200_000).toISOString() }),
  };
  await clients.dynamodb.send(new PutItemCommand({ TableName: names.directory, Item }));
  expect(await act('offboard', tenant)).toMatchObject({ status: 'done' });
  expect(await record(tenant)).toMatchObject({ state: 'departed' });
}

const apiKeysOf = async (tenant: string) =>
  ((await clients.apiGateway.send(new GetApiKeysCommand({ limit: 500 }))).items ?? []).filter(({ name }) => name?.endsWith(`-${tenant}`));

describe('messages', () => {
  test('of a suspended tenant that were accepted before are stored', async () => {
    expect(await onboard('slow-school', 'crm-slow')).toMatchObject({ status: 'done' });
    expect(await act('suspend', 'slow-school')).toMatchObject({ status: 'done' });
    await queued('slow-school', 'before');
    await eventually(() => stored('slow-school'), ['before']);
  });

  test('of a tenant that has left are never stored, whether they were queued or are replayed, and others are', async () => {
    await departed('left-school');
    for (const key of ['late-1', 'late-2']) await queued('left-school', key);
    await queued('next-school', 'beside');
    await eventually(() => stored('next-school'), ['beside']);
    const discarded = () =>
      writerLines('Message discarded')
        .map(({ tenant, correlationId }) => `${tenant} ${correlationId}`)
        .sort();
    await eventually(discarded, ['left-school correlation-late-1', 'left-school correlation-late-2']);

    const { assembly } = sandbox;
    await queued('left-school', 'dead-1', assembly.ref(names.deadLetters));
    await clients.sqs.send(
      new StartMessageMoveTaskCommand({
        SourceArn: assembly.attribute(names.deadLetters, 'Arn'),
        DestinationArn: assembly.attribute(names.retryQueue, 'Arn'),
      }),
    );
    await eventually(() => discarded().length, 3);
    expect(discarded()[0]).toBe('left-school correlation-dead-1');
    expect(await stored('left-school')).toEqual([]);
    // They are deleted, and not received again.
    for (const QueueUrl of [names.queue, assembly.ref(names.retryQueue), assembly.ref(names.deadLetters)]) {
      const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
      await eventually(
        async () => (await clients.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }))).Attributes,
        Object.fromEntries(AttributeNames.map((name) => [name, '0'])),
      );
    }
    expect(writerLines('Batch processed').reduce((sum, { Discarded }) => sum + Number(Discarded), 0)).toBe(3);
  });

  test('are not stored if the directory has no record of their tenant: they fail, and are kept for a decision', async () => {
    await queued('no-school', 'unknown');
    const failed = () =>
      writerLines('Message not stored').some(({ tenant, errorCode }) => `${tenant} ${errorCode}` === 'no-school UnknownTenant');
    await eventually(failed, true);
    expect(await stored('no-school')).toEqual([]);
  });
});

test('a user who moves to another school signs in there, and keeps the roles that an enrollment does not name', async () => {
  const email = 'cy@schools.example';
  const { sub, tokens } = await userOf(email, 'old-school', ['teacher']);
  expect(claims(tokens)).toMatchObject({ 'custom:school_id': 'old-school', 'custom:roles': 'teacher' });
  // Nothing changes before it is clear that the whole request can be fulfilled.
  expect(await enroll(sub, 'next-school')).toMatchObject({ status: 'failed', reason: expect.stringContaining('belongs to old-school') });
  expect(claims(await signedIn(email))).toMatchObject({ 'custom:school_id': 'old-school' });
  expect(await withdraw(sub, 'old-school')).toMatchObject({ status: 'done' });
  await expect(signedIn(email)).rejects.toThrow();
  // No new tokens at once, but the access token is valid until it expires.
  expect([await refresh(tokens), await read(tokens)]).toEqual([400, 200]);
  expect(await enroll(sub, 'next-school', ['director'])).toMatchObject({ status: 'done' });
  expect(await enroll(sub, 'next-school')).toMatchObject({ status: 'done' });
  expect(claims(await signedIn(email))).toMatchObject({ 'custom:school_id': 'next-school', 'custom:roles': 'director' });
  expect(await act('members', 'next-school')).toMatchObject({ members: [{ user: sub, roles: ['director'] }] });
});

test('an id is never given to another customer, whatever was cleaned up by hand, and nothing of the old one works', async () => {
  const email = 'ada@schools.example';
  const { sub, tokens } = await userOf(email, 'old-school', ['teacher']);
  const { sub: other, tokens: deleted } = await userOf('bea@schools.example', 'old-school', ['teacher']);
  expect([await read(tokens), await read(deleted)]).toEqual([200, 200]);
  expect(await visit(tokens, 'K1')).toBe(202);
  await eventually(() => stored('old-school'), ['K1']);

  // For another customer while it is active.
  expect(await onboard('old-school', 'crm-new')).toMatchObject({
    status: 'failed',
    reason: expect.stringContaining('for the customer crm-old-school'),
  });

  // The fullest cleanup by hand.
  expect(await act('suspend', 'old-school')).toMatchObject({ status: 'done' });
  expect([await read(tokens), await visit(tokens, 'K2'), await refresh(tokens)]).toEqual([403, 403, 400]);
  expect(await withdraw(other, 'old-school')).toMatchObject({ status: 'done' });
  await clients.cognito.send(new AdminDeleteUserCommand({ UserPoolId: names.userPoolId, Username: 'bea@schools.example' }));
  for (const { id: apiKey } of await apiKeysOf('old-school')) await clients.apiGateway.send(new DeleteApiKeyCommand({ apiKey }));
  await expect(
    clients.dynamodb.send(new DeleteItemCommand({ TableName: names.directory, Key: keyOf('old-school') })),
  ).rejects.toMatchObject({ name: 'AccessDeniedException' });
  expect(await onboard('old-school', 'crm-new')).toMatchObject({ status: 'failed' });
  expect([await read(deleted), await visit(deleted, 'K3')]).toEqual([403, 403]);

  await departed('old-school');
  for (const again of [
    () => onboard('old-school', 'crm-new'),
    () => onboard('old-school', 'crm-old-school'),
    () => act('resume', 'old-school'),
  ])
    expect(await again()).toMatchObject({ status: 'failed', reason: expect.stringContaining('an id is never given again') });
  expect(await act('suspend', 'old-school')).toMatchObject({ status: 'done' });
  expect(await act('members', 'old-school')).toEqual({ tenant: 'old-school', status: 'done', members: [] });
  expect(await apiKeysOf('old-school')).toEqual([]);
  expect([await read(tokens), await visit(tokens, 'K4'), await refresh(tokens)]).toEqual([403, 403, 400]);
  await expect(signedIn(email)).rejects.toThrow();
  expect(await enroll(sub, 'old-school', ['teacher'])).toMatchObject({ status: 'failed' });

  // The customer comes back with another id, the same user and the same idempotency key.
  expect(await onboard('new-school', 'crm-old-school')).toMatchObject({ status: 'done' });
  expect(await enroll(sub, 'new-school', ['teacher'])).toMatchObject({ status: 'done' });
  const back = await signedIn(email);
  expect(await visit(back, 'K1')).toBe(202);
  await eventually(() => stored('new-school'), ['K1']);
  expect(await stored('old-school')).toEqual(['K1']);
});

test('a tenant without a record can be stopped, also if somebody made a key for it', async () => {
  expect(await act('suspend', 'odd-school')).toMatchObject({ status: 'done', note: expect.stringContaining('no record') });
  expect(await record('odd-school')).toMatchObject({ state: 'suspended' });
  // A key of the same name with a value of its own gives no access, and is not touched.
  const [{ name = '' }] = await apiKeysOf('next-school');
  await clients.apiGateway.send(
    new CreateApiKeyCommand({ name: name.replace('next-school', 'odd-school'), value: 'x'.repeat(40), enabled: true }),
  );
  expect(await act('suspend', 'odd-school')).toMatchObject({ status: 'done' });
});

test('an account without room for another key is reported at once, after one call, with what to do', async () => {
  const calls: string[] = [];
  const ignore = sandbox.endpoint.onCall(({ service, operation }) => void calls.push(`${service} ${operation}`));
  const undo = sandbox.endpoint.inject({ service: 'apigateway', operation: 'CreateApiKey', code: 'LimitExceededException', status: 429 });
  const began = Date.now();
  const outcome = await onboard('many-school', 'crm-many');
  const milliseconds = Date.now() - began;
  undo();
  ignore();
  expect(outcome).toMatchObject({ status: 'failed', reason: expect.stringMatching(/^TooManyKeys: .*suspend or offboard a tenant/) });
  expect(calls.filter((call) => call === 'apigateway CreateApiKey')).toHaveLength(1);
  expect(milliseconds).toBeLessThan(10_000);
  // Once there is room.
  expect(await onboard('many-school', 'crm-many')).toMatchObject({ status: 'done' });
});
