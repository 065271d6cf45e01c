import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { ApiConnection, Check, ConnectionAuthorization, JsonObject } from '../../../contracts';
import { createAuthority } from '../../../process/certificate-authority';
import { TaskFailure } from '../run/failure';
import { virtualClock } from '../testing';
import { createHttpTasks } from './invoke';

const MACHINE = 'arn:aws:states:us-east-1:123456789012:stateMachine:Sync';
const none = { headers: [], query: [], body: [] };
const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

interface Seen {
  readonly method?: string;
  readonly url?: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** An API at https://api.example, and HTTP tasks that call it. */
async function started(
  authorization: ConnectionAuthorization,
  answer: (request: Seen, response: ServerResponse) => void,
  more: Partial<ApiConnection> = {},
  denied = '',
  to?: string,
  limit = 30_000,
) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      const { method, url, headers } = request;
      seen.push({ method, url, headers, body });
      answer({ method, url, headers, body }, response);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clock = virtualClock();
  const connection: ApiConnection = { arn: 'arn:connection', secretArn: 'arn:secret', authorization, parameters: none, ...more };
  const checks: Check[] = [];
  const tasks = createHttpTasks({
    ...{ region: 'us-east-1', hosts: new Map([['https://api.example', to ?? origin]]) },
    // The time limit passes in real time here, because the server answers in real time.
    clock: {
      ...clock,
      sleep: (_milliseconds, signal) =>
        new Promise((resolve, reject) => {
          const timer = setTimeout(resolve, limit);
          signal?.addEventListener('abort', () => {
            clearTimeout(timer);
            reject(signal.reason as Error);
          });
        }),
    },
    connections: { find: async (arn) => (arn === connection.arn ? connection : undefined) },
    denial(_role, check) {
      checks.push(check);
      return check.action === denied ? `not authorized to perform: ${denied}` : undefined;
    },
  });
  const invoke = (given: JsonObject = {}) =>
    tasks
      .invoke(
        { ApiEndpoint: 'https://api.example/reports', Method: 'POST', InvocationConfig: { ConnectionArn: 'arn:connection' }, ...given },
        'role',
        MACHINE,
      )
      .catch((error: unknown) => {
        if (error instanceof TaskFailure) return { error: error.error, cause: error.cause };
        throw error;
      });
  return { invoke, seen, checks, clock };
}

const key: ConnectionAuthorization = { type: 'API_KEY', name: 'X-Api-Key', value: 'k1' };
const json = (response: ServerResponse, status: number, body: unknown, headers = {}) =>
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const accepting = (_request: Seen, response: ServerResponse) => json(response, 201, { accepted: true });

test("the request has the definition's and the connection's parts, and the result has the documented shape", async () => {
  const parameters = {
    headers: [{ name: 'X-Region', value: 'de' }],
    query: [{ name: 'v', value: '2' }],
    body: [{ name: 'client', value: 'c' }],
  };
  const { invoke, seen } = await started(key, accepting, { parameters });
  const result = await invoke({ Headers: { 'Idempotency-Key': 't#1' }, QueryParameters: { all: ['a', 'b'] }, RequestBody: { a: [1] } });
  expect(result).toMatchObject({
    ResponseBody: { accepted: true },
    StatusCode: 201,
    StatusText: 'Created',
    Headers: { 'content-type': ['application/json'] },
  });
  expect(seen).toMatchObject([{ method: 'POST', url: '/reports?all=a&all=b&v=2', body: '{"a":[1],"client":"c"}' }]);
  expect(seen[0].headers).toMatchObject({
    ...{ host: 'api.example', 'idempotency-key': 't#1', 'x-api-key': 'k1', 'x-region': 'de', 'content-type': 'application/json' },
    ...{ 'user-agent': 'Amazon|StepFunctions|HttpInvoke|us-east-1', range: 'bytes=0-262144' },
  });
});

test('basic authorization, and a form as the body', async () => {
  const { invoke, seen } = await started({ type: 'BASIC', user: 'u', password: 'p:w' }, accepting);
  await invoke({ RequestBody: { a: ['x y', 1], o: { k: true } }, Transform: { RequestBodyEncoding: 'URL_ENCODED' } });
  expect(seen[0].headers).toMatchObject({
    authorization: `Basic ${Buffer.from('u:p:w').toString('base64')}`,
    'content-type': 'application/x-www-form-urlencoded',
  });
  expect(decodeURIComponent(seen[0].body)).toBe('a[0]=x y&a[1]=1&o[k]=true');
});

