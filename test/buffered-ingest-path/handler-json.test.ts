import fc from 'fast-check';
import { readBody } from '../../src/buffered-ingest-path/lambda/json-body';
import { readJson } from '../../src/buffered-ingest-path/lambda/json-reader';
import { type JsonPath, WantedValues } from '../../src/buffered-ingest-path/lambda/wanted-values';

const nothing = { begin: () => {}, end: () => {}, name: () => {}, scalar: () => {} };

function isRead(text: string): boolean {
  try {
    readJson(text, nothing);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function isParsed(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A value as its tokens have it, built again. */
function rebuilt(text: string): string {
  let result = '';
  let separator = '';
  readJson(text, {
    begin: (container) => {
      result += separator + container;
      separator = '';
    },
    end: (container) => {
      result += container === '{' ? '}' : ']';
      separator = ',';
    },
    name: (token) => {
      result += `${separator}${token}:`;
      separator = '';
    },
    scalar: (token) => {
      result += separator + token;
      separator = ',';
    },
  });
  return result;
}

// Difficult cases from the JSON specification and from tests of parsers.
test.each([
  '{}',
  '[]',
  ' { } ',
  '{"a":1}',
  '[1,2]',
  '[[],{}]',
  '0',
  '-0',
  '-0.0e+0',
  '1E9',
  '""',
  '"\\u00e9\\/"',
  'true',
  'null',
  '\t\r\n 1 \n',
  '"\u007f\u2028"',
  '"\ud800"',
  '',
  ' ',
  '{',
  '[',
  '}',
  ']',
  '[}',
  '{]',
  '{"a"}',
  '{"a":}',
  '{"a":1,}',
  '{,}',
  '[,]',
  '[1,]',
  '[1 2]',
  '[1]]',
  '{}{}',
  '1 2',
  '{1:2}',
  '{a:1}',
  "{'a':1}",
  '{"a":1 "b":2}',
  '{"a"::1}',
  '01',
  '-',
  '-01',
  '+1',
  '1.',
  '.1',
  '1.e1',
  '1e',
  '1e+',
  '0x1',
  'NaN',
  'Infinity',
  '1_0',
  'tru',
  'truex',
  'True',
  'nul',
  'nullnull',
  'undefined',
  '"',
  '"\\"',
  '"\\x"',
  '"\\u12"',
  '"\\u12g4"',
  '"\n"',
  '"\t"',
  '"\u0000"',
  '\ufeff{}',
  '\u00a01',
  '1\u00a0',
  '\u2028{}',
  '/**/1',
  '[1]//',
])('%j is accepted exactly if JSON.parse accepts it', (text) => {
  // biome-ignore format: a list to look through, not to read
  expect(isRead(text)).toBe(isParsed(text));
});

const json = fc.json({ maxDepth: 4, noUnicodeString: false });

test('everything that JSON.parse accepts is read, token by token', () => {
  fc.assert(
    fc.property(json, (text) => {
      expect(JSON.parse(rebuilt(text))).toEqual(JSON.parse(text));
    }),
    { numRuns: 500 },
  );
});

test('a text with one changed character is accepted exactly if JSON.parse accepts it', () => {
  const piece = fc.oneof(
    fc.constantFrom(...'{}[],:"\\ -+.eE019tfn\n', 'true', 'null', '\\u', '""'),
    fc.string({ unit: 'binary', maxLength: 2 }),
  );
  const broken = fc.tuple(json, fc.array(fc.tuple(fc.nat(), fc.nat(3), piece), { maxLength: 3 })).map(([text, changes]) =>
    changes.reduce((result, [at, removed, added]) => {
      const place = at % (result.length + 1);
      return result.slice(0, place) + added + result.slice(place + removed);
    }, text),
  );
  fc.assert(
    fc.property(broken, (text) => {
      expect(isRead(text)).toBe(isParsed(text));
    }),
    { numRuns: 3_000 },
  );
});

function wanted(text: string, ...paths: JsonPath[]): unknown {
  const values = new WantedValues(paths);
  readJson(text, values);
  return values.found();
}

test.each<[string, JsonPath[], unknown]>([
  ['{"a":"x","b":1}', [['a']], { a: 'x' }],
  ['{"a":{"b":{"c":true}}}', [['a', 'b', 'c']], { a: { b: { c: true } } }],
  ['{"a":{"b":1},"c":{"b":2}}', [['c', 'b']], { c: { b: 2 } }],
  ['{"a":"x","a":"y"}', [['a']], { a: 'y' }],
  ['{"\\u0061":"x"}', [['a']], { a: 'x' }],
  ['{"a":{"b":1},"a":{"c":2}}', [['a', 'b']], { a: {} }],
  ['{"a":{"b":1},"a":2}', [['a', 'b']], { a: 2 }],
  ['{"a":2,"a":{"b":1}}', [['a', 'b']], { a: { b: 1 } }],
  ['{"a":[{"b":1}]}', [['a', 'b']], { a: [] }],
  ['{"a":[1],"b":null}', [['a'], ['b']], { a: [], b: null }],
  ['{"x":{"a":1}}', [['a']], {}],
  ['{"a":{"b":1}}', [['a']], { a: {} }],
  [
    '{"a":12345678901234567890,"b":1e400,"c":-0,"d":1.50}',
    [['a'], ['b'], ['c'], ['d']],
    { a: '12345678901234567890', b: '1e400', c: '-0', d: 1.5 },
  ],
])('of %s the values %j are %j', (text, paths, values) => {
  expect(JSON.parse(JSON.stringify(wanted(text, ...paths)))).toEqual(values);
});

test('a requested value equals that of JSON.parse', () => {
  const names = fc.constantFrom('a', 'b', '__proto__', 'constructor', '1');
  const { value } = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom('"x"', '7', 'true', 'null'),
      fc.array(tie('value'), { maxLength: 2 }).map((members) => `[${members.join()}]`),
      fc
        .array(fc.tuple(names, tie('value')), { maxLength: 4 })
        .map((members) => `{${members.map(([name, member]) => `"${name}":${member}`).join()}}`),
    ),
  }));
  const path = fc.array(names, { minLength: 1, maxLength: 3 });
  const at = (document: unknown, names: JsonPath) =>
    names.reduce<unknown>((value, name) => {
      const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
      return isObject && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
    }, document);
  const kind = (found: unknown) => (Array.isArray(found) ? 'a list' : typeof found === 'object' && found !== null ? 'an object' : found);
  fc.assert(
    fc.property(fc.array(fc.tuple(names, value), { maxLength: 4 }), fc.array(path, { maxLength: 3 }), (members, paths) => {
      const text = `{${members.map(([name, member]) => `"${name}":${member}`).join()}}`;
      const { values } = readBody(text, paths);
      for (const each of paths) expect(kind(at(values, each))).toEqual(kind(at(JSON.parse(text), each)));
    }),
    { numRuns: 2_000 },
  );
});
