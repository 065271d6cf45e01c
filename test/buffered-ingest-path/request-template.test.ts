import fc from 'fast-check';
import { urlEncode } from '../../integ/sandbox/services/apigateway/vtl/java-text';
import { parseJson } from '../../integ/sandbox/services/apigateway/vtl/json';
import { readPath } from '../../integ/sandbox/services/apigateway/vtl/json-path';
import { compileTemplate } from '../../integ/sandbox/services/apigateway/vtl/template';
import { fromPlain, Host, type Value } from '../../integ/sandbox/services/apigateway/vtl/value';
import type { KeyText } from '../../src/buffered-ingest-path/key-bytes';
import { requestTemplate } from '../../src/buffered-ingest-path/request-template';

const compiled = (keyTexts?: KeyText[]) =>
  compileTemplate(requestTemplate('tenantId', keyTexts), { variables: ['input', 'context', 'util'] });
const template = compiled();
const withKeys = compiled([['student'], ['who', '2-nick_name']].map((names) => ({ names, isRequired: true })));
const withOptional = compiled([{ names: ['who', '2-nick_name'], isRequired: false }]);
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const requestId = 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef';

interface Request {
  readonly body?: string;
  readonly headers?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly authorizer?: Record<string, string>;
  readonly requestId?: string;
  readonly extendedRequestId?: string;
}

