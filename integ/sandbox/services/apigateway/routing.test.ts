import { apiTemplate, echo, send, startTestGateway, type TestGateway } from './testing';

const where = echo('$context.resourcePath $context.httpMethod $input.params().path');
let gateway: TestGateway;
beforeAll(async () => {
  const cors = {
    Integration: {
      Type: 'MOCK',
      RequestTemplates: { 'application/json': '{ statusCode: 200 }' },
      IntegrationResponses: [
        { StatusCode: '204', ResponseParameters: { 'method.response.header.Access-Control-Allow-Origin': "'https://example.com'" } },
      ],
    },
    MethodResponses: [{ StatusCode: '204', ResponseParameters: { 'method.response.header.Access-Control-Allow-Origin': true } }],
  };
  // The template that addCorsPreflight of aws-cdk-lib creates for two origins.
  const chooses = [
    '#set($origin = $input.params().header.get("Origin"))',
    '#if($origin == "")',
    '  #set($origin = $input.params().header.get("origin"))',
    '#end',
    '#if($origin == "https://other.example")',
    '  #set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)',
    '#end',
  ];
  const [response] = cors.Integration.IntegrationResponses;
  const two = {
    ...cors,
    Integration: {
      ...cors.Integration,
      IntegrationResponses: [{ ...response, ResponseTemplates: { 'application/json': chooses.join('\n') } }],
    },
  };
  const anyType = {
    ...cors,
    Integration: { ...cors.Integration, PassthroughBehavior: 'NEVER', RequestTemplates: { $default: '{"statusCode":204}' } },
  };
  gateway = await startTestGateway(
    apiTemplate({
      'GET /': where,
      'GET /visits/recent': where,
      'GET /visits/{id}': where,
      'ANY /visits/{id}': echo('any'),
      'OPTIONS /visits/{id}': cors,
      'OPTIONS /two': two,
      'OPTIONS /any-type': anyType,
      'GET /visits/{id}/notes': where,
      'ANY /{proxy+}': where,
      'GET /empty/child': where,
    }),
  );
});
afterAll(() => gateway.close());
const body = async (method: string, path: string) => (await gateway.call(method, path)).body;

describe('routes', () => {
  test('a literal segment takes precedence over a parameter, and a parameter over a greedy one', async () => {
    expect(await body('GET', '/visits/recent')).toBe('/visits/recent GET {}');
    expect(await body('GET', '/visits/7')).toBe('/visits/{id} GET {id=7}');
    expect(await body('GET', '/visits/7/notes')).toBe('/visits/{id}/notes GET {id=7}');
    expect(await body('GET', '/visits/7/other')).toBe('/{proxy+} GET {proxy=visits/7/other}');
    expect(await body('GET', '/')).toBe('/ GET {}');
  });

  test('a method takes precedence over ANY, which handles all others', async () => {
    expect(await body('GET', '/visits/7')).not.toBe('any');
    expect(await body('DELETE', '/visits/7')).toBe('any');
  });

  test('a path without a method of its own goes to the greedy resource', async () => {
    expect(await body('PUT', '/empty')).toBe('/{proxy+} PUT {proxy=empty}');
  });

  test('path parameters are URL-decoded', async () => {
    expect(await body('GET', '/visits/a%20b%2Fc')).toBe('/visits/{id} GET {id=a b/c}');
  });

  test('an undefined method is a missing authentication token', async () => {
    const reply = await gateway.call('POST', '/visits/recent');
    expect([reply.status, reply.body]).toEqual([403, '{"message":"Missing Authentication Token"}']);
    expect(reply.headers['x-amzn-errortype']).toBe('MissingAuthenticationTokenException');
  });

  test('an unknown stage is forbidden', async () => {
    const reply = await send(gateway.url.replace(/prod$/, 'test/visits/7'), 'GET');
    expect([reply.status, reply.body]).toEqual([403, '{"message":"Forbidden"}']);
  });

  test('a mock integration as the CDK creates it answers a CORS preflight', async () => {
    const reply = await gateway.call('OPTIONS', '/visits/7', { headers: { Origin: 'https://example.com' } });
    expect([reply.status, reply.headers['access-control-allow-origin'], reply.body]).toEqual([204, 'https://example.com', '']);
  });

  test('a mock integration without a template for the content type returns 500', async () => {
    const reply = await gateway.call('OPTIONS', '/visits/7', { headers: { 'Content-Type': 'text/plain' } });
    expect([reply.status, reply.body]).toEqual([500, '{"message":"Internal server error"}']);
  });

  test('the $default template applies to each content type without its own', async () => {
    for (const type of ['text/plain', 'application/json', 'text/plain, application/json', 'x', '']) {
      const reply = await gateway.call('OPTIONS', '/any-type', { headers: type === '' ? {} : { 'Content-Type': type } });
      expect([type, reply.status]).toEqual([type, 204]);
    }
  });

  test("the CDK's preflight template finds an origin in a lowercase header", async () => {
    for (const name of ['Origin', 'origin']) {
      const { headers } = await gateway.call('OPTIONS', '/two', { headers: { [name]: 'https://other.example' } });
      expect(headers['access-control-allow-origin']).toBe('https://other.example');
    }
  });

  test('functions reach the API by its own host name', async () => {
    const reply = await gateway.call('GET', '/visits/7', { headers: { Host: gateway.host } });
    expect(reply.body).toBe('/visits/{id} GET {id=7}');
    expect(`${gateway.forwarded.get(gateway.host)}/prod`).toBe(gateway.url);
  });

  test('every response has the request IDs', async () => {
    const { headers } = await gateway.call('GET', '/visits/7');
    expect(headers['x-amzn-requestid']).toMatch(/^[0-9a-f-]{36}$/);
    expect(headers['x-amz-apigw-id']).toMatch(/=$/);
  });
});