describe('OAuth', () => {
  const oauth: ConnectionAuthorization = {
    ...{ type: 'OAUTH_CLIENT_CREDENTIALS', clientId: 'id', clientSecret: 's', endpoint: 'https://api.example/token', method: 'POST' },
    parameters: { ...none, body: [{ name: 'scope', value: 'send' }] },
  };
  const issuing = () => {
    let issued = 0;
    let valid = '';
    return {
      expire: () => {
        valid = '';
      },
      answer(request: Seen, response: ServerResponse) {
        if (request.url === '/token') {
          issued += 1;
          valid = `t${issued}`;
          return json(response, 200, { access_token: valid, expires_in: 3600 });
        }
        return request.headers.authorization === `Bearer ${valid}` ? accepting(request, response) : json(response, 401, {});
      },
    };
  };

  test('a token is used until it expires by the clock', async () => {
    const { answer } = issuing();
    const { invoke, seen, clock } = await started(oauth, answer);
    await invoke();
    await invoke();
    clock.advance(3600 * 1000);
    expect(await invoke()).toMatchObject({ StatusCode: 201 });
    expect(seen.map(({ url }) => url)).toEqual(['/token', '/reports', '/reports', '/token', '/reports']);
    expect(seen[0]).toMatchObject({
      body: 'grant_type=client_credentials&scope=send',
      headers: { authorization: `Basic ${Buffer.from('id:s').toString('base64')}` },
    });
  });

  test('a token that the API no longer accepts fails the task once, and the next attempt has a new one', async () => {
    const { answer, expire } = issuing();
    const { invoke } = await started(oauth, answer);
    await invoke();
    expire();
    expect(await invoke()).toMatchObject({ error: 'States.Http.StatusCode.401' });
    expect(await invoke()).toMatchObject({ StatusCode: 201 });
  });

  test('an authorization endpoint that fails', async () => {
    const { invoke } = await started(oauth, (_request, response) => json(response, 500, {}));
    expect(await invoke()).toMatchObject({
      error: 'Events.ConnectionResource.InvalidConnectionState',
      cause: expect.stringContaining('the status was 500'),
    });
  });
});

test('other statuses fail with States.Http.StatusCode, and the cause has the response with its Retry-After', async () => {
  const { invoke } = await started(key, (_request, response) => json(response, 429, { slow: 'down' }, { 'retry-after': '120' }));
  const { error, cause } = (await invoke()) as { error: string; cause: string };
  expect(error).toBe('States.Http.StatusCode.429');
  expect(JSON.parse(cause)).toMatchObject({
    StatusCode: 429,
    StatusText: 'Too Many Requests',
    ResponseBody: { slow: 'down' },
    Headers: { 'retry-after': ['120'] },
  });
});

test.each<[string, (request: Seen, response: ServerResponse) => void, string]>([
  ['no answer in time', () => undefined, 'did not respond within 60 seconds'],
  ['a connection that is closed before the answer', (_request, response) => response.destroy(), 'socket hang up'],
  [
    'a connection that is cut in the middle of the answer',
    (_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      setTimeout(() => response.destroy(), 20);
    },
    '',
  ],
])('States.Http.Socket: %s', async (_title, answer, cause) => {
  const limit = cause.includes('respond') ? 300 : 30_000;
  const { invoke } = await started(key, answer, {}, '', undefined, limit);
  expect(await invoke()).toMatchObject({ error: 'States.Http.Socket', cause: expect.stringContaining(cause) });
});

test('truncated JSON is text, and a binary response fails with States.Runtime', async () => {
  const truncated = await started(key, (_request, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"a":'),
  );
  expect(await truncated.invoke()).toMatchObject({ ResponseBody: '{"a":', StatusCode: 200 });
  const binary = await started(key, (_request, response) => response.writeHead(200, { 'content-type': 'image/png' }).end('x'));
  expect(await binary.invoke()).toMatchObject({ error: 'States.Runtime' });
});

test.each<[string, string]>([
  ['states:InvokeHTTPEndpoint', 'States.Permissions'],
  ['events:RetrieveConnectionCredentials', 'Events.ConnectionResource.AccessDenied'],
  ['secretsmanager:GetSecretValue', 'Events.ConnectionResource.AccessDenied'],
])('without %s nothing is sent', async (action, error) => {
  const { invoke, seen, checks } = await started(key, accepting, {}, action);
  expect(await invoke()).toMatchObject({ error, cause: expect.stringContaining(action) });
  expect(seen).toEqual([]);
  expect(checks[0]).toEqual({
    action: 'states:InvokeHTTPEndpoint',
    resource: MACHINE,
    context: { 'states:HTTPEndpoint': 'https://api.example/reports', 'states:HTTPMethod': 'POST' },
  });
});

test.each<[object, string]>([
  [{ ApiEndpoint: 'http://api.example/reports' }, 'must be an https:// URL'],
  [{ ApiEndpoint: 'https://elsewhere.example' }, '--map https://elsewhere.example='],
  [{ Method: 'TRACE' }, 'must be one of GET, POST'],
  [{ Headers: { Authorization: 'x' } }, "The header Authorization can't be set"],
  [{ InvocationConfig: {} }, 'needs the ConnectionArn'],
])('%j fails with States.Runtime', async (given, cause) => {
  const { invoke, seen } = await started(key, accepting);
  expect(await invoke(given as JsonObject)).toMatchObject({ error: 'States.Runtime', cause: expect.stringContaining(cause) });
  expect(seen).toEqual([]);
});

test('a server whose certificate is not trusted gets no request', async () => {
  const pair = await (await createAuthority('Somebody')).issue(['api.example']);
  const requests: string[] = [];
  const server = createSecureServer(pair, (request, response) => {
    requests.push(String(request.url));
    response.end();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { invoke } = await started(key, accepting, {}, '', `https://127.0.0.1:${(server.address() as AddressInfo).port}`);
  expect(await invoke()).toMatchObject({ error: 'States.Http.Socket', cause: expect.stringContaining('certificate') });
  expect(requests).toEqual([]);
});