/** The parameters of the SQS call that a request becomes. */
function sent(
  { body = '{}', headers = {}, query = {}, authorizer = { tenantId: 'school-1' }, ...context }: Request,
  of = template,
): [string, string][] {
  const path = (text: Value) => {
    try {
      return readPath(parseJson(body), String(text));
    } catch {
      return undefined;
    }
  };
  const input = new Host({ params: () => fromPlain({ header: headers, querystring: query, path: query }), path }, { body: () => body });
  const util = new Host({ urlEncode: (value) => urlEncode(String(value)) });
  const all = { authorizer, requestId, extendedRequestId: 'X-_=/+', requestTimeEpoch: '1790000000000', ...context };
  const rendered = of.render(
    new Map<string, Value>([
      ['input', input],
      ['util', util],
      ['context', fromPlain(all)],
    ]),
  );
  expect(rendered).not.toMatch(/[\s$#]/);
  return [...new URLSearchParams(rendered)];
}

/** The resulting message; undefined if SQS rejects the call because MessageBody is missing. */
function message(request: Request, of = template): { body: string; group: string; attributes: Record<string, string> } | undefined {
  const pairs = sent(request, of);
  const call = new Map(pairs);
  expect(call.size).toBe(pairs.length);
  expect(call.get('Action')).toBe('SendMessage');
  const body = call.get('MessageBody');
  if (body === undefined) {
    expect([...call.keys()]).toEqual(['Action', 'Version']);
    return undefined;
  }
  const attributes: Record<string, string> = {};
  for (let position = 1; call.has(`MessageAttribute.${position}.Name`); position++) {
    const prefix = `MessageAttribute.${position}`;
    const name = call.get(`${prefix}.Name`) as string;
    expect(call.get(`${prefix}.Value.DataType`)).toBe(name === 'receivedAt' ? 'Number' : 'String');
    attributes[name] = call.get(`${prefix}.Value.StringValue`) as string;
  }
  expect(call.size).toBe(4 + 3 * Object.keys(attributes).length);
  return { body, group: call.get('MessageGroupId') as string, attributes };
}

const stamps = { tenant: 'school-1', correlationId: 'X-_=/+', requestId, receivedAt: '1790000000000' };

test('is a single line', () => {
  expect(requestTemplate('tenantId')).not.toContain('\n');
});

test('a message has the unchanged body, the message group of its tenant, and the attributes of the gateway', () => {
  expect(message({ body: '{"a": "b&c=d%20+é😀"}' })).toEqual({ body: '{"a": "b&c=d%20+é😀"}', group: 'school-1', attributes: stamps });
});

test('idempotency key and traceparent are read from headers in any case', () => {
  expect(message({ headers: { 'idempotency-KEY': 'k/1', TraceParent: traceparent } })?.attributes).toEqual({
    ...stamps,
    idempotencyKey: 'k/1',
    traceparent,
  });
});

test('neither is read from the query string or the path', () => {
  expect(message({ query: { 'Idempotency-Key': 'k', traceparent } })?.attributes).toEqual(stamps);
});

// A comma joins repeated headers.
test.each(['', ' ', 'a b', 'é', 'k\u007f', 'k'.repeat(129), 'a,b', 'a, b', ','])('the idempotency key %j is rejected', (key) => {
  expect(message({ headers: { 'Idempotency-Key': key } })).toBeUndefined();
});

test.each([
  '!',
  '~',
  '+',
  '-',
  '.',
  'k'.repeat(128),
  '$context.authorizer.tenantId',
  '#set($tenant="x")',
  '&MessageGroupId=school-2',
  "'",
  '"',
  '\\',
])('the idempotency key %j is passed on unchanged', (key) => {
  expect(message({ headers: { 'Idempotency-Key': key } })?.attributes.idempotencyKey).toBe(key);
});

test.each(['', 'a b', 'é', 'a\u2028b', '\u202e', 'r'.repeat(129), 'r'.repeat(8_192)])(
  'the request id %j, which a caller chose, is left out, and the request is taken',
  (id) => {
    const { requestId: _, ...without } = stamps;
    const headers = { 'Idempotency-Key': 'k', traceparent };
    expect(message({ requestId: id })?.attributes).toEqual(without);
    expect(message({ requestId: id, headers })?.attributes).toEqual({ ...without, idempotencyKey: 'k', traceparent });
  },
);

test.each(['r', 'r'.repeat(128), '","tenant":"school-2', '&MessageGroupId=school-2', '%26', '$context.stage', "'", '\\'])(
  'the request id %j is passed on unchanged, in addition to the correlation id',
  (id) => {
    expect(message({ requestId: id })?.attributes).toEqual({ ...stamps, requestId: id });
  },
);

test.each(['S-D5rG9QFiAFnVg=', 'Czu_MEDMoAMF+/==', '+/=-_'])('the correlation id %j is passed on unchanged', (id) => {
  expect(message({ extendedRequestId: id })?.attributes).toEqual({ ...stamps, correlationId: id });
});

test('two idempotency keys are rejected', () => {
  expect(message({ headers: { 'Idempotency-Key': 'a', 'idempotency-key': 'b' } })).toBeUndefined();
});

test.each([
  'x',
  traceparent.toUpperCase(),
  `ff${traceparent.slice(2)}`,
  traceparent.replace('4bf92f3577b34da6a3ce929d0e0e4736', '0'.repeat(32)),
  traceparent.replace('00f067aa0ba902b7', '0'.repeat(16)),
  `${traceparent} `,
])('the traceparent %j is dropped', (wrong) => {
  expect(message({ headers: { traceparent: wrong } })?.attributes).toEqual(stamps);
});

test.each([{}, { tenantId: '' }, { tenantId: 'A' }, { tenantId: 'school#1' }, { tenantId: 'a'.repeat(65) }, { tenantID: 'school-1' }])(
  'an authorizer that answers %j lets nothing in',
  (authorizer) => {
    expect(message({ authorizer: authorizer as Record<string, string> })).toBeUndefined();
  },
);

test.each([
  ['ASCII', 'a'],
  ['two bytes', 'é'],
  ['three bytes', '€'],
  ['four bytes', '😀'],
  ['what is encoded', '%'],
  ['spaces', ' '],
])('a body of 256 KiB of %s is accepted, and one more byte is rejected', (_, character) => {
  const most = 256 * 1024;
  const fitting = character.repeat(Math.floor((most - '{}'.length) / Buffer.byteLength(character)));
  const full = fitting + 'x'.repeat(most - '{}'.length - Buffer.byteLength(fitting));
  expect(message({ body: `{${full}}` })?.body === `{${full}}`).toBe(true);
  expect(message({ body: `{${full}x}` })).toBeUndefined();
});

// The validator may accept more than the writer, for which the message would be a dead letter.
test.each(['NaN', '\ufeff{}', '{} x', '[{}]', '"{}"', '', '\u001f\u008b\u0008'])(
  'a body that is not an object alone, %j, is rejected',
  (body) => {
    expect(message({ body })).toBeUndefined();
  },
);

test('white space around an object is accepted', () => {
  expect(message({ body: ' \r\n\t{"student":"s"}\n' })?.body).toBe(' \r\n\t{"student":"s"}\n');
});

test('a body with bytes that are not UTF-8 is rejected, and U+FFFD as an escape is accepted', () => {
  expect(message({ body: Buffer.from('{"student":"Mu\xf1oz"}', 'latin1').toString('utf8') })).toBeUndefined();
  expect(message({ body: '{"student":"Mu\\ufffdoz"}' })?.body).toBe('{"student":"Mu\\ufffdoz"}');
});

const visit = (student: string, nickName: string, text = '') => ({
  body: `{"student":"${student}","who":{"2-nick_name":"${nickName}"},"text":"${text}"}`,
});

test.each(['\\ud800', 'a\\udc00', '\\udc00\\ud800', '?\\ud83d?'])(
  'half a surrogate pair, %s, is rejected in what a key is made of',
  (half) => {
    expect(message(visit(half, 'n'), withKeys)).toBeUndefined();
    expect(message(visit('s', half), withKeys)).toBeUndefined();
    expect(message(visit('s', half), withOptional)).toBeUndefined();
    expect(message(visit('s', 'n', half), withKeys)?.body).toContain(half);
    expect(message(visit(half, 'n'), withOptional)?.body).toContain(half);
  },
);

test.each(['?', '%3F', '\\ud83d\\ude00', '😀', '\\\\ud800', '$input.body', '#set($storable = true)'])(
  'the key text %s is taken',
  (text) => {
    expect(message(visit(text, text), withKeys)?.group).toBe('school-1');
    expect(message(visit(text, text), withOptional)?.group).toBe('school-1');
  },
);

test.each([
  '{}',
  '{"student":"s"}',
  '{"student":"s","who":"n"}',
  '{"student":"s","who":{"2-nick_name":null}}',
  '{"student":"s","who":{x}}',
])('a body without a readable key value, %s, is rejected', (body) => {
  expect(message({ body }, withKeys)).toBeUndefined();
});

test.each(['{}', '{"who":{}}', '{"who":{"other":"\\ud800"}}'])('a body without an optional value, %s, is accepted', (body) => {
  expect(message({ body }, withOptional)?.body).toBe(body);
});

test('the tenant can be a claim of a token', () => {
  expect(requestTemplate('claims.school_id')).toContain('$!context.authorizer.claims.school_id"');
});

test('no body, header or request id forges an attribute, a group or another parameter', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }).filter((text) => !/\p{Surrogate}/u.test(text)),
    fc.stringMatching(/^[&=%$#{}"'\\+.\w-]{0,40}$/),
    fc.constantFrom(
      '&MessageGroupId=school-2',
      '&MessageAttribute.1.Name=tenant',
      '%26MessageBody=x',
      '$context.authorizer.tenantId',
      '#end&a=b',
    ),
  );
  const headers = fc.dictionary(
    fc.oneof(fc.constantFrom('Idempotency-Key', 'traceparent', 'tenant', 'tenantId', 'x-tenant'), hostile),
    hostile,
  );
  fc.assert(
    fc.property(hostile, headers, headers, hostile, (inner, header, query, id) => {
      const body = `{${inner}}`;
      const taken = message({ body, headers: header, query, requestId: id });
      if (taken === undefined) return;
      const { requestId: _, ...fixed } = stamps;
      expect(taken).toMatchObject({ body, group: 'school-1', attributes: fixed });
      expect([undefined, id]).toContain(taken.attributes.requestId);
      for (const [name, value] of Object.entries(taken.attributes)) {
        if (name in stamps) continue;
        const given = Object.entries(header).filter(([key]) => key.toLowerCase() === (name === 'traceparent' ? name : 'idempotency-key'));
        expect(given.map(([, text]) => text)).toContain(value);
      }
    }),
    { numRuns: 500 },
  );
});
