import { apiTemplate, startTestGateway, type TestGateway, toQueue } from './testing';

// Each rendered template is sent to the queue, so that a test can read it.
const templates = {
  body: '$input.body',
  json: "$input.json('$')|$input.json('$.a')|$input.json('$.list')|$input.json('$.missing')",
  path: "$input.path('$.a')|$input.path('$.list')|$input.path('$').o|$input.path('$.missing')|$input.path('$.list[1]')|$input.path('$.list').size()",
  params: "$input.params('x')|$input.params('y')|$input.params('z')|$input.params('none')|$input.params().querystring.get('y')",
  none: "#if($input.params().header.get('X-None') == '')empty#end|#if($input.params('X-None') == '')empty#end|$input.params().header.containsKey('X-None')",
  origin: "$input.params('Origin')|$input.params('origin')|$input.params().header.get('Origin')|$input.params().header.get('origin')",
  codes: "$util.urlEncode($input.body)|$util.urlEncode($input.path('$.a'))",
  headers: '#foreach($name in $input.params().header.keySet())$name=$input.params().header.get($name);#end',
  context:
    '$context.accountId|$context.stage|$context.path|$context.resourcePath|$context.httpMethod|$context.protocol|$context.requestTime|$context.requestTimeEpoch|$context.identity.sourceIp|$context.identity.userAgent|$context.identity.caller|$context.domainName|$context.apiId|$context.authorizer.x',
  ids: '$context.requestId $context.extendedRequestId',
  util: "$util.urlEncode($input.path('$.a'))|$util.escapeJavaScript($input.path('$.a'))|$util.base64Encode($input.path('$.a'))|$util.base64Decode('4oKs')|$util.urlDecode('a+%26')|$util.parseJson($input.path('$.inner')).k[0]",
  stage: '$stageVariables.colour|$stageVariables["colour"]|${stageVariables.get("colour")}|$stageVariables.none',
  override:
    "#set($context.requestOverride.header.X-Made = \"$input.params('y')!\")#set($context.requestOverride.header.x-mapped = 'over')#set($context.requestOverride.querystring.q = 'a b')x",
  failing: "$input.path('$.a').substring(999)",
};

let gateway: TestGateway;
beforeAll(async () => {
  const methods = Object.entries(templates).map(([name, template]) => [
    `POST /${name}/{x}`,
    toQueue(template, {
      RequestParameters: {
        'integration.request.header.X-Mapped': "'static'",
        'integration.request.header.X-Request': 'context.requestId',
        'integration.request.header.X-Multi': 'method.request.multivalueheader.many',
        'integration.request.querystring.from': 'method.request.querystring.y',
        'integration.request.header.X-Body': 'method.request.body.o.deep',
        'integration.request.header.X-None': 'method.request.header.nothing',
      },
    }),
  ]);
  gateway = await startTestGateway(apiTemplate(Object.fromEntries(methods), {}, { Variables: { colour: 'blue' } }));
});
afterAll(() => gateway.close());

async function render(
  name: keyof typeof templates,
  options: { query?: string; headers?: Record<string, string | string[]>; body?: string | Buffer } = {},
) {
  const reply = await gateway.call('POST', `/${name}/7${options.query ?? ''}`, { body: options.body, headers: options.headers });
  const received = gateway.received.at(-1);
  return { reply, received, text: received?.body };
}

describe('$input', () => {
  test('$input.body is the raw payload, or {} if there is none', async () => {
    expect((await render('body', { body: ' {"a" :1}\n' })).text).toBe(' {"a" :1}\n');
    expect((await render('body')).text).toBe('{}');
  });

  test('$input.json returns JSON with numbers unchanged, and an empty JSON string for a path without a value or a body that is not JSON', async () => {
    const body = '{"a":"x\\"y", "list": [1, 12345678901234567890, 1.0, null], "b": true}';
    const list = '[1,12345678901234567890,1.0,null]';
    expect((await render('json', { body })).text).toBe(`{"a":"x\\"y","list":${list},"b":true}|"x\\"y"|${list}|""`);
    expect((await render('json', { body: 'no JSON' })).text).toBe('""|""|""|""');
  });

  test('$input.path returns an object: a list prints as JSON, a map as in Java, null as nothing', async () => {
    const body = '{"a":"x", "list": [{"k":1}, 2], "o": {"deep": [1], "n": null}}';
    expect((await render('path', { body })).text).toBe('x|[{"k":1},2]|{deep=[1], n=null}||2|2');
  });

  test('$input.params searches path, query string and headers in this order, and returns the last of several values', async () => {
    const options = { query: '?x=query&y=1&y=2%203', headers: { x: 'header', y: 'header', z: ['one', 'two'] } };
    expect((await render('params', options)).text).toBe('7|2 3|two||2 3');
  });

  test('header names keep the case in which they were sent', async () => {
    const { text } = await render('headers', { headers: { 'X-SchooL': 'a', 'idempotency-KEY': 'b' } });
    expect(text).toContain('X-SchooL=a;idempotency-KEY=b;');
  });

  test('a header is found only in the case in which it was sent', async () => {
    expect((await render('origin', { headers: { origin: 'https://a.example' } })).text).toBe('|https://a.example||https://a.example');
  });

  test('a parameter that was not sent is an empty string, also in the map of headers', async () => {
    expect((await render('none')).text).toBe('empty|empty|false');
  });

  test('a header that was sent twice has the last value', async () => {
    const { text } = await render('headers', { headers: { 'Idempotency-Key': ['a', 'b'] } });
    expect(text).toContain('Idempotency-Key=b;');
    expect(text).not.toContain('Idempotency-Key=a;');
  });

  test('bytes that are not UTF-8 become U+FFFD, and an escaped lone surrogate becomes a question mark in a URL', async () => {
    const body = Buffer.concat([Buffer.from('{"a":"Mu'), Buffer.from([0xf1]), Buffer.from('oz\\ud800"}')]);
    expect((await render('codes', { body })).text).toBe('%7B%22a%22%3A%22Mu%EF%BF%BDoz%5Cud800%22%7D|Mu%EF%BF%BDoz%3F');
  });
});

