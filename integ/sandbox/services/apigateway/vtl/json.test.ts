import fc from 'fast-check';
import { parseJson } from './json';
import { readPath } from './json-path';
import { toJson } from './value';

test('JSON is read and rejected as by JSON.parse', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(JSON.parse(toJson(parseJson(text)))).toEqual(JSON.parse(text));
    }),
  );
  const broken = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom('', '"', '\\', ',', '}', '\u0001', '01', '+', 'nul'))
    .map(([text, at, put]) => {
      const cut = at % (text.length + 1);
      return text.slice(0, cut) + put + text.slice(cut + 1);
    });
  fc.assert(
    fc.property(broken, (text) => {
      const reads = (read: (text: string) => unknown): boolean => {
        try {
          read(text);
          return true;
        } catch {
          return false;
        }
      };
      expect([text, reads(parseJson)]).toEqual([text, reads(JSON.parse)]);
    }),
    { numRuns: 1000 },
  );
});

test('integers stay integers and doubles stay doubles, at any size', () => {
  const text = '[9007199254740993,-0,1.0,1.5E10,1.0E-5,123456.75]';
  expect(toJson(parseJson(text))).toBe('[9007199254740993,0,1.0,1.5E10,1.0E-5,123456.75]');
});

test('numbers of any length keep their digits, in linear time', () => {
  const text = `{"n":${'7'.repeat(1_000_000)}}`;
  const before = process.cpuUsage();
  expect(toJson(parseJson(text))).toBe(text);
  const { user, system } = process.cpuUsage(before);
  // A BigInt of that many digits takes seconds.
  expect((user + system) / 1_000).toBeLessThan(500);
});

test('paths support members, elements and wildcards, and reject anything else by name', () => {
  const value = parseJson('{"a":{"b c":[1,{"d":2},3]},"e":null}');
  const read = (path: string) => toJson(readPath(value, path));
  expect([read("$.a['b c'][1].d"), read("$['a']['b c'][-1]"), read("$.a['b c'][*]"), read('$.e')]).toEqual([
    '2',
    '3',
    '[1,{"d":2},3]',
    'null',
  ]);
  expect(readPath(value, '$.a.none')).toBeUndefined();
  for (const path of ['$..d', "$.a['b c'][?(@.d)]", '$.a[0:1]', 'a.b', '$.a.length()']) expect(() => readPath(value, path)).toThrow(path);
});
