import type { Assembly, JsonObject } from '../../contracts';
import { apigateway } from '.';
import { apiTemplate, assemblyOf, echo, FUNCTION_URI, type Reply, send, type TestGateway, testGateways } from './testing';

const VALUE = 'abcdefghij0123456789abcdefghij';
const OTHER = 'bbbbbbbbbb0123456789abcdefghij';
const OFF = 'cccccccccc0123456789abcdefghij';
const LOOSE = 'dddddddddd0123456789abcdefghij';
const key = (Value: string, more: JsonObject = {}) => ({ Type: 'AWS::ApiGateway::ApiKey', Properties: { Value, Enabled: true, ...more } });
const plan = (properties: JsonObject, stages: JsonObject[] = [{ ApiId: { Ref: 'Api' }, Stage: 'prod' }]) => ({
  Type: 'AWS::ApiGateway::UsagePlan',
  DependsOn: ['Stage'],
  Properties: { ApiStages: stages, ...properties },
});
const planKey = (keyId: string, planId: string) => ({
  Type: 'AWS::ApiGateway::UsagePlanKey',
  Properties: { KeyId: { Ref: keyId }, KeyType: 'API_KEY', UsagePlanId: { Ref: planId } },
});
const keyed = (template: string, more: JsonObject = {}) => echo(template, { ApiKeyRequired: true, ...more });
const Log = {
  AccessLogSetting: {
    DestinationArn: 'arn:aws:logs:us-east-1:123456789012:log-group:/api/access',
    Format: '$context.requestId $context.identity.apiKeyId $context.identity.apiKey',
  },
};

const startTestGateway = testGateways();
const start = (...template: Parameters<typeof apiTemplate>): Promise<TestGateway> => startTestGateway(apiTemplate(...template));

const ask = (gateway: TestGateway, value: string, method = 'GET', path = '/a'): Promise<Reply> =>
  gateway.call(method, path, { headers: { 'X-Api-Key': value } });
const statuses = async (count: number, one: () => Promise<Reply>): Promise<number[]> => {
  const found: number[] = [];
  for (let at = 0; at < count; at += 1) found.push((await one()).status);
  return found;
};

describe('a method that requires an API key', () => {
  test('is forbidden without a key, or if the key is unknown, disabled or in no plan of the stage', async () => {
    const gateway = await start(
      { 'GET /a': keyed('ok'), 'GET /open': echo('ok') },
      {
        Good: key(VALUE),
        Off: key(OFF, { Enabled: false }),
        Loose: key(LOOSE),
        Elsewhere: key(OTHER),
        Plan: plan({}),
        Other: plan({}, [{ ApiId: { Ref: 'Api' }, Stage: 'beta' }]),
        A: planKey('Good', 'Plan'),
        B: planKey('Off', 'Plan'),
        C: planKey('Elsewhere', 'Other'),
      },
    );
    for (const value of ['', 'unknown', OFF, LOOSE, OTHER, VALUE.toUpperCase()]) {
      const { status, body, headers } = await ask(gateway, value);
      expect([status, body, headers['x-amzn-errortype']]).toEqual([403, '{"message":"Forbidden"}', 'ForbiddenException']);
    }
    expect((await gateway.call('GET', '/a')).status).toBe(403);
    expect((await ask(gateway, VALUE)).status).toBe(200);
    expect((await gateway.call('GET', '/open')).status).toBe(200);
  });

  test('has the key and its ID in $context.identity and in the access log; other methods have neither', async () => {
    const gateway = await start(
      { 'GET /a': keyed('$context.identity.apiKey $context.identity.apiKeyId'), 'GET /open': echo('[$!context.identity.apiKey]') },
      { Good: key(VALUE), Plan: plan({}), A: planKey('Good', 'Plan') },
      Log,
    );
    const [, id] = (await ask(gateway, VALUE)).body.split(' ');
    expect(id).toMatch(/^[a-z0-9]{10}$/);
    expect((await ask(gateway, VALUE, 'GET', '/open')).body).toBe('[]');
    expect(gateway.lines.map(({ message }) => message.split(' ').slice(1))).toEqual([
      [id, VALUE],
      ['-', '-'],
    ]);
  });

  test('checks the key after the authorizer and before the request validator', async () => {
    const ofApi = { RestApiId: { Ref: 'Api' } };
    const gateway = await start(
      {
        'GET /a': keyed('ok', {
          AuthorizationType: 'CUSTOM',
          AuthorizerId: { Ref: 'Authorizer' },
          RequestValidatorId: { Ref: 'All' },
          RequestParameters: { 'method.request.header.X-School': true },
        }),
      },
      {
        Authorizer: {
          Type: 'AWS::ApiGateway::Authorizer',
          Properties: { ...ofApi, Type: 'TOKEN', AuthorizerUri: FUNCTION_URI, IdentitySource: 'method.request.header.Authorization' },
        },
        All: { Type: 'AWS::ApiGateway::RequestValidator', Properties: { ...ofApi, ValidateRequestParameters: true } },
        Good: key(VALUE),
        Plan: plan({}),
        A: planKey('Good', 'Plan'),
      },
    );
    gateway.functions.result = () => allow();
    expect((await gateway.call('GET', '/a', { headers: { 'X-Api-Key': VALUE } })).status).toBe(401);
    expect((await gateway.call('GET', '/a', { headers: { Authorization: 'x' } })).body).toBe('{"message":"Forbidden"}');
    expect((await gateway.call('GET', '/a', { headers: { Authorization: 'x', 'X-Api-Key': VALUE } })).status).toBe(400);
  });
});

