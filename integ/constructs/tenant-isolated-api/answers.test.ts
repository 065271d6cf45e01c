import { gzipSync } from 'node:zlib';
import { Duration } from 'aws-cdk-lib';
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb';
import fc from 'fast-check';
import { BufferedIngestPath, IngestKeys, ItemStore } from '../../../src';
import { createGatewayResponses } from '../../../src/tenant-isolated-api/gateway-responses';
import { addPreflight } from '../../../src/tenant-isolated-api/preflight';
import { headerOf, type RawHeader, type RawRequest, type RawResponse, sendRaw } from '../../kit/raw-http';
import type { Sandbox } from '../../sandbox';
import { ReadingsApi, readingSchema } from '../fixtures/readings-api';
import { startStack } from '../fixtures/start-stack';

// Responses, byte for byte, of an ingest path, of preflights and of API Gateway itself.
const FIRST = 'https://a.example';
const SECOND = 'https://b.example';
let sandbox: Sandbox;
let close: (() => Promise<void>) | undefined;
let undo: (() => void) | undefined;

beforeAll(async () => {
  ({ sandbox, close } = await startStack('Answers', (stack) => {
    const text = (name: string) => ({ name, type: AttributeType.STRING });
    const table = new Table(stack, 'Table', { partitionKey: text('pk'), sortKey: text('sk') });
    const path = new BufferedIngestPath(stack, 'Readings', {
      destination: ItemStore.fromTable(table, { partitionKeyName: 'pk', sortKeyName: 'sk' }),
      keys: IngestKeys.of({ partitionKey: '{tenant}#{body.sensor}', sortKey: '{idempotencyKey}' }),
      schema: readingSchema,
      batchWindow: Duration.seconds(1),
    });
    const api = new ReadingsApi(stack, 'Api');
    const allowedOrigins = [FIRST, SECOND];
    path.addRoute(api.readings, 'POST', { authorizer: api.authorizer, allowedOrigins });
    addPreflight(api.readings, allowedOrigins);
    createGatewayResponses(stack, api, allowedOrigins);
  }));
});
afterEach(() => {
  undo?.();
  undo = undefined;
});
afterAll(async () => {
  await close?.();
});

const json: RawHeader = ['Content-Type', 'application/json'];
const token: RawHeader = ['Authorization', 'Bearer harbour-school'];
const good = '{"sensor":"roof","celsius":21.5}';

/** A response whose body is JSON, or empty if the status requires it. */
async function send(request: Partial<RawRequest>): Promise<RawResponse & { readonly said: Record<string, unknown> }> {
  const answer = await sendRaw(sandbox.restApis.apis[0].url, { path: '/readings', headers: [], ...request });
  if (answer.status === 204) return { ...answer, said: {} };
  return { ...answer, said: JSON.parse(answer.body) };
}
const post = (headers: readonly RawHeader[], body: string | Buffer = good, query = '') =>
  send({ path: `/readings${query}`, headers: [json, token, ...headers], body });
const preflight = (headers: readonly RawHeader[], query = '') => send({ method: 'OPTIONS', path: `/readings${query}`, headers });
const origin = (answer: RawResponse) => headerOf(answer, 'Access-Control-Allow-Origin');

