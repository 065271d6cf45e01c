import type { Json, JsonObject } from '../../contracts';
import { apiTemplate, FUNCTION_ARN, FUNCTION_URI, ROLE_ARN, startTestGateway, type TestGateway } from './testing';

let gateway: TestGateway;
beforeAll(async () => {
  const proxy = { Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST', Uri: FUNCTION_URI };
  const custom: JsonObject = {
    Type: 'AWS',
    IntegrationHttpMethod: 'POST',
    Uri: FUNCTION_URI,
    RequestTemplates: { 'application/json': '{"wrapped": $input.json(\'$\')}' },
    IntegrationResponses: [
      { StatusCode: '200' },
      {
        StatusCode: '404',
        SelectionPattern: '.*not found.*',
        ResponseTemplates: { 'application/json': '{"error":$input.json(\'$.errorMessage\')}' },
      },
    ],
  };
  const MethodResponses = [{ StatusCode: '200' }, { StatusCode: '404' }];
  gateway = await startTestGateway(
    apiTemplate(
      {
        'ANY /proxy/{id}': { Integration: proxy },
        'GET /role': { Integration: { ...proxy, Credentials: ROLE_ARN } },
        'POST /custom': { Integration: custom, MethodResponses },
        'POST /event': {
          Integration: { ...custom, RequestParameters: { 'integration.request.header.X-Amz-Invocation-Type': "'Event'" } },
          MethodResponses,
        },
      },
      {},
      { Variables: { colour: 'blue' } },
    ),
  );
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.invocations.length = 0;
  gateway.checks.length = 0;
  gateway.endpointSays.denial = undefined;
  Object.assign(gateway.functions, { result: () => ({ statusCode: 200 }), error: undefined });
});

describe('a Lambda proxy integration', () => {
  test('passes the whole request to the function in the documented format', async () => {
    await gateway.call('POST', '/proxy/a%20b?x=1&x=2&y=z', {
      headers: { 'X-Own': ['1', '2'], 'Content-Type': 'text/plain' },
      body: 'hi ü',
    });
    const [{ arn, event }] = gateway.invocations;
    expect(arn).toBe(FUNCTION_ARN);
    expect(event).toMatchObject({
      resource: '/proxy/{id}',
      path: '/proxy/a%20b',
      httpMethod: 'POST',
      headers: { 'X-Own': '2', Host: gateway.host, 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': '127.0.0.1' },
      multiValueHeaders: { 'X-Own': ['1', '2'], 'Content-Type': ['text/plain'] },
      queryStringParameters: { x: '2', y: 'z' },
      multiValueQueryStringParameters: { x: ['1', '2'], y: ['z'] },
      pathParameters: { id: 'a b' },
      stageVariables: { colour: 'blue' },
      requestContext: {
        resourcePath: '/proxy/{id}',
        stage: 'prod',
        httpMethod: 'POST',
        extendedRequestId: expect.stringMatching(/^[\w-]{15}=$/),
        identity: { sourceIp: '127.0.0.1', user: null },
      },
      body: 'hi ü',
      isBase64Encoded: false,
    });
  });

  test('missing values are null', async () => {
    await gateway.call('GET', '/role');
    const { queryStringParameters, multiValueQueryStringParameters, pathParameters, body } = gateway.invocations[0].event;
    expect([queryStringParameters, multiValueQueryStringParameters, pathParameters, body]).toEqual([null, null, null, null]);
  });

  test('returns what the function returns: status, body, and both kinds of headers merged', async () => {
    gateway.functions.result = () => ({
      statusCode: 201,
      headers: { 'X-One': 'a', 'X-Two': 'b' },
      multiValueHeaders: { 'X-Two': ['b', 'c'], 'Set-Cookie': ['k=1', 'l=2'] },
      body: 'made',
    });
    const { status, headers, body } = await gateway.call('GET', '/proxy/1');
    expect([status, body, headers['x-one'], headers['x-two'], headers['set-cookie']]).toEqual([201, 'made', 'a', 'b, c', ['k=1', 'l=2']]);
    expect(headers['content-type']).toBe('application/json');
  });

  test('a function that fails, or returns another format, is a bad gateway', async () => {
    const wrong: Json[] = [null, 'text', [], { statusCode: 'x' }, { statusCode: 200, body: {} }, { message: 'x' }, { headers: { a: {} } }];
    for (const result of wrong) {
      gateway.functions.result = () => result;
      const reply = await gateway.call('GET', '/proxy/1');
      expect([reply.status, reply.body]).toEqual([502, '{"message":"Internal server error"}']);
    }
    gateway.functions.error = 'boom';
    expect((await gateway.call('GET', '/proxy/1')).status).toBe(502);
  });
});

describe('permission to invoke', () => {
  test('is checked for the called method, and for the service principal if there is no role', async () => {
    await gateway.call('PUT', '/proxy/1');
    const [api] = gateway.host.split('.');
    expect(gateway.checks).toEqual([
      {
        caller: {
          service: 'apigateway.amazonaws.com',
          sourceArn: `arn:aws:execute-api:us-east-1:123456789012:${api}/prod/PUT/proxy/{id}`,
        },
        check: { action: 'lambda:InvokeFunction', resource: FUNCTION_ARN, context: {} },
      },
    ]);
  });

  test('is checked for the role if there is one', async () => {
    await gateway.call('GET', '/role');
    expect(gateway.checks[0].caller).toEqual({ roleArn: ROLE_ARN });
  });

  test('that is missing is a configuration error, and the function is not called', async () => {
    gateway.endpointSays.denial = 'no resource-based policy allows the lambda:InvokeFunction action';
    const reply = await gateway.call('GET', '/proxy/1');
    expect([reply.status, reply.body]).toEqual([500, '{"message":"Internal server error"}']);
    expect(gateway.invocations).toEqual([]);
  });

  test('that is missing is reported once on the terminal', async () => {
    gateway.reported.length = 0;
    gateway.endpointSays.denial = 'no resource-based policy allows this one';
    await gateway.call('GET', '/proxy/1');
    await gateway.call('GET', '/proxy/2');
    expect(gateway.reported).toEqual([
      'GET /proxy/{id} returns 500 (API_CONFIGURATION_ERROR): Invalid permissions on Lambda function: no resource-based policy allows this one',
    ]);
  });
});

describe('a Lambda integration with templates', () => {
  test('passes the mapped body to the function and returns its result', async () => {
    gateway.functions.result = (event) => ({ got: event });
    expect((await gateway.call('POST', '/custom', { body: '{"a":1}' })).body).toBe('{"got":{"wrapped":{"a":1}}}');
  });

  test('selects a response by the error message; a message that no pattern matches selects the default', async () => {
    gateway.functions.error = 'pupil 7 not found';
    const reply = await gateway.call('POST', '/custom', { body: '{}' });
    expect([reply.status, reply.body]).toEqual([404, '{"error":"pupil 7 not found"}']);
    gateway.functions.error = 'something else';
    expect((await gateway.call('POST', '/custom', { body: '{}' })).status).toBe(200);
  });

  test("with X-Amz-Invocation-Type 'Event' the function is invoked asynchronously", async () => {
    expect((await gateway.call('POST', '/event', { body: '{"a":1}' })).status).toBe(200);
    expect([gateway.functions.later, gateway.invocations]).toEqual([[{ wrapped: { a: 1 } }], []]);
  });
});
