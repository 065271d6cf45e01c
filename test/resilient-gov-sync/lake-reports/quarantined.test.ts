import { gzipSync } from 'node:zlib';
import { hasChangeOf } from '../../../src/resilient-gov-sync/lambda/lake-reports/quarantined';

const period = { name: '2026Q4', start: '2026-10-01T00:00:00Z', end: '2027-01-01T00:00:00Z' };
const seconds = (instant: string) => Date.parse(instant) / 1_000;
const rejected = (changed_at: unknown) =>
  JSON.stringify({ errorMessage: 'grade is not N', rawData: Buffer.from(JSON.stringify({ changed_at })).toString('base64') });
const deadLetter = (first: string, last: string) =>
  JSON.stringify({
    errorCode: 'DeadLetter',
    deadLetter: { DDBStreamBatchInfo: { approximateArrivalOfFirstRecord: first, approximateArrivalOfLastRecord: last } },
  });

test.each<[string, string, boolean]>([
  ['a change in it', rejected(seconds('2026-12-31T23:59:59Z')), true],
  ['its first second', rejected(seconds('2026-10-01T00:00:00Z')), true],
  ['a change after it', rejected(seconds('2027-01-01T00:00:00Z')), false],
  ['a change before it', rejected(seconds('2026-09-30T23:59:59Z')), false],
  ['a second line', `${rejected(0)}\n${rejected(seconds('2026-11-29T08:00:00Z'))}\n`, true],
  ['a record without a time', rejected('yesterday'), true],
  ['a line that is no JSON', 'none', true],
  ['a line of an unknown shape', '{}', true],
  ['a dead letter that begins in it', deadLetter('2026-12-31T23:00:00Z', '2027-01-01T01:00:00Z'), true],
  ['a dead letter after it', deadLetter('2027-01-01T00:00:00Z', '2027-01-01T01:00:00Z'), false],
  ['an empty object', '\n', false],
])('%s', (_, text, isFound) => {
  expect(hasChangeOf(period, Buffer.from(text))).toBe(isFound);
  expect(hasChangeOf(period, gzipSync(text))).toBe(isFound);
});