const allow = (more: JsonObject = {}): JsonObject => ({
  principalId: 'p',
  policyDocument: { Version: '2012-10-17', Statement: [{ Action: 'execute-api:Invoke', Effect: 'Allow', Resource: '*' }] },
  ...more,
});

const unsupported = (assembly: Assembly) => apigateway.unsupported?.(assembly, { hosts: new Map(), images: new Map() }) ?? [];

/** An operation of the control plane. */
async function operate(gateway: TestGateway, method: string, url: string, body?: JsonObject): Promise<JsonObject> {
  const principal = { arn: '', tags: {}, accessKeyId: '' };
  const request = { service: 'apigateway', principal, method, url, headers: {}, body: Buffer.from(body ? JSON.stringify(body) : '') };
  const reply = await gateway.services[0].read(request).execute({ denied: [], faults: [] });
  expect(reply.status).toBeLessThan(300);
  return reply.body === '' ? {} : JSON.parse(String(reply.body));
}

describe("with the authorizer's key", () => {
  const authorized = (more: JsonObject = {}) =>
    start(
      {
        'GET /a': keyed('$context.identity.apiKeyId', { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Authorizer' } }),
        'GET /bare': keyed('x'),
      },
      {
        Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'Api', ApiKeySourceType: 'AUTHORIZER' } },
        Authorizer: {
          Type: 'AWS::ApiGateway::Authorizer',
          Properties: {
            RestApiId: { Ref: 'Api' },
            Type: 'TOKEN',
            AuthorizerUri: FUNCTION_URI,
            IdentitySource: 'method.request.header.Authorization',
          },
        },
        Good: key(VALUE),
        Plan: plan({ Throttle: { RateLimit: 1, BurstLimit: 2 } }),
        A: planKey('Good', 'Plan'),
        ...more,
      },
    );
  const call = (gateway: TestGateway, token: string) => gateway.call('GET', '/a', { headers: { Authorization: token } });

  test('usageIdentifierKey is the key and is cached with the policy; the header is ignored', async () => {
    const gateway = await authorized();
    gateway.functions.result = ({ authorizationToken }) => allow({ usageIdentifierKey: authorizationToken === 'good' ? VALUE : 'x' });
    expect([(await call(gateway, 'good')).status, (await call(gateway, 'good')).status, (await call(gateway, 'good')).status]).toEqual([
      200, 200, 429,
    ]);
    expect(gateway.invocations).toHaveLength(1);
    expect((await gateway.call('GET', '/a', { headers: { Authorization: 'bad', 'X-Api-Key': VALUE } })).status).toBe(403);
    expect((await gateway.call('GET', '/bare', { headers: { 'X-Api-Key': VALUE } })).status).toBe(403);
  });

  test("a key that moves to another plan gets its limits at once, even if the authorizer's result is cached", async () => {
    const gateway = await authorized({ Larger: plan({ Throttle: { RateLimit: 1, BurstLimit: 3 } }) });
    gateway.functions.result = () => allow({ usageIdentifierKey: VALUE });
    expect(await statuses(3, () => call(gateway, 'good'))).toEqual([200, 200, 429]);
    const keyId = await operate(gateway, 'GET', '/apikeys').then(({ item }) => (item as JsonObject[])[0].id);
    const plans = (await operate(gateway, 'GET', '/usageplans')).item as JsonObject[];
    await operate(gateway, 'DELETE', `/usageplans/${plans[0].id}/keys/${keyId}`);
    expect((await call(gateway, 'good')).status).toBe(403);
    await operate(gateway, 'POST', `/usageplans/${plans[1].id}/keys`, { keyId, keyType: 'API_KEY' });
    expect(await statuses(4, () => call(gateway, 'good'))).toEqual([200, 200, 200, 429]);
    await operate(gateway, 'PATCH', `/apikeys/${keyId}`, { patchOperations: [{ op: 'replace', path: '/enabled', value: 'false' }] });
    gateway.time.now += 1000;
    expect((await call(gateway, 'good')).status).toBe(403);
    expect(gateway.invocations).toHaveLength(1);
  });

  test('a result without a key is forbidden; a key that is not a string is a configuration error', async () => {
    const gateway = await authorized();
    gateway.functions.result = ({ authorizationToken }) => allow({ usageIdentifierKey: authorizationToken === 'none' ? null : 7 });
    expect([(await call(gateway, 'none')).status, (await call(gateway, 'number')).status]).toEqual([403, 500]);
  });
});

