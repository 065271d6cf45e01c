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

// Options of routes on the synthesized API: authorization, scopes, schema and throttle.

const SCHOOL = 'north-school';
const key = createKey('test');
let sandbox: Sandbox;
let close: (() => Promise<void>) | undefined;
let operator: Operator;
let keys: Awaited<ReturnType<typeof serveKeys>>;
let url: string;
let token: (scope: string) => string;

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
  const onboardingArn = assembly.attribute(only('AWS::Lambda::Function', '/Api/Onboarding'), 'Arn');
  operator = createOperator(sandbox, { onboardingArn, tenantAttribute: 'custom:school_id' });
  await operator.onboard([{ tenant: SCHOOL, tier: 'standard' }]);
  [{ url }] = restApis.apis;
  const client = assembly.ref(only('AWS::Cognito::UserPoolClient', '/Users/Pool/Client/'));
  token = (scope) => {
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: `https://cognito-idp.${assembly.region}.amazonaws.com/${userPoolId}`,
      sub: `user-${scope.replace(/\W/g, '-')}`,
      token_use: 'access',
      client_id: client,
      'custom:school_id': SCHOOL,
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

async function ask(path: string, scope?: string, init: RequestInit = {}): Promise<{ status: number; body: Record<string, unknown> }> {
  const headers = { ...(scope === undefined ? {} : { Authorization: `Bearer ${token(scope)}` }), ...init.headers };
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