describe('the origin of a page', () => {
  test('is read from its header in any case, and never from the query string', async () => {
    for (const ask of [post, (headers: readonly RawHeader[], _?: string, query?: string) => preflight(headers, query)]) {
      expect(origin(await ask([], good, `?Origin=${SECOND}&origin=${SECOND}`))).toBeUndefined();
      expect(origin(await ask([['Origin', SECOND]], good, '?Origin=zzz'))).toBe(SECOND);
      for (const name of ['Origin', 'origin', 'ORIGIN']) {
        expect(origin(await ask([[name, FIRST]]))).toBe(FIRST);
        expect(origin(await ask([[name, SECOND]]))).toBe(SECOND);
        expect(origin(await ask([[name, 'https://c.example']]))).toBeUndefined();
      }
    }
  });

  test('is the first one in API Gateway’s own responses, which expose the headers that a page needs', async () => {
    const answer = await send({ headers: [json, ['Origin', SECOND]], body: good });
    expect([answer.status, origin(answer), headerOf(answer, 'Vary')]).toEqual([401, FIRST, 'Origin']);
    expect(headerOf(answer, 'WWW-Authenticate')).toBe('Bearer');
    expect(headerOf(answer, 'Access-Control-Expose-Headers')).toBe('Retry-After,WWW-Authenticate');
  });

  test.each([400, 500])('can read Retry-After if the queue responds with %i', async (status) => {
    undo = sandbox.endpoint.inject({ service: 'sqs', operation: 'SendMessage', code: 'RequestThrottled', status });
    const answer = await post([['Origin', SECOND]]);
    expect([answer.status, headerOf(answer, 'Retry-After')]).toEqual([503, '5']);
    expect(headerOf(answer, 'Access-Control-Expose-Headers')).toBe('Retry-After');
  });
});

test.each<[string, RawHeader[]]>([
  ['no content type', []],
  ['text/plain', [['Content-Type', 'text/plain']]],
  ['a form', [['Content-Type', 'application/x-www-form-urlencoded; charset=utf-8']]],
  ['a type of its own', [['Content-Type', 'application/vnd.example+json;version=1']]],
  ['what is no type', [['Content-Type', ';"']]],
  ['two types', [json, ['Content-Type', 'text/plain']]],
  ['two types in one', [['Content-Type', 'text/plain, application/json']]],
])('a preflight with %s is a 204', async (_, headers) => {
  const answer = await preflight([['Origin', SECOND], ['Access-Control-Request-Method', 'POST'], ...headers]);
  expect([answer.status, answer.body, origin(answer), headerOf(answer, 'Access-Control-Max-Age')]).toEqual([204, '', SECOND, '3600']);
  expect(headerOf(answer, 'Access-Control-Allow-Methods')).toContain('POST');
  expect(headerOf(answer, 'Access-Control-Allow-Headers')).toBe('Authorization,Content-Type,Idempotency-Key,traceparent');
});

const bytes = (...parts: (string | number[])[]) => Buffer.concat(parts.map((part) => Buffer.from(part as string)));
const nested = (depth: number) => `{"sensor":"roof","celsius":1,"more":${'['.repeat(depth)}${']'.repeat(depth)}}`;
const invalid = { message: 'Invalid request body', correlationId: expect.stringMatching(/./) };
const rejected = { message: 'Request rejected', correlationId: expect.stringMatching(/./) };

test.each<[string, string | Buffer, number, object]>([
  ['NaN', 'NaN', 400, invalid],
  ['NaN in a field', '{"sensor":"roof","celsius":NaN}', 400, invalid],
  ['nothing but a quote', '"', 400, invalid],
  ['quotes and backslashes', '{"sen\\"sor":"\\\\","celsius":"\\u0000"}', 400, invalid],
  ['control characters', bytes('{"sensor":"', [0, 1, 8, 10, 27], '","celsius":1}'), 400, invalid],
  ['a byte order mark', bytes([0xef, 0xbb, 0xbf], good), 400, invalid],
  ['UTF-16', Buffer.from(`\ufeff${good}`, 'utf16le'), 400, invalid],
  ['gzip', gzipSync(good), 400, invalid],
  ['text after the object', `${good} x`, 400, invalid],
  ['a wrong field with quotes in its name', '{"\\"}{":1}', 400, invalid],
  ['1,000 levels', nested(1_000), 202, {}],
  ['100,000 levels, of which no template reads a key', nested(100_000), 400, rejected],
  ['a megabyte', `{"sensor":"roof","celsius":1,"more":"${'x'.repeat(1_048_576)}"}`, 400, rejected],
  ['bytes that are no UTF-8', bytes('{"sensor":"Mu', [0xf1], 'oz","celsius":1}'), 400, rejected],
  ['a surrogate in bytes', bytes('{"sensor":"', [0xed, 0xa0, 0x80], '","celsius":1}'), 400, rejected],
  ['half a pair, escaped, in a key', '{"sensor":"roof\\ud83d","celsius":1}', 400, rejected],
  ['half a pair, escaped, elsewhere', '{"sensor":"roof","celsius":1,"more":"\\ud83d"}', 202, {}],
  ['U+FFFD as an escape', '{"sensor":"roof\\ufffd","celsius":1}', 202, {}],
  ['a pair, escaped, in a key', '{"sensor":"roof\\ud83d\\ude00?","celsius":1}', 202, {}],
])('a body of %s is answered in JSON', async (_, body, status, said) => {
  const answer = await post([], body);
  expect([answer.status, answer.said]).toEqual([status, expect.objectContaining(said)]);
});