describe('the limits of a usage plan', () => {
  test('apply to each key; requests over them get 429 with the THROTTLED response', async () => {
    const gateway = await start(
      { 'GET /a': keyed('ok'), 'GET /b': keyed('ok') },
      {
        Good: key(VALUE),
        Second: key(OTHER),
        Plan: plan({ Throttle: { RateLimit: 2, BurstLimit: 3 } }),
        A: planKey('Good', 'Plan'),
        B: planKey('Second', 'Plan'),
        Answer: {
          Type: 'AWS::ApiGateway::GatewayResponse',
          Properties: {
            RestApiId: { Ref: 'Api' },
            ResponseType: 'THROTTLED',
            ResponseParameters: { 'gatewayresponse.header.Retry-After': "'1'" },
            ResponseTemplates: { 'application/json': '{"message":$context.error.messageString,"correlationId":"$context.requestId"}' },
          },
        },
      },
    );
    expect(await statuses(2, () => ask(gateway, VALUE))).toEqual([200, 200]);
    expect(await statuses(2, () => ask(gateway, VALUE, 'GET', '/b'))).toEqual([200, 429]);
    const { status, headers, body } = await gateway.call('GET', '/a', { headers: { 'X-Api-Key': VALUE, 'x-amzn-RequestId': 'r-1' } });
    expect([status, headers['retry-after'], headers['x-amzn-errortype']]).toEqual([429, '1', 'TooManyRequestsException']);
    expect(JSON.parse(body)).toEqual({ message: 'Too Many Requests', correlationId: 'r-1' });
    expect(await statuses(3, () => ask(gateway, OTHER))).toEqual([200, 200, 200]);
    gateway.time.now += 1000;
    expect(await statuses(3, () => ask(gateway, VALUE))).toEqual([200, 200, 429]);
  });

  test('are aggregated across the stages of a plan', async () => {
    const beta = {
      Type: 'AWS::ApiGateway::Stage',
      Properties: { RestApiId: { Ref: 'Api' }, StageName: 'beta', DeploymentId: { Ref: 'Deployment' } },
    };
    const stages = ['prod', 'beta'].map((Stage) => ({ ApiId: { Ref: 'Api' }, Stage }));
    const gateway = await start(
      { 'GET /a': keyed('ok') },
      { Beta: beta, Good: key(VALUE), Plan: plan({ Throttle: { RateLimit: 0, BurstLimit: 2 } }, stages), A: planKey('Good', 'Plan') },
    );
    const other = () => send(`${gateway.url.replace(/prod$/, 'beta')}/a`, 'GET', { headers: { 'X-Api-Key': VALUE } });
    expect([await ask(gateway, VALUE), await other(), await ask(gateway, VALUE), await other()].map(({ status }) => status)).toEqual([
      200, 200, 429, 429,
    ]);
  });

  test('of a method apply to that method only, in addition to those of the plan', async () => {
    const stages = [{ ApiId: { Ref: 'Api' }, Stage: 'prod', Throttle: { '/a/{id}/GET': { RateLimit: 0, BurstLimit: 1 } } }];
    const gateway = await start(
      { 'ANY /a/{id}': keyed('ok') },
      { Good: key(VALUE), Plan: plan({ Throttle: { RateLimit: 0, BurstLimit: 3 } }, stages), A: planKey('Good', 'Plan') },
    );
    expect(await statuses(3, () => ask(gateway, VALUE, 'GET', '/a/1'))).toEqual([200, 429, 429]);
    expect(await statuses(3, () => ask(gateway, VALUE, 'POST', '/a/1'))).toEqual([200, 200, 429]);
  });

  test('reset a quota at midnight UTC, each Sunday or on the first of the month; requests over it get 429', async () => {
    const periods = {
      DAY: [VALUE, Date.UTC(2026, 10, 23)],
      WEEK: [OTHER, Date.UTC(2026, 10, 29)],
      MONTH: [LOOSE, Date.UTC(2026, 11, 1)],
    } as const;
    for (const [Period, [value, renewed]] of Object.entries(periods)) {
      const gateway = await start(
        { 'GET /a': keyed('ok') },
        { Good: key(value), Plan: plan({ Quota: { Limit: 2, Period } }), A: planKey('Good', 'Plan') },
      );
      expect(await statuses(2, () => ask(gateway, value))).toEqual([200, 200]);
      gateway.time.now = renewed - 1;
      const { status, body, headers } = await ask(gateway, value);
      expect([status, body, headers['x-amzn-errortype']]).toEqual([429, '{"message":"Limit Exceeded"}', 'LimitExceededException']);
      gateway.time.now = renewed;
      expect(await statuses(3, () => ask(gateway, value))).toEqual([200, 200, 429]);
    }
  });

  test('do not count rejected requests toward the quota', async () => {
    const gateway = await start(
      { 'GET /a': keyed('ok') },
      {
        Good: key(VALUE),
        Plan: plan({ Throttle: { RateLimit: 1, BurstLimit: 1 }, Quota: { Limit: 2, Period: 'DAY' } }),
        A: planKey('Good', 'Plan'),
      },
    );
    expect(await statuses(5, () => ask(gateway, VALUE))).toEqual([200, 429, 429, 429, 429]);
    gateway.time.now += 1000;
    expect((await ask(gateway, VALUE)).status).toBe(200);
    gateway.time.now += 1000;
    expect((await ask(gateway, VALUE)).body).toBe('{"message":"Limit Exceeded"}');
  });
});

