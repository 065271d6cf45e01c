import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { APP_URL } from '../../systems/school-platform/platform';
import { VALUES } from './cost/shapes';

/** One attempt to make the API send a message that the caller is not allowed to send. */
export interface HostileCase {
  readonly number: number;
  readonly kind: string;
  /** Path and query after the stage. */
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string | Buffer;
  /** Whether it can't be stored unchanged, so that the answer must be 400. */
  readonly mustBeRejected?: boolean;
}

const TENANTS = ['school-01', 'school-02', 'school-10', 'admin'];

// Fragments with a special meaning in form bodies, JSON, Velocity, PartiQL, IAM or keys with separators.
const PIECES = [
  '"', "'", '&', '=', '%', '%26', '%3D', '%00', '+', '\\', '\\u0000', '\\ud800', '\\"', '#', '##', '#set($x = 1)', '#end', '#foreach($i in [1..9])',
  '$', '$context.authorizer.tenantId', '${context.authorizer.tenantId}', '$input.body', '$util.urlDecode("%26")', '$!', '[[', ']]', '<', '>', '&amp;',
  '&MessageGroupId=school-02', '&MessageAttribute.1.Value.StringValue=school-02', '&MessageBody=%7B%7D', '&Action=PurgeQueue', '&QueueUrl=x', ';', '--', '/*',
  "'}, {'pk': 'school-02#STUDENT#1'", 'school-02#STUDENT#1', '\u0000', '\u0001', '\u0008', '\t', '\n', '\r', '\r\n', '\u001b', '\u007f', '\u0085', '\u2028', '\u2029',
  '\ufeff', '\ufffd', '\ufffe', '\uffff', 'é', 'ß', '漢字', '🎒', '👩‍👩‍👧', '\u202e', 'ﷺ', '..', '/', '//', '*', '?', ' ', '__proto__', 'constructor', 'null', 'NaN',
  ...TENANTS,
]; // biome-ignore format: a list to look through, not to read

const hostileText = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 8 })), { maxLength: 12 })
  .map((parts) => parts.join(''));
const numberText = fc.constantFrom(
  '0',
  '-0',
  '1e400',
  '-1e-400',
  '9007199254740993',
  '0.1',
  '1E+2',
  '123456789012345678901234567890123456789',
  '1e125',
  '1.0',
);
const key = fc.oneof(fc.constantFrom('tenant', 'pk', 'sk', 'expiresAt', 'school', '__proto__', 'a', 'toString'), hostileText);

