import type { Json } from '../../contracts';
import { apiTemplate, ROLE_ARN, startTestGateway, type TestGateway, toQueue } from './testing';

const answers: Json[] = [
  {
    StatusCode: '202',
    SelectionPattern: '2\\d{2}',
    ResponseTemplates: {
      'application/json': '{"id":"$input.path(\'$.SendMessageResponse.SendMessageResult.MessageId\')","request":"$context.requestId"}',
      'text/plain': 'accepted',
    },
  },
  { StatusCode: '400', SelectionPattern: '400', ResponseTemplates: { 'application/json': '{"message":"rejected"}' } },
  { StatusCode: '503', ResponseParameters: {}, ResponseTemplates: { 'application/json': '{"message":"later"}' } },
];

let gateway: TestGateway;
beforeAll(async () => {
  const mapped = {
    StatusCode: '202',
    ResponseParameters: {
      'method.response.header.X-Static': "'fixed'",
      'method.response.header.X-Backend': 'integration.response.header.x-backend',
      'method.response.header.X-Id': 'integration.response.body.id',
      'method.response.header.X-Stage': 'context.stage',
      'method.response.header.X-None': 'integration.response.header.none',
    },
  };
  const responses = [
    { StatusCode: '202', ResponseParameters: Object.fromEntries(Object.keys(mapped.ResponseParameters).map((n) => [n, true])) },
  ];
  const xml = { 'application/xml': 'xml' };
  gateway = await startTestGateway(
    apiTemplate({
      'POST /visits': toQueue('Action=SendMessage&MessageBody=$util.urlEncode($input.body)', { IntegrationResponses: answers }),
      'POST /mapped': toQueue('x', { IntegrationResponses: [mapped] }, { MethodResponses: responses }),
      'POST /override': toQueue('x', {
        IntegrationResponses: [
          {
            StatusCode: '202',
            ResponseTemplates: {
              'application/json': "#set($context.responseOverride.status = 418)#set($context.responseOverride.header.X-Pot = 'tea')short",
            },
          },
        ],
      }),
      'POST /unmatched': toQueue('x', { IntegrationResponses: [{ StatusCode: '202', SelectionPattern: '200' }] }),
      'POST /never': toQueue('x', { PassthroughBehavior: 'NEVER' }),
      'POST /no-templates': toQueue('x', { PassthroughBehavior: 'WHEN_NO_TEMPLATES' }),
      'POST /empty-no-templates': toQueue('x', { PassthroughBehavior: 'WHEN_NO_TEMPLATES', RequestTemplates: {} }),
      'POST /no-match': toQueue('x', { PassthroughBehavior: 'WHEN_NO_MATCH', RequestTemplates: { 'application/json': 'json', ...xml } }),
      'POST /action': toQueue('ignored', { Uri: 'arn:aws:apigateway:us-east-1:sqs:action/SendMessage&QueueUrl=q' }),
      'POST /slow': toQueue('x', { TimeoutInMillis: 50 }),
    }),
  );
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.received.length = 0;
  Object.assign(gateway.answer, { status: 200, body: '{}', delay: 0, headers: { 'content-type': 'application/json' } });
  gateway.endpointSays.trust = undefined;
});
const post = (path: string, body = '{}', headers: Record<string, string> = { 'Content-Type': 'application/json' }) =>
  gateway.call('POST', path, { body, headers });

