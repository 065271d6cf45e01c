import { ACCESS_LOG_FORMAT } from '../../../src/tenant-isolated-api/access-log-format';
import { authorize } from '../../../src/tenant-isolated-api/lambda/authorize';
import { authorizerDependencies } from '../../../test/written-values/authorizer-dependencies';
import { hostileTexts, parsed } from '../../../test/written-values/hostile-texts';
import { ACCESS_LOG } from '../../../test/written-values/who-chooses';
import type { Json } from '../../sandbox';
import { apiTemplate, echo, FUNCTION_URI, startTestGateway, type TestGateway } from '../../sandbox/services/apigateway/testing';

/** The library's access log and authorizer, with and without escaping of values by API Gateway. */
const TOKEN = 'a.b.c';
const USER = '6f1c9a52-5b0e-4f0a-9d0c-0b8f6f1c9a52';

async function start(accessLog: 'escaped' | 'raw', Format = ACCESS_LOG_FORMAT): Promise<TestGateway> {
  const authorizer = {
    Type: 'AWS::ApiGateway::Authorizer',
    Properties: {
      RestApiId: { Ref: 'Api' },
      Type: 'REQUEST',
      Name: 'A',
      AuthorizerUri: FUNCTION_URI,
      AuthorizerResultTtlInSeconds: 0,
    },
  };
  const behind = { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: 'Authorizer' } };
  const gateway = await startTestGateway(
    apiTemplate(
      { 'GET /grades/{student}': echo('ok', behind), 'POST /{proxy+}': echo('ok', behind) },
      { Authorizer: authorizer },
      { AccessLogSetting: { DestinationArn: 'arn:aws:logs:us-east-1:123456789012:log-group:/api/access:*', Format } },
    ),
    { accessLog },
  );
  gateway.functions.result = (event) =>
    authorize(
      event as never,
      authorizerDependencies({ verify: async () => ({ tenant: 'school-01', tier: 'standard', sub: USER }) }),
    ) as unknown as Json;
  return gateway;
}

/** The part of a text that a header can contain: no control characters, in UTF-8. */
const asHeader = (text: string) =>
  [...Buffer.from(text, 'utf8').subarray(0, 1_000).toString('latin1')]
    .map((character) => (character < ' ' || character === '\u007f' ? '_' : character))
    .join('');

/** Checks that the line is about this request, whatever the caller sent. */
function expectHonest(line: string, status: number, tenant: string): void {
  const fields = parsed(line) as Record<string, string>;
  expect(Object.keys(fields)).toEqual(Object.keys(JSON.parse(ACCESS_LOG_FORMAT)));
  for (const [name, { form }] of Object.entries(ACCESS_LOG)) expect([name, fields[name]]).toEqual([name, expect.stringMatching(form)]);
  expect(fields).toMatchObject({ status: String(status), tenant });
}

describe.each(['escaped', 'raw'] as const)('with values that are %s', (mode) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await start(mode);
  });
  afterAll(() => gateway.close());
  beforeEach(() => {
    gateway.lines.length = 0;
  });

  test.each(Object.entries(hostileTexts))('a log line is about its own request, with this text in every part: %s', async (_, text) => {
    const value = asHeader(text);
    const headers = {
      Authorization: `Bearer ${TOKEN}`,
      'User-Agent': value,
      'x-amzn-RequestId': value,
      'x-amz-apigw-id': value,
      'X-Amzn-Trace-Id': value,
      'X-Forwarded-For': value,
      Origin: value,
      Referer: value,
      traceparent: value,
    };
    // Raw quotes in the request line, which a URL object would encode.
    const segment = text.slice(0, 500).replace(/[^!-~]|[?#]/g, '_') || '_';
    const taken = await gateway.call('GET', `/grades/${segment.replaceAll('/', '_')}?${segment}`, { headers });
    const greedy = await gateway.call('POST', `/x/${segment}`, { headers });
    const denied = await gateway.call('GET', `/grades/${segment.replaceAll('/', '_')}`, { headers: { ...headers, Authorization: value } });
    const unknown = await gateway.call('DELETE', `/none/${segment}`, { headers });
    const answers = [taken, greedy, denied, unknown];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 401, 403]);
    expect(gateway.lines).toHaveLength(4);
    answers.forEach(({ status, headers: answered }, index) => {
      const { message } = gateway.lines[index];
      expectHonest(message, status, index < 2 ? 'school-01' : '-');
      expect(JSON.parse(message).correlationId).toBe(answered['x-amz-apigw-id']);
    });
    expect(gateway.lines.map(({ message }) => JSON.parse(message).user)).toEqual([USER, USER, '-', '-']);
  });
});

// Shows that the test above can fail.
test.each([
  ['userAgent', '$context.identity.userAgent'],
  ['requestId', '$context.requestId'],
  ['path', '$context.path'],
])('a format that has %s would lie where values are raw', async (field, variable) => {
  const lying = JSON.stringify({ ...JSON.parse(ACCESS_LOG_FORMAT), [field]: variable });
  const gateway = await start('raw', lying);
  const forged = `x","tenant":"school-02","status":"200","z":"`;
  const sent = { Authorization: 'Bearer none', 'User-Agent': forged, 'x-amzn-RequestId': forged };
  await gateway.call('GET', `/grades/${forged}`, { headers: sent });
  await gateway.close();
  expect(JSON.parse(gateway.lines[0].message)).toMatchObject({ tenant: 'school-02', status: '200' });
});