describe('the throttling of a stage', () => {
  test('applies to all callers together, per method; a setting of the method overrides the one for all methods', async () => {
    const MethodSettings: JsonObject[] = [
      { ResourcePath: '/*', HttpMethod: '*', ThrottlingRateLimit: 1, ThrottlingBurstLimit: 2, MetricsEnabled: true },
      { ResourcePath: '/~1a~1{id}', HttpMethod: 'POST', ThrottlingBurstLimit: 1 },
      { ResourcePath: '/', HttpMethod: 'GET', ThrottlingRateLimit: -1, ThrottlingBurstLimit: -1 },
    ];
    const gateway = await start({ 'ANY /a/{id}': echo('ok'), 'GET /': echo('ok') }, {}, { MethodSettings });
    expect(await statuses(3, () => gateway.call('GET', '/a/1'))).toEqual([200, 200, 429]);
    expect(await statuses(2, () => gateway.call('POST', '/a/2'))).toEqual([200, 429]);
    expect(await statuses(4, () => gateway.call('GET', '/'))).toEqual([200, 200, 200, 200]);
    gateway.time.now += 1000;
    expect(await statuses(2, () => gateway.call('GET', '/a/1'))).toEqual([200, 429]);
    expect(await statuses(2, () => gateway.call('POST', '/a/1'))).toEqual([200, 429]);
  });

  test('takes no token of a key whose request it rejects', async () => {
    const MethodSettings = [{ ResourcePath: '/~1a', HttpMethod: 'GET', ThrottlingRateLimit: 0, ThrottlingBurstLimit: 1 }];
    const gateway = await start(
      { 'GET /a': keyed('ok'), 'GET /b': keyed('ok') },
      { Good: key(VALUE), Plan: plan({ Throttle: { RateLimit: 0, BurstLimit: 2 } }), A: planKey('Good', 'Plan') },
      { MethodSettings },
    );
    expect(await statuses(3, () => ask(gateway, VALUE))).toEqual([200, 429, 429]);
    expect(await statuses(2, () => ask(gateway, VALUE, 'GET', '/b'))).toEqual([200, 429]);
  });
});

