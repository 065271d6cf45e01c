import type { Json, JsonObject } from '../../contracts';
import { apiTemplate, echo, FUNCTION_URI, startTestGateway, type TestGateway } from './testing';

const ofApi = { RestApiId: { Ref: 'Api' } };
const authorizer = (properties: JsonObject) => ({
  Type: 'AWS::ApiGateway::Authorizer',
  Properties: { ...ofApi, Name: 'a', AuthorizerUri: FUNCTION_URI, ...properties },
});
const by = (id: string) => ({ AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: id } });
const seen =
  '$context.authorizer.principalId|$context.authorizer.text|$context.authorizer.number|$context.authorizer.flag|$context.authorizer.none';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway(
    apiTemplate(
      {
        'GET /token': echo(seen, by('Token')),
        'DELETE /token': echo('deleted', by('Token')),
        'GET /checked': echo(seen, by('Checked')),
        'GET /request/{id}': echo(seen, by('Request')),
        'GET /uncached': echo(seen, by('Uncached')),
      },
      {
        Token: authorizer({ Type: 'TOKEN', IdentitySource: 'method.request.header.Authorization', AuthorizerResultTtlInSeconds: 60 }),
        Checked: authorizer({
          Type: 'TOKEN',
          IdentitySource: 'method.request.header.Authorization',
          IdentityValidationExpression: 'Bearer [a-z]+',
        }),
        Request: authorizer({
          Type: 'REQUEST',
          IdentitySource: 'method.request.header.X-School, method.request.querystring.pupil, context.identity.sourceIp',
        }),
        Uncached: authorizer({ Type: 'REQUEST', AuthorizerResultTtlInSeconds: 0 }),
      },
    ),
  );
});
afterAll(() => gateway.close());

const policy = (effect: string, resource: Json, more: JsonObject = {}) => ({
  principalId: 'pupil-1',
  policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource: resource }] },
  context: { text: 'school-a', number: 7, flag: true },
  ...more,
});
let token = 0;
beforeEach(() => {
  token += 1;
  gateway.invocations.length = 0;
  gateway.endpointSays.denial = undefined;
  Object.assign(gateway.functions, { error: undefined, result: () => policy('Allow', '*') });
});
const get = (path: string, headers: Record<string, string> = { Authorization: `token-${token}` }) => gateway.call('GET', path, { headers });

describe('a TOKEN authorizer', () => {
  test('receives the token and the ARN of the method', async () => {
    await get('/token');
    const [api] = gateway.host.split('.');
    expect(gateway.invocations[0].event).toEqual({
      type: 'TOKEN',
      authorizationToken: `token-${token}`,
      methodArn: `arn:aws:execute-api:us-east-1:123456789012:${api}/prod/GET/token`,
    });
  });

  test('returns a context whose values are strings in $context.authorizer', async () => {
    expect((await get('/token')).body).toBe('pupil-1|school-a|7|true|');
  });

  test('is not called without a token or if the token does not match the validation expression', async () => {
    for (const [path, headers] of [
      ['/token', {}],
      ['/checked', { Authorization: 'Bearer abc; more' }],
    ] as const) {
      const reply = await get(path, headers);
      expect([reply.status, reply.body, reply.headers['x-amzn-errortype']]).toEqual([
        401,
        '{"message":"Unauthorized"}',
        'UnauthorizedException',
      ]);
    }
    expect(gateway.invocations).toEqual([]);
    expect((await get('/checked', { Authorization: 'Bearer abc' })).status).toBe(200);
  });

  test('finds its header in any case', async () => {
    expect((await get('/token', { authorization: `token-${token}` })).status).toBe(200);
  });
});

describe('a REQUEST authorizer', () => {
  test('receives the request in the format of a proxy event', async () => {
    await get('/request/7?pupil=p', { 'X-School': `school-${token}` });
    expect(gateway.invocations[0].event).toMatchObject({
      type: 'REQUEST',
      resource: '/request/{id}',
      path: '/request/7',
      httpMethod: 'GET',
      headers: { 'X-School': `school-${token}` },
      queryStringParameters: { pupil: 'p' },
      pathParameters: { id: '7' },
      requestContext: { stage: 'prod', resourcePath: '/request/{id}' },
    });
    expect(gateway.invocations[0].event).not.toHaveProperty('body');
  });

  test('is not called if an identity source is missing or empty', async () => {
    expect((await get('/request/7?pupil=', { 'X-School': 'a' })).status).toBe(401);
    expect((await get('/request/7?pupil=p', {})).status).toBe(401);
    expect(gateway.invocations).toEqual([]);
  });

  test('without caching, is called for each request and needs no identity source', async () => {
    await get('/uncached', {});
    expect((await get('/uncached', {})).status).toBe(200);
    expect(gateway.invocations).toHaveLength(2);
  });
});

