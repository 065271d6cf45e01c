import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { JsonSchemaType } from 'aws-cdk-lib/aws-apigateway';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import {
  ApiGatewayLogRole,
  FunctionTarget,
  RouteAuthorization,
  Tenancy,
  TenantDirectory,
  TenantIsolatedApi,
  TenantUserPool,
  Tier,
} from '../../../src';
import { jws, rsa } from '../../kit/jws';
import { createKey, serveKeys } from '../../kit/keys';
import { createOperator, type Operator } from '../../kit/operator';
import type { Sandbox } from '../../sandbox';
import { startStack } from '../fixtures/start-stack';

// Options of routes on the synthesized API: authorization, scopes, schema and throttle. Then tenants that are stopped and leave.

const SCHOOL = 'north-school';
const key = createKey('test');
let sandbox: Sandbox;
let close: (() => Promise<void>) | undefined;
let operator: Operator;
let keys: Awaited<ReturnType<typeof serveKeys>>;
let url: string;
let token: (scope: string, school?: string) => string;
let onboardingArn: string;
let tableName: string;

beforeAll(async () => {
  ({ sandbox, close } = await startStack('Routes', (stack) => {
    new ApiGatewayLogRole(stack, 'ApiGatewayLogRole');
    const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 500, burst: 500 })] });
    const directory = new TenantDirectory(stack, 'Directory', { tenancy });
    const users = new TenantUserPool(stack, 'Users', { directory, callbackUrls: ['https://schools.example/signed-in'] });
    const api = new TenantIsolatedApi(stack, 'Api', { directory, issuer: users });
    const echo = FunctionTarget.of(
      new LambdaFunction(stack, 'Echo', {
        runtime: Runtime.NODEJS_24_X,
        handler: 'index.handler',
        code: Code.fromInline(
          'exports.handler = async ({ requestContext: { authorizer } }) => ({ statusCode: 200, body: JSON.stringify({ tenant: authorizer?.tenantId ?? null }) });',
        ),
      }),
    );
    api.addRoute('GET /health', echo, {
      authorization: RouteAuthorization.anyone('Uptime checks have no token'),
      throttle: { rateLimit: 1, burstLimit: 3 },
    });
    api.addRoute('GET /courses', echo);
    api.addRoute('GET /grades/{student}', echo, { authorization: RouteAuthorization.tokenWithScopes('grades/read') });
    api.addRoute('PUT /grades/{student}', echo, { authorization: RouteAuthorization.tokenWithScopes('grades/write') });
    api.addRoute('GET /grades/{student}/courses', echo);
    api.addRoute('POST /grades', echo, { requestSchema: { type: JsonSchemaType.OBJECT, required: ['grade'] } });
  }));
  const { assembly, userPools, restApis, functions } = sandbox;
  const [{ userPoolId }] = userPools.pools;
  keys = await serveKeys(new Map([[userPoolId, [key.jwk]]]));
  functions.forward(`cognito-idp.${assembly.region}.amazonaws.com`, keys.origin);
  const only = (type: string, path: string) => assembly.ofType(type).filter((resource) => resource.path?.includes(path))[0];
  onboardingArn = assembly.attribute(only('AWS::Lambda::Function', '/Api/Onboarding'), 'Arn');
  operator = createOperator(sandbox, { onboardingArn, tenantAttribute: 'custom:school_id' });
  await operator.onboard([{ tenant: SCHOOL, tier: 'standard' }]);
  tableName = assembly.ref(only('AWS::DynamoDB::Table', '/Directory/'));
  [{ url }] = restApis.apis;
  const client = assembly.ref(only('AWS::Cognito::UserPoolClient', '/Users/Pool/Client/'));
  token = (scope, school = SCHOOL) => {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: `https://cognito-idp.${assembly.region}.amazonaws.com/${userPoolId}`,
      sub: `user-${scope.replace(/\W/g, '-')}`,
      token_use: 'access',
      client_id: client,
      'custom:school_id': school,
      'custom:tier': 'standard',
      scope,
      exp: now + 600,
      iat: now,
    };
    return jws({ alg: 'RS256', kid: key.kid }, claims, rsa(key.privateKey));
  };
}, 120_000);
afterAll(async () => {
  operator?.close();
  await keys?.close();
  await close?.();
});

