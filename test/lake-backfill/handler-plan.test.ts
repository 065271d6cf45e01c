import * as fc from 'fast-check';
import { planOf } from '../../src/lake-backfill/lambda/plan';

const NOW = Date.parse('2026-11-29T18:00:00Z');
const recoverable = { earliest: NOW / 1000 - 35 * 86_400, latest: NOW / 1000 };
const plan = (request: unknown) => planOf(request, 'b', recoverable);
const seconds = (text: string) => Date.parse(text) / 1000;

test.each([[{}], [undefined], [null]])('%j is one export of the whole table', (request) => {
  expect(plan(request)).toEqual([{ kind: 'export', backfill: 'b', index: 0, attempt: 1 }]);
});

test('a span is divided into windows of 15 minutes, or as given', () => {
  const span = { from: '2026-11-28T06:00:00Z', to: '2026-11-29T12:00:00Z' };
  const windows = plan(span);
  expect(windows).toHaveLength(120);
  expect(windows[0]).toEqual({
    ...{ kind: 'export', backfill: 'b', index: 0, attempt: 1 },
    span: { from: seconds(span.from), to: seconds(span.from) + 900 },
  });
  expect(plan({ ...span, windowMinutes: 1_440 }).map(({ span: one }) => one)).toEqual([
    { from: seconds(span.from), to: seconds('2026-11-28T21:00:00Z') },
    { from: seconds('2026-11-28T21:00:00Z'), to: seconds(span.to) },
  ]);
});

test('a span without an end ends at the latest time that DynamoDB knows', () => {
  expect(plan({ from: '2026-11-29T17:30:00Z' }).at(-1)?.span?.to).toBe(recoverable.latest);
});

test('windows cover each second of the span once, and each is one that DynamoDB exports, whatever the span', () => {
  const length = fc.integer({ min: 900, max: 35 * 86_400 });
  fc.assert(
    fc.property(length, fc.integer({ min: 15, max: 1_440 }), (span, windowMinutes) => {
      const from = NOW / 1000 - span;
      const windows = plan({ from: new Date(from * 1000).toISOString(), to: new Date(NOW).toISOString(), windowMinutes });
      const ends = windows.map((one) => one.span?.to ?? 0);
      const starts = windows.map((one) => one.span?.from);
      const lengths = ends.map((end, index) => end - (starts[index] ?? 0));
      expect(starts).toEqual([from, ...ends.slice(0, -1)]);
      expect(ends.at(-1)).toBe(NOW / 1000);
      expect(Math.min(...lengths)).toBeGreaterThanOrEqual(900);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(86_400);
    }),
  );
});

test.each<[unknown, string]>([
  [[], 'invalid request: expected an object: {} or {"from":"…","to":"…"}'],
  ['{}', 'invalid request: expected an object'],
  [{ since: '2026-11-29T12:00:00Z' }, 'unknown property since: expected from, to, windowMinutes'],
  [{ to: '2026-11-29T12:00:00Z' }, 'invalid to "2026-11-29T12:00:00Z": expected from as well: a span needs its start'],
  [{ windowMinutes: 15 }, 'invalid windowMinutes 15: expected from as well: the whole table is one export'],
  [{ from: '2026-11-29' }, 'invalid from "2026-11-29": expected a time in UTC, such as "2026-11-28T06:00:00Z"'],
  [{ from: '2026-11-29T12:00:00+02:00' }, 'expected a time in UTC'],
  [{ from: 1_790_000_000 }, 'invalid from 1790000000: expected a time in UTC'],
  [{ from: '2026-10-01T00:00:00Z' }, 'expected 2026-10-25T18:00:00Z or later, as far as point-in-time recovery reaches back'],
  [
    { from: '2026-11-29T12:00:00Z', to: '2026-11-29T18:00:01Z' },
    'invalid to "2026-11-29T18:00:01Z": expected 2026-11-29T18:00:00Z or earlier, the latest time',
  ],
  [{ from: '2026-11-29T12:00:00Z', to: '2026-11-29T12:14:59Z' }, 'expected a time at least 15 minutes before the end of the span'],
  [{ from: '2026-11-29T12:00:00Z', windowMinutes: 14 }, 'invalid windowMinutes 14: expected a whole number between 15 and 1440'],
  [{ from: '2026-11-29T12:00:00Z', windowMinutes: 1_441 }, 'invalid windowMinutes 1441'],
  [{ from: '2026-11-29T12:00:00Z', windowMinutes: '15' }, 'invalid windowMinutes "15"'],
])('%j is an error', (request, message) => {
  expect(() => plan(request)).toThrow(message);
});
