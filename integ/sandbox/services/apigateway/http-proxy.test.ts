import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../contracts';
import { apiTemplate, startTestGateway, type TestGateway } from './testing';

const seen: { method?: string; url?: string; headers: IncomingHttpHeaders; body: string }[] = [];
let server: Server;
let gateway: TestGateway;

beforeAll(async () => {
  server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      seen.push({ method: incoming.method, url: incoming.url, headers: incoming.headers, body: Buffer.concat(chunks).toString() });
      outgoing.writeHead(207, { 'X-Service': 'own' }).end('its answer');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  gateway = await startTestGateway(
    apiTemplate({
      'ANY /files/{owner}/{proxy+}': proxy(`${origin}/store/{owner}/{proxy}`, {
        'integration.request.path.owner': 'method.request.path.owner',
        'integration.request.path.proxy': 'method.request.path.proxy',
        'integration.request.header.X-Tenant-Id': "'north'",
      }),
      'GET /gone': proxy('http://127.0.0.1:1/'),
    }),
  );
});
afterAll(async () => {
  await gateway.close();
  server.close();
});
beforeEach(() => {
  seen.length = 0;
});

function proxy(Uri: string, RequestParameters: JsonObject = {}): JsonObject {
  const declared = Object.values(RequestParameters).filter((value) => String(value).startsWith('method.'));
  return {
    RequestParameters: Object.fromEntries(declared.map((name) => [String(name), true])),
    Integration: { Type: 'HTTP_PROXY', IntegrationHttpMethod: 'ANY', Uri, RequestParameters },
  };
}

/** With headers exactly as given. */
function ask(
  path: string,
  headers: string[] = [],
  method = 'GET',
  body = '',
): Promise<{ status?: number; headers: IncomingHttpHeaders; body: string }> {
  const { hostname, port, host, pathname } = new URL(gateway.url);
  return new Promise((resolve, reject) => {
    const raw = ['Host', host, 'Content-Length', String(Buffer.byteLength(body)), ...headers];
    const call = request({ hostname, port, method, path: `${pathname}${path}`, headers: raw, agent: false }, (reply) => {
      const chunks: Buffer[] = [];
      reply.on('data', (chunk: Buffer) => chunks.push(chunk));
      reply.on('end', () => resolve({ status: reply.statusCode, headers: reply.headers, body: Buffer.concat(chunks).toString() }));
    });
    call.on('error', reject);
    call.end(body);
  });
}

test('the request is forwarded and the response is returned', async () => {
  const answer = await ask('/files/ada/a/b?x=1&x=2', ['Content-Type', 'text/plain', 'X-Own', 'yes'], 'PUT', 'a body');
  expect(answer).toMatchObject({ status: 207, body: 'its answer', headers: { 'x-service': 'own' } });
  expect(seen).toEqual([expect.objectContaining({ method: 'PUT', url: '/store/ada/a/b?x=1&x=2', body: 'a body' })]);
  expect(seen[0].headers).toMatchObject({ 'content-type': 'text/plain', 'x-own': 'yes', 'x-forwarded-proto': 'https' });
});

test('a mapped header replaces every header of that name from the caller, in any case', async () => {
  await ask('/files/ada/a', ['X-Tenant-Id', 'south', 'x-tenant-id', 'east', 'X-TENANT-ID', 'west']);
  expect(seen[0].headers['x-tenant-id']).toBe('north');
});

test('a path parameter cannot change the rest of the path', async () => {
  await ask('/files/..%2f..%2fadmin/%2e%2e/x%3Fy');
  expect(seen[0].url).toBe('/store/..%2F..%2Fadmin/%2E%2E/x%3Fy');
});

test('a server that cannot be reached is an integration failure', async () => {
  expect((await ask('/gone')).status).toBe(504);
});

describe('a host outside this machine', () => {
  let mapped: TestGateway;
  beforeAll(async () => {
    const { port } = server.address() as AddressInfo;
    const response = { StatusCode: '200', ResponseTemplates: { 'application/json': '{"answer":"$input.body"}' } };
    const plain: JsonObject = {
      MethodResponses: [{ StatusCode: '200' }],
      Integration: {
        Type: 'HTTP',
        IntegrationHttpMethod: 'POST',
        Uri: 'https://api.outside.example/v1/{id}?fixed=1',
        RequestParameters: {
          'integration.request.path.id': 'method.request.path.id',
          'integration.request.querystring.page': "'two'",
          'integration.request.header.X-Tenant-Id': "'north'",
        },
        RequestTemplates: { 'application/json': '{"sent":$input.json("$.a")}' },
        IntegrationResponses: [response],
      },
    };
    mapped = await startTestGateway(
      apiTemplate({
        'GET /outside': proxy('https://api.outside.example/base?x=1'),
        'POST /plain/{id}': { ...plain, RequestParameters: { 'method.request.path.id': true } },
        'GET /unmapped': proxy('https://other.example/'),
      }),
      { hosts: new Map([['https://api.outside.example', `http://127.0.0.1:${port}`]]) },
    );
  });
  afterAll(() => mapped.close());

  test('is replaced by the server that it is mapped to, which receives the original Host header', async () => {
    const { status, body } = await mapped.call('GET', '/outside');
    expect({ status, body }).toEqual({ status: 207, body: 'its answer' });
    expect(seen[0]).toMatchObject({ url: '/base?x=1', headers: { host: 'api.outside.example' } });
  });

  test('receives from an HTTP integration only what is mapped, and its response is mapped', async () => {
    const { status, body } = await mapped.call('POST', '/plain/a%2Fb?secret=1', { headers: { 'X-Own': 'mine' }, body: '{"a":[1]}' });
    expect({ status, body }).toEqual({ status: 200, body: '{"answer":"its answer"}' });
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/v1/a%2Fb?fixed=1&page=two', body: '{"sent":[1]}' });
    expect(seen[0].headers).toMatchObject({ host: 'api.outside.example', 'x-tenant-id': 'north', 'content-type': 'application/json' });
    expect(seen[0].headers).not.toHaveProperty('x-own');
  });

  test('is not called without --map, and the error names the option', async () => {
    const { status, body } = await mapped.call('GET', '/unmapped');
    expect(status).toBe(501);
    expect(body).toContain('start with --map https://other.example=http://127.0.0.1:port');
    expect(seen).toEqual([]);
  });
});
