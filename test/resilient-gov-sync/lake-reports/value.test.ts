import { jsonOf, type ValueKind } from '../../../src/resilient-gov-sync/lambda/lake-reports/value';

test.each<[ValueKind, string | null, string]>([
  ['text', 'Zoë "1"\n', '"Zoë \\"1\\"\\n"'],
  ['text', '', '""'],
  ['exact', '7.50', '7.50'],
  ['exact', '-9007199254740993', '-9007199254740993'],
  ['double', '1.0E10', '10000000000'],
  ['double', '6.5', '6.5'],
  ['double', '7.0', '7'],
  ['boolean', 'true', 'true'],
  ['time', '2026-11-29 08:15:30.123', '"2026-11-29T08:15:30.123Z"'],
  ['json', '{"l":[ {"n":"1"} ]}', '{"l":[{"n":"1"}]}'],
  ['exact', null, 'null'],
])('a value of %s: %j', (kind, text, json) => {
  expect(jsonOf(text, { name: 'a', column: 'a', kind })).toBe(json);
});

test.each<[ValueKind, string]>([
  ['exact', '1"}'],
  ['exact', ''],
  ['double', 'NaN'],
  ['double', 'Infinity'],
  ['boolean', 'TRUE'],
  ['time', '2026-11-29'],
  ['json', '{'],
])('a text that is no %s is an error without the text: %j', (kind, text) => {
  const make = () => jsonOf(text, { name: 'grade', column: 'a', kind });
  expect(make).toThrow(`the field grade has a value in the result of the query that is no ${kind}`);
});