describe('a call of SQS', () => {
  test("is signed with the session of the integration's role, for the service and Region of the URI", async () => {
    await post('/visits', '{"a":"ü&=%"}', { 'Content-Type': 'application/json', Cookie: 'secret' });
    const [{ method, url, headers, body }] = gateway.received;
    expect([method, url]).toEqual(['POST', '/123456789012/visits']);
    expect(headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=ASIAapigatewayBackplaneAssumeRoleSession\/\d{8}\/us-east-1\/sqs\/aws4_request, SignedHeaders=.+, Signature=[0-9a-f]{64}$/,
    );
    expect(headers).toMatchObject({ host: 'sqs.us-east-1.amazonaws.com', 'content-type': 'application/x-www-form-urlencoded' });
    expect(headers['x-amz-security-token']).toBe('token');
    expect(body).toBe('Action=SendMessage&MessageBody=%7B%22a%22%3A%22%C3%BC%26%3D%25%22%7D');
  });

  test('sends only those headers of the caller that are mapped', async () => {
    await post('/visits', '{}', { 'Content-Type': 'application/json', Cookie: 'secret', 'X-Own': 'y' });
    const { cookie, 'x-own': own } = gateway.received[0].headers;
    expect([cookie, own]).toEqual([undefined, undefined]);
  });

  test('with an action URI has the action and its parameters in the query', async () => {
    await post('/action');
    expect(gateway.received[0].url).toBe('/?Action=SendMessage&QueueUrl=q');
  });

  test('is a configuration error if the role does not trust API Gateway', async () => {
    gateway.endpointSays.trust = `not authorized to perform sts:AssumeRole on ${ROLE_ARN}`;
    const other = await startTestGateway(apiTemplate({ 'POST /visits': toQueue('x') }));
    other.endpointSays.trust = gateway.endpointSays.trust;
    const reply = await other.call('POST', '/visits');
    await other.close();
    expect([reply.status, reply.body]).toEqual([500, '{"message":"Internal server error"}']);
  });

  test('that takes longer than the timeout returns 504', async () => {
    gateway.answer.delay = 500;
    const reply = await post('/slow');
    expect([reply.status, reply.body]).toEqual([504, '{"message":"Endpoint request timed out"}']);
  });

  test('times out in real time, at any clock speed', async () => {
    gateway.answer.delay = 100;
    expect((await post('/visits')).status).toBe(202);
  });

  test('assumes its role again only shortly before the session expires, in real time', async () => {
    const other = await startTestGateway(apiTemplate({ 'POST /visits': toQueue('x') }));
    other.time.now = Date.now() + 1e9;
    other.endpointSays.expiration = Date.now() + 3_600_000;
    await other.call('POST', '/visits', { body: '{}' });
    await other.call('POST', '/visits', { body: '{}' });
    expect(other.taken).toHaveLength(1);
    await other.close();
  });
});

describe('passthrough', () => {
  test('NEVER rejects a content type without a template', async () => {
    const reply = await post('/never', 'x', { 'Content-Type': 'text/plain' });
    expect([reply.status, reply.body]).toEqual([415, '{"message":"Unsupported Media Type"}']);
    expect(gateway.received).toEqual([]);
  });

  test('WHEN_NO_TEMPLATES rejects it only if there are templates', async () => {
    expect((await post('/no-templates', 'x', { 'Content-Type': 'text/plain' })).status).toBe(415);
    await post('/empty-no-templates', 'as it is', { 'Content-Type': 'text/plain' });
    expect(gateway.received[0].body).toBe('as it is');
  });

  test('WHEN_NO_MATCH passes the payload through unchanged', async () => {
    await post('/no-match', 'as it is', { 'Content-Type': 'text/plain' });
    expect(gateway.received[0].body).toBe('as it is');
  });

  test('the template is chosen by the media type alone, or application/json if there is none', async () => {
    await post('/no-match', '<a/>', { 'Content-Type': 'application/xml; charset=UTF-8' });
    await post('/no-match', '{}', {});
    expect(gateway.received.map(({ body }) => body)).toEqual(['xml', 'json']);
  });
});

describe('the response of SQS', () => {
  test('selects an integration response by its status, which the pattern must match as a whole', async () => {
    gateway.answer.status = 400;
    expect((await post('/visits')).body).toBe('{"message":"rejected"}');
    gateway.answer.status = 403;
    const other = await post('/visits');
    expect([other.status, other.body]).toEqual([503, '{"message":"later"}']);
  });

  test('is mapped by the template of the Accept header, or else of application/json', async () => {
    gateway.answer.body = '{"SendMessageResponse":{"SendMessageResult":{"MessageId":"m-1"}}}';
    const json = await post('/visits', '{}', { 'Content-Type': 'application/json', 'x-amzn-RequestId': 'r-1', Accept: '*/*' });
    expect([json.status, json.body, json.headers['content-type']]).toEqual([202, '{"id":"m-1","request":"r-1"}', 'application/json']);
    const text = await post('/visits', '{}', { 'Content-Type': 'application/json', Accept: 'text/plain' });
    expect([text.body, text.headers['content-type']]).toEqual(['accepted', 'text/plain']);
  });

  test('passes through without templates, but its headers do not', async () => {
    Object.assign(gateway.answer, { body: '{"id":"b-1"}', headers: { 'x-backend': 'yes', 'x-other': 'no' } });
    const { headers, body } = await post('/mapped');
    expect(headers).toMatchObject({ 'x-static': 'fixed', 'x-backend': 'yes', 'x-id': 'b-1', 'x-stage': 'prod' });
    expect([headers['x-other'], headers['x-none'], body]).toEqual([undefined, undefined, '{"id":"b-1"}']);
  });

  test('has a status and headers that the template can override', async () => {
    const { status, headers, body } = await post('/override');
    expect([status, headers['x-pot'], body]).toEqual([418, 'tea', 'short']);
  });

  test('without a matching integration response is a configuration error', async () => {
    gateway.answer.status = 500;
    expect((await post('/unmatched')).body).toBe('{"message":"Internal server error"}');
  });
});
