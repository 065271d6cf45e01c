import fc from 'fast-check';
import { readHttpDate } from '../../src/resilient-gov-sync/lambda/http-date';
import { MAX_HOLD_MS, retryAfterMs } from '../../src/resilient-gov-sync/lambda/retry-after';

const NOW = Date.UTC(2026, 10, 29, 12);
const at = (milliseconds: number) => new Date(milliseconds).toUTCString();

test.each([
  [{}, undefined],
  [{ 'Retry-After': '120' }, 120_000],
  [{ 'retry-after': ' 0 ' }, 0],
  [{ 'retry-after': ['5', '60'] }, 60_000],
  [{ 'retry-after': '172800' }, MAX_HOLD_MS],
  [{ 'retry-after': '9'.repeat(400) }, MAX_HOLD_MS],
  [{ 'retry-after': at(NOW + 30_000) }, 30_000],
  [{ 'retry-after': at(NOW - 30_000) }, 0],
  [{ 'retry-after': at(NOW + 2 * 86_400_000) }, MAX_HOLD_MS],
  [{ 'retry-after': at(NOW + 3_630_000), Date: at(NOW + 3_600_000) }, 30_000],
  [{ 'retry-after': at(NOW + 30_000), date: 'yesterday' }, 30_000],
  [{ 'retry-after': '-1' }, undefined],
  [{ 'retry-after': '1.5' }, undefined],
  [{ 'retry-after': '' }, undefined],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': '2026-11-29T12:00:30Z' }, undefined],
])('%j is %s ms', (headers, expected) => expect(retryAfterMs(headers, NOW)).toBe(expected));

test.each([
  ['Sun, 06 Nov 1994 08:49:37 GMT', Date.UTC(1994, 10, 6, 8, 49, 37)],
  ['Sunday, 06-Nov-94 08:49:37 GMT', Date.UTC(1994, 10, 6, 8, 49, 37)],
  ['Sunday, 06-Nov-76 08:49:37 GMT', Date.UTC(2076, 10, 6, 8, 49, 37)],
  ['Sunday, 06-Nov-77 08:49:37 GMT', Date.UTC(1977, 10, 6, 8, 49, 37)],
  ['Sun Nov  6 08:49:37 1994', Date.UTC(1994, 10, 6, 8, 49, 37)],
  ['Tue, 31 Feb 2026 08:49:37 GMT', undefined],
  ['Sun, 06 Nox 1994 08:49:37 GMT', undefined],
  ['Sun, 06 Nov 1994 24:00:00 GMT', undefined],
  ['1', undefined],
])('the date %s', (text, expected) => expect(readHttpDate(text, NOW)).toBe(expected));

test('every date that is written is read, to the second', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_102_444_799 }), (seconds) => readHttpDate(at(seconds * 1_000), NOW) === seconds * 1_000),
  );
});

test('no text makes the sync wait longer than the maximum, or for a negative time', () => {
  const text = fc.oneof(
    fc.string(),
    fc.bigInt().map(String),
    fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
  );
  fc.assert(
    fc.property(text, text, (value, date) => {
      const wait = retryAfterMs({ 'retry-after': value, date }, NOW);
      return wait === undefined || (wait >= 0 && wait <= MAX_HOLD_MS);
    }),
  );
});