describe('the policy', () => {
  test('is cached for its TTL by the values of the identity sources', async () => {
    await get('/token');
    gateway.time.now += 59_000;
    await get('/token');
    expect(gateway.invocations).toHaveLength(1);
    await get('/token', { Authorization: `other-${token}` });
    expect(gateway.invocations).toHaveLength(2);
    gateway.time.now += 2_000;
    await get('/token');
    expect(gateway.invocations).toHaveLength(3);
  });

  test('from the cache is evaluated again for each method', async () => {
    gateway.functions.result = (event) => policy('Allow', String(event.methodArn));
    expect((await get('/token')).status).toBe(200);
    const other = await gateway.call('DELETE', '/token', { headers: { Authorization: `token-${token}` } });
    expect([other.status, other.body]).toEqual([403, '{"Message":"User is not authorized to access this resource"}']);
    expect(gateway.invocations).toHaveLength(1);
  });

  test('matches method ARNs with wildcards', async () => {
    const [api] = gateway.host.split('.');
    const arn = `arn:aws:execute-api:us-east-1:123456789012:${api}`;
    for (const [resource, status] of [
      [`${arn}/prod/GET/*`, 200],
      [`${arn}/*/*/tok?n`, 200],
      [[`${arn}/prod/POST/token`, `${arn}/prod/*`], 200],
      [`${arn}/prod/GET/tok`, 403],
      [`${arn}/test/GET/token`, 403],
    ] as const) {
      gateway.functions.result = () => policy('Allow', resource as Json);
      expect((await get('/token', { Authorization: JSON.stringify([token, resource]) })).status).toBe(status);
    }
  });

  test('with an explicit deny overrides an allow, and the message says so', async () => {
    const allow = policy('Allow', '*').policyDocument.Statement;
    const deny = policy('Deny', '*').policyDocument.Statement;
    gateway.functions.result = () => policy('Allow', '*', { policyDocument: { Statement: [...allow, ...deny] } });
    const reply = await get('/token');
    expect([reply.status, reply.body]).toEqual([403, '{"Message":"User is not authorized to access this resource with an explicit deny"}']);
    expect(reply.headers['x-amzn-errortype']).toBe('AccessDeniedException');
  });
});

describe('an authorizer that fails', () => {
  test('with the error Unauthorized returns 401, which is not cached', async () => {
    gateway.functions.error = 'Unauthorized';
    expect((await get('/token')).status).toBe(401);
    gateway.functions.error = undefined;
    expect((await get('/token')).status).toBe(200);
  });

  test('with any other error returns AUTHORIZER_FAILURE', async () => {
    gateway.functions.error = 'boom';
    const reply = await get('/token');
    expect([reply.status, reply.body, reply.headers['x-amzn-errortype']]).toEqual([500, '{"message":null}', 'AuthorizerFailureException']);
  });

  test('with an invalid result returns AUTHORIZER_CONFIGURATION_ERROR', async () => {
    const wrong: Json[] = [
      null,
      'text',
      policy('Allow', '*', { principalId: null }),
      policy('Allow', '*', { policyDocument: null }),
      policy('Permit', '*'),
      policy('Allow', []),
      policy('Allow', '*', { context: { nested: {} } }),
      policy('Allow', '*', { context: { list: [] } }),
      policy('Allow', '*', { context: 'text' }),
    ];
    for (const [index, result] of wrong.entries()) {
      gateway.functions.result = () => result;
      const reply = await get('/token', { Authorization: `wrong-${index}` });
      expect([reply.status, reply.body, reply.headers['x-amzn-errortype']]).toEqual([
        500,
        '{"message":null}',
        'AuthorizerConfigurationException',
      ]);
    }
  });

  test('because API Gateway may not invoke it returns AUTHORIZER_CONFIGURATION_ERROR', async () => {
    gateway.endpointSays.denial = 'denied';
    const reply = await get('/token');
    expect([reply.status, reply.headers['x-amzn-errortype']]).toEqual([500, 'AuthorizerConfigurationException']);
    const [api] = gateway.host.split('.');
    const { caller } = gateway.checks.at(-1) as { caller: { sourceArn: string } };
    expect(caller.sourceArn).toMatch(new RegExp(`^arn:aws:execute-api:us-east-1:123456789012:${api}/authorizers/[a-z0-9]{6}$`));
    expect(gateway.invocations).toEqual([]);
  });
});

test('the ARN of a method with an authorizer has at most 1600 bytes', async () => {
  const reply = await get(`/request/${'x'.repeat(1600)}?pupil=p`, { 'X-School': 'a' });
  expect(reply.status).toBe(414);
});