test('a body with Content-Encoding is not decompressed', async () => {
  expect((await post([['Content-Encoding', 'gzip']], gzipSync(good))).said).toEqual(invalid);
});

test.each<[string, RawHeader[], number]>([
  [
    'names of different case',
    [
      ['Idempotency-Key', 'a'],
      ['idempotency-key', 'b'],
    ],
    400,
  ],
  ['one header, joined', [['Idempotency-Key', 'a,b']], 400],
  ['one header, joined with a blank', [['Idempotency-Key', 'a, b']], 400],
  [
    'one name: the template sees the last',
    [
      ['Idempotency-Key', 'a'],
      ['Idempotency-Key', 'b'],
    ],
    202,
  ],
])('two idempotency keys under %s', async (_, headers, status) => {
  expect((await post(headers)).status).toBe(status);
});

test('every response is valid JSON, whatever is sent', async () => {
  const pieces = [
    '"',
    '\\',
    '\\"',
    "'",
    '}',
    '{',
    '[',
    ']',
    ',',
    ':',
    '\\u0000',
    '\\ud800',
    '\n',
    '\r',
    '\u0000',
    '\u2028',
    '\ufeff',
    '$context',
    '#end',
    'NaN',
  ];
  const hostile = fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 4 })), { maxLength: 8 });
  const text = hostile.map((parts) => parts.join(''));
  // The server itself rejects other characters.
  const value = text.map((part) =>
    Buffer.from(part, 'utf8')
      .toString('latin1')
      .replace(/[^ -~\u0080-\u00ff]/g, ' '),
  );
  const body = fc.oneof(
    text.map((part) => Buffer.from(part)),
    fc.uint8Array({ maxLength: 40 }).map((part) => Buffer.from(part)),
    text.map((part) => Buffer.from(`{"sensor":"${part}","celsius":1}`)),
    text.map((part) => Buffer.from(`{${JSON.stringify(part)}:${JSON.stringify(part)}}`)),
    text.map((part) => Buffer.from(JSON.stringify({ sensor: part, celsius: part }))),
    text.map((part) => Buffer.from(JSON.stringify({ sensor: 'roof', celsius: 1, more: part }))),
  );
  const name = fc.constantFrom('Idempotency-Key', 'traceparent', 'Origin', 'Accept', 'User-Agent', 'X-Other', 'Authorization');
  const request = fc.record({
    method: fc.constantFrom('POST', 'GET'),
    path: fc.oneof(
      fc.constantFrom('/readings', '/none'),
      text.map((part) => `/readings?Origin=${encodeURIComponent(part.replace(/\p{Surrogate}/gu, ''))}`),
    ),
    headers: fc
      .tuple(fc.array(fc.tuple(name, value), { maxLength: 3 }), fc.boolean())
      .map(([some, known]) => [json, ...(known ? [token] : []), ...some]),
    body,
  });
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(request, async (sent) => {
      const answer = await send(sent);
      statuses.add(answer.status);
      expect(answer.status).toBeLessThan(500);
      expect(typeof answer.said.message === 'string' || typeof answer.said.correlationId === 'string').toBe(true);
    }),
    { numRuns: 300, seed: 20_264 },
  );
  expect([...statuses]).toEqual(expect.arrayContaining([202, 400, 401, 403]));
});
