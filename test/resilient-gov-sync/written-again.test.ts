import fc from 'fast-check';
import { readReport } from '../../src/resilient-gov-sync/lambda/report-text';
import { lostIn } from '../../src/resilient-gov-sync/lambda/written-again';

const lost = (text: string) => lostIn(text, JSON.stringify(JSON.parse(text)));
const CHANGED = ', which an HTTP Task would change: write it as a text, or use Transport.fromFunction';

test.each([
  '{"grade":7.50}',
  '[1e3, 1E+3, 100000e-2, -0, 0.000, -1.0e-7, 5e-324, 1.5e-300]',
  '[9007199254740991, 0.1, 123456789.12345678, -9007199254740991]',
  '{ "a" : "12345678901234567890, \\"1e999\\": \\\\", "b": {"a": [] } }',
  '"text"',
  '{"\\u0061": "\\u00fc\\/"}',
  '{"b":1,"1":2}',
])('%s has the same values when it is written again', (text) => expect(lost(text)).toBeUndefined());

test.each([
  ['{"school":1,"id":12345678901234567890}', 'id'],
  ['{"id":9007199254740993}', 'id'],
  ['{"rows":[{"rate":0.12345678901234567890}]}', 'rate'],
  ['{"a":{"b":1.00000000000000000001}}', 'b'],
  ['{"id":9007199254740992}', 'id'],
  ['[1e400]', 'the beginning'],
  ['{"small":[1e-400]}', 'small'],
  ['{"\\"x\\u202e":1e400}', '\\"x\\u202e'],
])('%s has a number that changes', (text, name) => expect(lost(text)).toBe(`a number at ${name}${CHANGED}`));

test('a name that is there twice would be sent once', () => {
  expect(lost('{"a":1,"b":{"a":2,"a":3}}')).toMatch(/^a name twice in one object, of which an HTTP Task would send one: remove/);
});

test('what JSON.stringify writes survives, whatever it is, unless it is a whole number above 2^53', () => {
  const isLarge = (text: string) => (text.match(/-?\d[\d.e+-]*/g) ?? []).some((one) => Math.abs(Number(one)) > Number.MAX_SAFE_INTEGER);
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = JSON.stringify(value, undefined, 2);
      if (!isLarge(text)) expect(lost(text)).toBeUndefined();
    }),
  );
});

test('of whole numbers, those up to 2^53 survive, also with zeros after the point', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 54n), max: 2n ** 54n }), fc.nat(5), (value, zeros) => {
      const survives = Number.isSafeInteger(Number(value));
      expect(lost(`{"n":${value}${zeros === 0 ? '' : `.${'0'.repeat(zeros)}`}}`) === undefined).toBe(survives);
    }),
  );
});

test('of decimals, 15 digits always survive, and 18 only if the last ones are zeros', () => {
  const digits = (count: number) => fc.stringMatching(new RegExp(`^[1-9]\\d{${count - 2}}[1-9]$`));
  fc.assert(fc.property(digits(15), (some) => expect(lost(`[0.${some}, ${some[0]}.${some.slice(1)}000]`)).toBeUndefined()));
  fc.assert(fc.property(digits(18), (some) => expect(lost(`[0.${some}]`)).toMatch(/^a number at the beginning/)));
});

test('an HTTP Task sends what is stored and hashed, and a function the text as it is', () => {
  const given = '{ "rows": [ { "grade": 7.50 } ] }';
  expect(readReport(given, true, 'the report')).toEqual({ text: '{"rows":[{"grade":7.5}]}', rows: 1 });
  expect(readReport(given, false, 'the report')).toEqual({ text: given, rows: 1 });
  expect(() => readReport('{"id":9007199254740993}', true, 'the report')).toThrow(`the report has a number at id${CHANGED}`);
  expect(readReport('{"id":9007199254740993}', false, 'the report')).toEqual({ text: '{"id":9007199254740993}' });
  // What JSON.parse says would quote it.
  expect(() => readReport('{"student":"Ada"', true, 'the report')).toThrow(/^the report is not JSON$/);
});