/** JSON text instead of a value, because only text has escapes, number formats and duplicate names. */
const jsonText: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.constantFrom('null', 'true', 'false'),
    numberText,
    hostileText.map((text) => JSON.stringify(text)),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => `[${items.join(',')}]`),
    fc
      .array(fc.tuple(key, tie('value')), { maxLength: 4 })
      .map((fields) => `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${value}`).join(',')}}`),
  ),
})).value;

const token = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz0123456789-_.~');
const validKey = fc.string({ unit: token, minLength: 1, maxLength: 40 });
const headerValue = hostileText.map((text) =>
  Buffer.from(text, 'utf8')
    .toString('latin1')
    .replace(/[\r\n]/g, ' '),
);

const forgedHeader = fc.tuple(
  fc.constantFrom(
    'X-Tenant-Id',
    'tenant',
    'tenantId',
    'school',
    'MessageGroupId',
    'X-Amz-Meta-Tenant',
    'MessageAttribute.1.Value.StringValue',
    'X-Amzn-Trace-Id',
    'X-Forwarded-For',
    'traceparent',
    'Content-Encoding',
  ),
  fc.oneof(fc.constantFrom(...TENANTS), headerValue),
);
const forgedQuery = fc.oneof(
  fc.constant(''),
  fc
    .tuple(fc.constantFrom('Idempotency-Key', 'tenant', 'MessageGroupId', 'Action', 'MessageBody', 'tenantId'), hostileText)
    .map(([name, value]) => `?${name}=${encodeURIComponent(value.replace(/\p{Surrogate}/gu, '\ufffd'))}`),
);

type Header = HostileCase['headers'][number];
type Shape = Omit<HostileCase, 'number'>;
const visit = (number: number, page: string, extra: string) =>
  `{"student":"case-${number}","page":${page}${extra ? `,"more":${extra}` : ''}}`;
const json: Header = ['Content-Type', 'application/json'];

const shapes = (number: number): fc.Arbitrary<Shape> =>
  fc.oneof<fc.MaybeWeightedArbitrary<Shape>[]>(
    {
      weight: 10,
      arbitrary: fc
        .tuple(hostileText, fc.option(jsonText, { nil: '' }), validKey, forgedQuery)
        .map(([page, extra, idempotencyKey, query]) => ({
          kind: 'hostile fields',
          path: `/visits${query}`,
          headers: [json, ['Idempotency-Key', `${number}-${idempotencyKey}`]],
          body: visit(number, JSON.stringify(page), extra),
        })),
    },
    {
      weight: 6,
      arbitrary: fc.tuple(fc.array(forgedHeader, { minLength: 1, maxLength: 4 }), forgedQuery).map(([forged, query]) => ({
        kind: 'forged headers',
        path: `/visits${query}`,
        headers: [json, ['Idempotency-Key', `forged-${number}`], ...forged],
        body: visit(number, '"/today"', ''),
      })),
    },
    {
      weight: 4,
      arbitrary: fc.tuple(headerValue, fc.constantFrom('Idempotency-Key', 'idempotency-key', 'IDEMPOTENCY-KEY')).map(([value, name]) => ({
        kind: 'hostile idempotency key',
        path: '/visits',
        headers: [json, [name, value]],
        body: visit(number, '"/today"', ''),
      })),
    },
    {
      weight: 3,
      arbitrary: fc.tuple(hostileText, validKey).map(([text, idempotencyKey]) => ({
        kind: 'not JSON',
        path: '/visits',
        headers: [json, ['Idempotency-Key', idempotencyKey]],
        body: `{"student":"case-${number}","page":"${text}"}${text}`,
      })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(
          fc.constantFrom('text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=utf-16', 'application/xml', ''),
          hostileText,
        )
        .map(([type, text]) => ({
          kind: 'other content type',
          path: '/visits',
          headers: [...(type ? [['Content-Type', type] as const] : []), ['Idempotency-Key', `type-${number}`]],
          body: visit(number, JSON.stringify(text), ''),
        })),
    },
    { weight: 2, arbitrary: repeatedHeaders(number) },
    { weight: 2, arbitrary: unreadable(number) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('Origin', 'origin').map((name) => ({
        kind: 'origin in the query',
        path: `/visits?${name}=${encodeURIComponent(APP_URL)}`,
        headers: [json, ['Idempotency-Key', `origin-${number}`]] as const,
        body: visit(number, '"/today"', ''),
      })),
    },
  );

/** The same header twice: with the same name, of which a template sees one value; with names that differ in case; or joined by a proxy. */
function repeatedHeaders(number: number): fc.Arbitrary<Shape> {
  const twice = (names: [string, string]): Header[] => names.map((name, index): Header => [name, `repeated-${number}-${index}`]);
  return fc
    .constantFrom<[readonly Header[], boolean]>(
      [twice(['Idempotency-Key', 'Idempotency-Key']), false],
      [twice(['Idempotency-Key', 'idempotency-key']), true],
      [[['Idempotency-Key', `repeated-${number},other`]], true],
      [[['Idempotency-Key', `repeated-${number}, other`]], true],
    )
    .map(([headers, mustBeRejected]) => ({
      kind: 'repeated headers',
      path: '/visits',
      headers: [json, ...headers],
      body: visit(number, '"/today"', ''),
      mustBeRejected,
    }));
}

/** Bytes that are not valid UTF-8, and text that UTF-8 cannot encode. */
function unreadable(number: number): fc.Arbitrary<Shape> {
  const good = visit(number, '"/today"', '');
  const bytes = fc
    .constantFrom([0xf1], [0xc3], [0xed, 0xa0, 0x80], [0xff, 0xfe], [0xc0, 0xaf], [0xf5, 0x80, 0x80, 0x80])
    .map((inside) => Buffer.concat([Buffer.from(`{"student":"case-${number}","page":"Mu`), Buffer.from(inside), Buffer.from('oz"}')]));
  const whole = fc.constantFrom(
    Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(good)]),
    Buffer.from(`\ufeff${good}`, 'utf16le'),
    gzipSync(good),
    Buffer.from('NaN'),
    Buffer.from(`${good} ${good}`),
    Buffer.from(good.replace(`case-${number}`, `case-${number}\\ud83d`)),
  );
  const encoding = fc.constantFrom<Header[]>([], [['Content-Encoding', 'gzip']]);
  return fc.tuple(fc.oneof(bytes, whole), encoding).map(([body, headers]) => ({
    kind: 'unreadable',
    path: '/visits',
    headers: [json, ...headers, ['Idempotency-Key', `unreadable-${number}`]],
    body,
    mustBeRejected: true,
  }));
}

/** Bodies close to the limit of the ingest path, and below it. */
const COSTLY_BYTES = 250_000;

/** Bodies around every limit: of the ingest path, of the queue (1 MiB) and of the API (10 MB). */
function large(first: number): HostileCase[] {
  const limits = [262_144, 1_048_576, 2_097_152, 10_485_760];
  const units = ['a', 'é', '🎒', '&', '%'];
  return limits.flatMap((limit, limitIndex) =>
    units.flatMap((unit, unitIndex) =>
      [-1, 0, 1].map((more, index) => {
        const number = first + (limitIndex * units.length + unitIndex) * 3 + index;
        const frame = Buffer.byteLength(visit(number, '"/today"', '""'));
        const count = Math.floor((limit + more - frame) / Buffer.byteLength(unit));
        const body = visit(number, '"/today"', JSON.stringify(unit.repeat(count)));
        return {
          number,
          kind: 'large',
          path: '/visits',
          headers: [json, ['Idempotency-Key', `large-${number}`]],
          body,
        } satisfies HostileCase;
      }),
    ),
  );
}

/** Bodies that are expensive for any code that does more than read them once. */
function costly(first: number): HostileCase[] {
  return Object.entries(VALUES).map(([shape, value], index) => ({
    number: first + index,
    kind: `costly: ${shape}`,
    path: '/visits',
    headers: [json, ['Idempotency-Key', `costly-${first + index}`]],
    body: visit(first + index, '"/today"', value(COSTLY_BYTES, index)),
  }));
}

/** Generates the cases: the same for the same seed and count. */
export function hostileCases(count: number, seed: number): HostileCase[] {
  const limits = large(count);
  const extra = [...limits, ...costly(count + limits.length)];
  const generated = Array.from({ length: count }, (_, number) => ({
    number,
    ...fc.sample(shapes(number), { seed: seed + number, numRuns: 1 })[0],
  }));
  return [...generated, ...extra];
}
