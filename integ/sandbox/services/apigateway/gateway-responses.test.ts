import { connect } from 'node:net';
import { apiTemplate, echo, startTestGateway, type TestGateway, toQueue } from './testing';

const ofApi = { RestApiId: { Ref: 'Api' } };
const response = (properties: object) => ({ Type: 'AWS::ApiGateway::GatewayResponse', Properties: { ...ofApi, ...properties } });

let gateway: TestGateway;
let plain: TestGateway;
beforeAll(async () => {
  const validated = echo('ok', { RequestValidatorId: { Ref: 'All' }, RequestParameters: { 'method.request.header.X-School': true } });
  const validator = { Type: 'AWS::ApiGateway::RequestValidator', Properties: { ...ofApi, ValidateRequestParameters: true } };
  const Format =
    '{"id":"$context.requestId","status":$context.status,"length":$context.responseLength,"type":"$context.error.responseType"}';
  const DestinationArn = 'arn:aws:logs:us-east-1:123456789012:log-group:/api/access:*';
  gateway = await startTestGateway(
    apiTemplate(
      {
        'GET /a': validated,
        'POST /a': echo('posted'),
        'PUT /a': echo('put', { RequestValidatorId: { Ref: 'Bodies' }, RequestModels: { 'application/json': { Ref: 'Object' } } }),
      },
      {
        All: validator,
        Bodies: { Type: 'AWS::ApiGateway::RequestValidator', Properties: { ...ofApi, ValidateRequestBody: true } },
        Object: {
          Type: 'AWS::ApiGateway::Model',
          Properties: { ...ofApi, Name: 'Object', ContentType: 'application/json', Schema: { type: 'object' } },
        },
        BadBody: response({
          ResponseType: 'BAD_REQUEST_BODY',
          ResponseTemplates: { 'application/json': '{"said":$context.error.messageString,"why":"$context.error.validationErrorString"}' },
        }),
        Any4xx: response({
          ResponseType: 'DEFAULT_4XX',
          StatusCode: '409',
          ResponseParameters: { 'gatewayresponse.header.Access-Control-Allow-Origin': "'*'" },
          ResponseTemplates: { 'application/json': '{"said":$context.error.messageString}' },
        }),
        Large: response({ ResponseType: 'REQUEST_TOO_LARGE', StatusCode: '400', ResponseTemplates: { 'application/json': 'own' } }),
        Missing: response({
          ResponseType: 'MISSING_AUTHENTICATION_TOKEN',
          StatusCode: '404',
          ResponseParameters: {
            'gatewayresponse.header.X-Path': 'context.path',
            'gatewayresponse.header.X-School': 'method.request.header.X-School',
          },
          ResponseTemplates: {
            'application/json':
              '{"type":"$context.error.responseType","text":"$context.error.message #if(true)","stage":"$stageVariables.colour"}',
            'text/plain': 'nothing here',
          },
        }),
      },
      { Variables: { colour: 'blue' }, AccessLogSetting: { DestinationArn, Format } },
    ),
  );
  plain = await startTestGateway(apiTemplate({ 'POST /a': toQueue('$input.body.length()') }));
});
afterAll(async () => {
  await gateway.close();
  await plain.close();
});

describe('gateway responses', () => {
  test('have a status, headers and a template of their own, which is not VTL', async () => {
    const { status, headers, body } = await gateway.call('GET', '/none', { headers: { 'X-School': 'a' } });
    expect([status, headers['x-path'], headers['x-school']]).toEqual([404, '/prod/none', 'a']);
    expect(JSON.parse(body)).toEqual({
      type: 'MISSING_AUTHENTICATION_TOKEN',
      text: 'Missing Authentication Token #if(true)',
      stage: 'blue',
    });
  });

  test('select the template by the Accept header', async () => {
    const { body, headers } = await gateway.call('GET', '/none', { headers: { Accept: 'text/plain' } });
    expect([body, headers['content-type']]).toEqual(['nothing here', 'text/plain']);
  });

  test('of DEFAULT_4XX apply to each type without its own response, including the status', async () => {
    const { status, headers, body } = await gateway.call('GET', '/a');
    expect([status, headers['access-control-allow-origin']]).toEqual([409, '*']);
    expect(body).toBe('{"said":"Missing required request parameters: [X-School]"}');
  });
});

describe('the message of an error', () => {
  test("is inserted unescaped: quotes in the validator's message end the string around it", async () => {
    const { body } = await gateway.call('PUT', '/a', { body: 'NaN' });
    expect(body).toMatch(/^\{"said":"Invalid request body","why":".*"NaN".*"\}$/);
    expect(() => JSON.parse(body)).toThrow();
  });
});