describe('$context, $stageVariables and $util', () => {
  test('$context describes the request and the API; a variable without a value prints nothing', async () => {
    const { text } = await render('context', { headers: { 'User-Agent': 'test/1' } });
    const [apiId] = gateway.host.split('.');
    expect(text).toBe(
      `123456789012|prod|/prod/context/7|/context/{x}|POST|HTTP/1.1|22/Nov/2026:08:05:09 +0000|${gateway.time.now}|127.0.0.1|test/1||${gateway.host}|${apiId}|`,
    );
  });

  test('a client can set the request ID, but not the extended request ID', async () => {
    const chosen = { 'x-amzn-RequestId': 'mine', 'x-amz-apigw-id': 'mine', 'X-Amzn-Trace-Id': 'Root=mine', 'x-amz-request-id': 'mine' };
    const { text, reply } = await render('ids', { headers: chosen });
    expect(text).toMatch(/^mine [\w-]{15}=$/);
    expect(text).not.toMatch(/ .*mine/);
    expect(reply.headers['x-amzn-requestid']).toBe('mine');
    expect(reply.headers['x-amz-apigw-id']).toBe(text?.split(' ')[1]);
  });

  test('the extended request ID is unique and contains characters other than letters and digits', async () => {
    const ids = await Promise.all(Array.from({ length: 20 }, async () => (await render('ids')).reply.headers['x-amz-apigw-id']));
    expect(new Set(ids).size).toBe(20);
    for (const id of ids) expect(id).toMatch(/^(?=.*-)(?=.*_)[\w-]{15}=$/);
  });

  test('$util encodes, decodes, escapes and parses', async () => {
    const body = JSON.stringify({ a: 'é &\'"/', inner: '{"k":[5]}' });
    expect((await render('util', { body })).text).toBe('%C3%A9+%26%27%22%2F|\\u00E9 &\\\'\\"\\/|w6kgJiciLw==|€|a &|5');
  });

  test('stage variables are available by name and by index', async () => {
    expect((await render('stage')).text).toBe('blue|blue|blue|');
  });
});

describe('the integration request', () => {
  test('parameters are mapped from static values, headers, query, body and context; a missing source maps nothing', async () => {
    const options = { query: '?y=a%20b', headers: { many: ['1', '2'], 'x-amzn-RequestId': 'r1' }, body: '{"o":{"deep":"d"}}' };
    const { received } = await render('body', options);
    expect(received?.url).toBe('/123456789012/visits?from=a+b');
    expect(received?.headers).toMatchObject({ 'x-mapped': 'static', 'x-request': 'r1', 'x-multi': '1,2', 'x-body': 'd' });
    expect(received?.headers).not.toHaveProperty('x-none');
  });

  test('an override in a template replaces a mapped parameter', async () => {
    const { received, text } = await render('override', { query: '?y=1' });
    expect(received?.headers).toMatchObject({ 'x-made': '1!', 'x-mapped': 'over' });
    expect(received?.url).toBe('/123456789012/visits?from=1&q=a+b');
    expect(text).toBe('x');
  });

  test('a template that fails is a configuration error without details', async () => {
    const before = gateway.received.length;
    const { reply } = await render('failing', { body: '{"a":"short"}' });
    expect([reply.status, reply.body]).toEqual([500, '{"message":"Internal server error"}']);
    expect(gateway.received).toHaveLength(before);
  });
});
