import { unmarshall } from '@aws-sdk/util-dynamodb';
import fc from 'fast-check';
import { type AttributeValue, canonicalDecimal, exactNumber } from '../../src/buffered-ingest-path/lambda/attribute-value';
import { readBody } from '../../src/buffered-ingest-path/lambda/json-body';

const stored = (text: string) => readBody(text, []).attribute;
const asText = (text: string) => ({ S: text });

/** What DynamoDB counts for an attribute. Documented: "DynamoDB item sizes and formats". */
function dynamoSize(value: AttributeValue): number {
  if ('S' in value) return Buffer.byteLength(value.S);
  if ('N' in value) return Math.ceil(value.N.replace(/\D/g, '').length / 2) + 2;
  if ('L' in value) return 3 + value.L.reduce((sum, member) => sum + 1 + dynamoSize(member), 0);
  if ('M' in value)
    return 3 + Object.entries(value.M).reduce((sum, [name, member]) => sum + 1 + Buffer.byteLength(name) + dynamoSize(member), 0);
  return 1;
}

test('a document that DynamoDB can store exactly is a map, and reads back unchanged', () => {
  const text = '{"s":"é\\u0000\\ud83d\\ude00","n":[1,-2.50,1e3,0.1],"b":[true,false,null],"m":{"":0}}'.replace(
    ',"m":{"":0}',
    ',"m":{"x":{}}',
  );
  const attribute = stored(text);
  expect(unmarshall({ body: attribute } as never).body).toEqual(JSON.parse(text));
  expect(attribute).toHaveProperty('M');
});

test.each([
  ['a number of 39 digits', '{"n":123456789012345678901234567890123456789}'],
  ['a number too large', '{"n":1e126}'],
  ['a number too small', '{"n":1e-131}'],
  ['a negative zero', '{"n":-0}'],
  ['a name twice', '{"n":1,"n":1}'],
  ['a name twice, written differently', '{"n":1,"\\u006e":1}'],
  ['an empty name', '{"":1}'],
  ['a name that the SDK would lose', '{"a":{"__proto__":1}}'],
  ['half a character', '{"s":"\\ud800"}'],
  ['half a character in a name', '{"\\ud800":1}'],
  ['33 levels', `{"a":${'['.repeat(32)}${']'.repeat(32)}}`],
  ['thousands of levels', `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
])('a document with %s is stored as text', (_, text) => {
  expect(stored(text)).toEqual(asText(text));
});

test.each(['[]', '"text"', '7', 'null', '', '{', '{"a":01}', "{'a':1}"])('%s is not a valid body', (text) => {
  expect(() => readBody(text, [])).toThrow(SyntaxError);
});

// Documented: "Supported data types and naming rules in Amazon DynamoDB": 38 digits, 1E-130 to 9.99…E+125.
test.each(['1e125', '9'.repeat(38), '-1E-130', `1${'0'.repeat(100)}`, `0.${'0'.repeat(100)}1`, `0.${'0'.repeat(200)}`])(
  '%s is exact',
  (text) => {
    const attribute = exactNumber(text);
    expect(attribute).toBeDefined();
    expect(canonicalDecimal((attribute as { N: string }).N)).toBe(canonicalDecimal(text));
  },
);

test('documents are never altered: a map has the same value, and text is unchanged', () => {
  const number = fc.oneof(
    fc.double({ noDefaultInfinity: true, noNaN: true }).map(String),
    fc.bigInt({ min: -(10n ** 45n), max: 10n ** 45n }).map(String),
    fc.tuple(fc.integer(), fc.integer({ min: -140, max: 140 })).map(([digits, exponent]) => `${digits}e${exponent}`),
  );
  const text = fc.string({ unit: 'binary' }).map((value) => JSON.stringify(value));
  const { document } = fc.letrec<{ document: string }>((tie) => ({
    document: fc.oneof(
      { depthSize: 'small' },
      number,
      text,
      fc.constantFrom('true', 'false', 'null'),
      fc.array(tie('document')).map((members) => `[${members.join(', ')}]`),
      fc.array(fc.tuple(text, tie('document'))).map((members) => `{${members.map(([name, value]) => `${name} : ${value}`).join(',')}}`),
    ),
  }));
  fc.assert(
    fc.property(fc.array(fc.tuple(text, document)), (members) => {
      const source = `{${members.map(([name, value]) => `${name}:${value}`).join(',')}}`;
      const attribute = stored(source);
      if ('S' in attribute) expect(attribute.S).toBe(source);
      else expect(canonicalJson(rendered(attribute))).toBe(canonicalJson(source));
    }),
    { numRuns: 500 },
  );
});

test('plain documents of doubles and well-formed text are maps', () => {
  const leaf = fc.oneof(fc.string({ unit: 'grapheme' }), fc.boolean(), fc.constant(null), fc.integer());
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.string({ minLength: 1 }).filter((name) => name !== '__proto__'),
        leaf,
      ),
      (value) => {
        expect(unmarshall({ body: stored(JSON.stringify(value)) } as never).body).toEqual({ ...value });
      },
    ),
  );
});

test.each([
  ['long text', () => `{"a":"${'x'.repeat(262_130)}"}`],
  ['text of three bytes a character', () => `{"a":"${'€'.repeat(87_376)}"}`],
  ['small numbers', () => `{"a":[${Array(131_060).fill(0).join()}]}`],
  [
    'empty lists in lists',
    () =>
      `{"a":[${Array(4_500)
        .fill('['.repeat(28) + ']'.repeat(28))
        .join()}]}`,
  ],
  ['empty maps', () => `{"a":[${Array(87_000).fill('{}').join()}]}`],
])('no body of 256 KiB results in an item over 400 KB: %s', (_, make) => {
  const text = make();
  const bytes = Buffer.byteLength(text);
  expect(bytes).toBeLessThanOrEqual(256 * 1024);
  expect(bytes).toBeGreaterThan(240 * 1024);
  // Keys of at most 2,048 and 1,024 bytes and the other attributes fit into the rest.
  expect(dynamoSize(stored(text))).toBeLessThan(400 * 1024 - 10 * 1024);
});

/** The attribute as JSON text, with its numbers as they are. */
function rendered(value: AttributeValue): string {
  if ('S' in value) return JSON.stringify(value.S);
  if ('N' in value) return value.N;
  if ('BOOL' in value) return String(value.BOOL);
  if ('NULL' in value) return 'null';
  if ('L' in value) return `[${value.L.map(rendered).join(',')}]`;
  return `{${Object.entries(value.M)
    .map(([name, member]) => `${JSON.stringify(name)}:${rendered(member)}`)
    .join(',')}}`;
}

/** The text without its spaces and with numbers in one form; names in the order of JavaScript, which DynamoDB does not keep. */
function canonicalJson(text: string): string {
  const marked = text.replace(
    /("(?:[^"\\]|\\.)*")|(-?\d[\d.eE+-]*)/g,
    (_, string, number) => string ?? JSON.stringify(`#${canonicalDecimal(number)}`),
  );
  return JSON.stringify(JSON.parse(marked));
}