describe('rejected by name when keys and plans are loaded', () => {
  const load = (more: JsonObject, stage: JsonObject = {}) => unsupported(assemblyOf(apiTemplate({ 'GET /a': keyed('ok') }, more, stage)));

  test.each<[string, JsonObject, string]>([
    [
      'a value of 19 characters',
      { K: key('a'.repeat(19)) },
      'ApiKey.Value cannot be run: API Key value should be at least 20 characters (S.K)',
    ],
    [
      'a value of 129 characters',
      { K: key('a'.repeat(129)) },
      'ApiKey.Value cannot be run: API Key value should be at most 128 characters (S.K)',
    ],
    ['the value of another key', { K: key(VALUE), L: key(VALUE) }, 'ApiKey.Value cannot be run: API Key already exists (S.L)'],
    [
      'a key in two plans of a stage',
      { K: key(VALUE), P: plan({}), Q: plan({}), A: planKey('K', 'P'), B: planKey('K', 'Q') },
      'cannot reference multiple Usage Plans with the same API stage',
    ],
    [
      'a quota with an offset',
      { P: plan({ Quota: { Limit: 1, Period: 'WEEK', Offset: 1 } }) },
      'UsagePlan.Quota.Offset 1 is not supported',
    ],
    ['a quota of an hour', { P: plan({ Quota: { Limit: 1, Period: 'HOUR' } }) }, 'UsagePlan.Quota.Period HOUR is not supported'],
    ['half a throttle', { P: plan({ Throttle: { RateLimit: 1 } }) }, 'UsagePlan.Throttle.BurstLimit is missing'],
    [
      'a limit of a method without one of the plan',
      { P: plan({}, [{ ApiId: { Ref: 'Api' }, Stage: 'prod', Throttle: { '/a/GET': { RateLimit: 1, BurstLimit: 1 } } }]) },
      'UsagePlan.Throttle is missing: Usage plan throttle settings are required for method throttles',
    ],
    [
      'an unknown member of a limit',
      { P: plan({}, [{ ApiId: { Ref: 'Api' }, Stage: 'prod', Throttle: { '/a/GET': { RateLimit: 1, BurstLimit: 1, Colour: 1 } } }]) },
      'ApiStages.0.Throttle./a/GET.Colour is not supported',
    ],
  ])('%s', (_, more, message) => {
    expect(load(more)).toEqual([expect.stringContaining(message)]);
  });

  test.each<[string, JsonObject, string]>([
    [
      'a setting of no method',
      { MethodSettings: [{ ResourcePath: '/~1b', HttpMethod: 'GET', ThrottlingRateLimit: 1 }] },
      'MethodSettings.0.ResourcePath /~1b with GET is not a method of the API',
    ],
  ])('%s', (_, stage, message) => {
    expect(load({}, stage)).toEqual([expect.stringContaining(message)]);
  });
});