describe('the access log', () => {
  test('has one line for each request, with - for a missing value', async () => {
    gateway.lines.length = 0;
    const [one, two] = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-00000000000A'];
    await gateway.call('POST', '/a', { headers: { 'x-amzn-RequestId': one } });
    await gateway.call('GET', '/none', { headers: { 'x-amzn-RequestId': two, Accept: 'text/plain' } });
    expect(gateway.lines.map(({ group, message }) => [group, message])).toEqual([
      ['/api/access', `{"id":"${one}","status":200,"length":6,"type":"-"}`],
      ['/api/access', `{"id":"${two}","status":404,"length":12,"type":"MISSING_AUTHENTICATION_TOKEN"}`],
    ]);
  });

  test('has a marked UUID instead of a request ID that is not a UUID', async () => {
    gateway.lines.length = 0;
    await gateway.call('POST', '/a', { headers: { 'x-amzn-RequestId': 'x","status":"999' } });
    const { id, status } = JSON.parse(gateway.lines[0].message);
    expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}_REPLACED_INVALID_REQUEST_ID$/);
    expect(status).toBe(200);
  });

  // The first two as in the report: a User-Agent that was sent, and how it stood in the line.
  const reported = [
    ['""This is a special user-agent""', String.raw`\"\"This is a special user-agent\"\"`],
    [String.raw`""\"This is a special user-agent\"""`, String.raw`\"\"\\\"This is a special user-agent\\\"\"\"`],
    ['a\tb', String.raw`a\tb`],
  ];
  const agentLog = async (accessLog: 'escaped' | 'raw', agent: string): Promise<string> => {
    const Format = '{"id":"$context.extendedRequestId","agent":"$context.identity.userAgent","message":$context.error.messageString}';
    const setting = { AccessLogSetting: { DestinationArn: 'arn:aws:logs:us-east-1:123456789012:log-group:/api/access:*', Format } };
    const logged = await startTestGateway(apiTemplate({ 'POST /a': echo('posted') }, {}, setting), { accessLog });
    await logged.call('GET', '/a', { headers: { 'User-Agent': agent } });
    await logged.close();
    return logged.lines[0].message;
  };

  test('escapes quotes and backslashes in a value as JSON does', async () => {
    for (const [sent, stands] of reported) {
      const line = await agentLog('escaped', sent);
      expect(line).toContain(`"agent":"${stands}"`);
      expect(JSON.parse(line)).toMatchObject({ agent: sent, message: 'Missing Authentication Token' });
    }
  });

  test('has unescaped values in raw mode', async () => {
    for (const [sent] of reported) expect(await agentLog('raw', sent)).toContain(`"agent":"${sent}"`);
  });
});

describe('limits', () => {
  const MEGABYTE = 1024 * 1024;

  test('a payload of 10 MB is accepted, one more byte is too large', async () => {
    await plain.call('POST', '/a', { body: Buffer.alloc(10 * MEGABYTE, 'x') });
    expect(plain.received.at(-1)?.body).toBe(String(10 * MEGABYTE));
    const reply = await plain.call('POST', '/a', { body: Buffer.alloc(10 * MEGABYTE + 1, 'x') });
    expect([reply.status, reply.body]).toEqual([413, '{"message":"Request Too Long"}']);
  });

  test('the response to a payload that is too large cannot be customized', async () => {
    const { status, headers, body } = await gateway.call('POST', '/a', { body: Buffer.alloc(10 * MEGABYTE + 1, 'x') });
    expect([status, body, headers['access-control-allow-origin']]).toEqual([413, '{"message":"Request Too Long"}', undefined]);
  });

  test('all header values together have at most 10,240 bytes', async () => {
    expect((await plain.call('POST', '/a', { headers: { 'X-A': 'x'.repeat(10_100) } })).status).toBe(202);
    const { status, body } = await plain.call('POST', '/a', { headers: { 'X-A': 'x'.repeat(5_000), 'X-B': 'x'.repeat(5_300) } });
    expect([status, body]).toEqual([431, '{"message":"HTTP header is larger than 10240 bytes."}']);
  });

  test('a body that is not UTF-8 is handled as text', async () => {
    await plain.call('POST', '/a', { body: Buffer.from([0x61, 0xff, 0x62]) });
    expect(plain.received.at(-1)?.body).toBe('3');
  });

  test('an aborted request does not stop the server', async () => {
    const { port } = new URL(plain.url);
    const socket = connect(Number(port), '127.0.0.1');
    await new Promise((resolve) => socket.write('POST /prod/a HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc', resolve));
    socket.destroy();
    expect((await plain.call('POST', '/a', { body: 'ok' })).status).toBe(202);
  });
});