async function ask(
  path: string,
  scope?: string,
  init: RequestInit = {},
  school?: string,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const headers = { ...(scope === undefined ? {} : { Authorization: `Bearer ${token(scope, school)}` }), ...init.headers };
  const response = await fetch(`${url}${path}`, { ...init, headers });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

test('anyone can call a route for anyone, without a tenant and at the rate of the route, but no other route', async () => {
  expect(await ask('/health')).toEqual({ status: 200, body: { tenant: null } });
  expect((await ask('/courses')).status).toBe(401);
  const statuses = await Promise.all(Array.from({ length: 8 }, async () => (await ask('/health')).status));
  expect(statuses).toContain(429);
  expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(4);
  // The limit applies to this method only.
  const others = await Promise.all(Array.from({ length: 8 }, async () => (await ask('/courses', 'openid')).status));
  expect(new Set(others)).toEqual(new Set([200]));
});

test('scopes apply only to their route, whatever is cached for other routes with the same token', async () => {
  for (const _ of [1, 2]) {
    expect(await ask('/courses', 'openid')).toEqual({ status: 200, body: { tenant: SCHOOL } });
    const { status, body } = await ask('/grades/ada', 'openid');
    expect([status, Object.keys(body).sort()]).toEqual([403, ['correlationId', 'message']]);
    expect(await ask('/grades/ada/courses', 'openid')).toEqual({ status: 200, body: { tenant: SCHOOL } });
    expect(await ask('/grades/ada', 'openid grades/read')).toEqual({ status: 200, body: { tenant: SCHOOL } });
    expect((await ask('/grades/ada', 'openid grades/read', { method: 'PUT' })).status).toBe(403);
    expect(await ask('/courses', 'openid grades/read')).toEqual({ status: 200, body: { tenant: SCHOOL } });
  }
  expect((await ask('/grades/ada')).status).toBe(401);
});

test.each(['application/json', 'text/plain', 'application/xml'])('a body of the content type %s is validated', async (type) => {
  const post = (body: string) => ask('/grades', 'openid', { method: 'POST', body, headers: { 'Content-Type': type } });
  expect((await post('{"grade":1}')).status).toBe(200);
  expect((await post('{"mark":1}')).status).toBe(400);
});

describe('a tenant', () => {
  const id = 'south-school';
  const key = marshall({ pk: `TENANT#${id}`, sk: 'TENANT' });
  let dynamodb: DynamoDBClient;
  let lambda: LambdaClient;
  beforeAll(() => {
    // An administrator of the account.
    const { accessKeyId, secretAccessKey } = sandbox.endpoint.administrator();
    const settings = {
      endpoint: sandbox.endpoint.url,
      region: sandbox.assembly.region,
      credentials: { accessKeyId, secretAccessKey },
      maxAttempts: 1,
    };
    dynamodb = new DynamoDBClient(settings);
    lambda = new LambdaClient(settings);
  });
  afterAll(() => {
    dynamodb?.destroy();
    lambda?.destroy();
  });

  async function entry(event: object): Promise<Record<string, unknown>> {
    const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: onboardingArn, Payload: JSON.stringify(event) }));
    const { results } = JSON.parse(Buffer.from(Payload ?? []).toString()) as { results: Record<string, unknown>[] };
    return results[0];
  }
  const of = (action: string) => entry({ action, tenants: [{ tenant: id }] });
  const onboard = (customer: string) => entry({ action: 'onboard', tenants: [{ tenant: id, tier: 'standard', customer }] });
  // A token that was issued before: with another user for each, so that no decision is cached.
  let user = 0;
  const status = async () => (await ask('/courses', `openid ${user++}`, {}, id)).status;
  const record = async () => unmarshall((await dynamodb.send(new GetItemCommand({ TableName: tableName, Key: key }))).Item ?? {});

  test('belongs to one customer, and its record cannot be deleted even by an administrator', async () => {
    expect(await onboard('crm-1')).toEqual({ tenant: id, status: 'done' });
    expect(await status()).toBe(200);
    expect(await onboard('crm-2')).toMatchObject({ status: 'failed', reason: expect.stringContaining('for the customer crm-1') });
    const Delete = { TableName: tableName, Key: key };
    const Statement = `DELETE FROM "${tableName}" WHERE pk = 'TENANT#${id}' AND sk = 'TENANT'`;
    const AttributeName = 'end';
    for (const attempt of [
      () => dynamodb.send(new DeleteItemCommand(Delete)),
      () => dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [{ Delete }] })),
      () => dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [tableName]: [{ DeleteRequest: { Key: key } }] } })),
      () => dynamodb.send(new ExecuteStatementCommand({ Statement })),
      () => dynamodb.send(new UpdateTimeToLiveCommand({ TableName: tableName, TimeToLiveSpecification: { AttributeName, Enabled: true } })),
    ])
      await expect(attempt()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(await onboard('crm-2')).toMatchObject({ status: 'failed' });
    expect(await record()).toMatchObject({ tenant: id, customer: 'crm-1', state: 'active' });
  });

  test('has no access while it is suspended, and the same access when it is resumed', async () => {
    expect(await of('suspend')).toEqual({ tenant: id, status: 'done' });
    expect(await status()).toBe(403);
    expect(await of('resume')).toEqual({ tenant: id, status: 'done' });
    expect(await status()).toBe(200);
  });

  test('that was left in the middle of its onboarding with a key that works can be stopped', async () => {
    const { apiKeyId: _, version: __, ...rest } = await record();
    const Item = marshall({ pk: `TENANT#${id}`, sk: 'TENANT', ...rest, state: 'onboarding' });
    await dynamodb.send(new PutItemCommand({ TableName: tableName, Item }));
    expect(await status()).toBe(200);
    expect(await of('suspend')).toEqual({ tenant: id, status: 'done' });
    expect(await status()).toBe(403);
    expect(await of('resume')).toEqual({ tenant: id, status: 'done' });
  });

  test('that leaves has no access, members or key, and its id is never given again', async () => {
    await entry({ action: 'enroll', members: [{ user: 'ada', tenant: id, roles: ['teacher'] }] });
    expect(await of('members')).toMatchObject({ status: 'done', members: [{ user: 'ada', roles: ['teacher'] }] });
    expect(await of('offboard')).toMatchObject({
      status: 'waiting',
      note: expect.stringContaining('1 memberships were removed'),
      waitUntil: expect.any(String),
    });
    expect(await status()).toBe(403);
    expect(await of('members')).toEqual({ tenant: id, status: 'done', members: [] });
    // Two hours later.
    const now = await record();
    const accessEndedAt = new Date(Date.now() - 7_200_000).toISOString();
    await dynamodb.send(
      new PutItemCommand({ TableName: tableName, Item: marshall({ pk: `TENANT#${id}`, sk: 'TENANT', ...now, accessEndedAt }) }),
    );
    expect(await of('offboard')).toMatchObject({ status: 'done' });
    expect(Object.keys(await record()).sort()).toEqual(['createdAt', 'pk', 'sk', 'state', 'tenant', 'updatedAt', 'version']);
    for (const again of [() => onboard('crm-1'), () => onboard('crm-2'), () => of('resume')])
      expect(await again()).toMatchObject({ status: 'failed', reason: expect.stringContaining('an id is never given again') });
    expect(await status()).toBe(403);
  });
});
