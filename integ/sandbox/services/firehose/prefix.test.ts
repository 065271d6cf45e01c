import { prefixOf } from './prefix';

const at = Date.UTC(2026, 0, 2, 3, 4, 5);

// documented: "Understand custom prefixes for Amazon S3 objects"
test.each([
  ['data/', 'data/'],
  ['!{timestamp:yyyy/MM/dd/HH}/', '2026/01/02/03/'],
  ["!{timestamp:'year='yyyy'/month='M}/", 'year=2026/month=1/'],
  ['!{timestamp:yy-mm-ss}', '26-04-05'],
  ['a/!{partitionKeyFromQuery:tenant}/!{firehose:random-string}/', 'a/s1/rrr/'],
  ['!{firehose:error-output-type}/', 'processing-failed/'],
])('%s', (text, expected) => {
  expect(prefixOf(text).evaluate({ at, random: 'rrr', keys: { tenant: 's1' }, errorType: 'processing-failed' })).toBe(expected);
});

test.each([
  ['!{timestamp:eee}', 'the letter e of the timestamp pattern eee is not supported'],
  ["!{timestamp:'x}", 'has a quote without an end'],
  ['!{partitionKeyFromLambda:x}', 'the expression !{partitionKeyFromLambda:x} is not supported'],
  ['!{timestamp}', 'an expression must have the form !{namespace:value}'],
])('%s is rejected', (text, message) => {
  expect(() => prefixOf(text)).toThrow(message);
});
