import fc from 'fast-check';
import { endedPeriods, periodNamed } from '../../src/resilient-gov-sync/lambda/period';
import { instantsOf, startOfDay, wallTime } from '../../src/resilient-gov-sync/time-zone';

const BERLIN = 'Europe/Berlin';
const HOUR_MS = 3_600_000;
const iso = (instants: readonly number[]) => instants.map((instant) => new Date(instant).toISOString());
const ended = (at: string, timeZone: string) => endedPeriods(Date.parse(at), timeZone, 1)[0].name;

test.each([
  ['2026Q1', BERLIN, '2025-12-31T23:00:00.000Z', '2026-03-31T22:00:00.000Z'],
  ['2026Q4', BERLIN, '2026-09-30T22:00:00.000Z', '2026-12-31T23:00:00.000Z'],
  ['2026Q4', 'Etc/UTC', '2026-10-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
  ['2026Q4', 'Pacific/Kiritimati', '2026-09-30T10:00:00.000Z', '2026-12-31T10:00:00.000Z'],
  ['2026Q4', 'Pacific/Honolulu', '2026-10-01T10:00:00.000Z', '2027-01-01T10:00:00.000Z'],
  ['2026Q2', 'Australia/Lord_Howe', '2026-03-31T13:00:00.000Z', '2026-06-30T13:30:00.000Z'],
])('%s in %s starts at %s and ends at %s', (name, timeZone, start, end) => {
  expect(periodNamed(name, timeZone)).toEqual({ name, start, end });
});

test.each(['2026q4', '2026Q5', '2026Q0', '26Q1', '2026-Q4', ' 2026Q4', '2026Q4\n', ''])('%j is not the name of a period', (name) => {
  expect(() => periodNamed(name, BERLIN)).toThrow('expected a quarter, such as 2026Q4');
});

test.each([
  ['2027-01-05T05:00:00Z', BERLIN, '2026Q4'],
  ['2027-04-05T04:00:00Z', BERLIN, '2027Q1'],
  // The year and the quarter are those of the time zone, and not those of UTC.
  ['2026-12-31T22:59:59Z', BERLIN, '2026Q3'],
  ['2026-12-31T23:00:00Z', BERLIN, '2026Q4'],
  ['2027-01-01T09:59:59Z', 'Pacific/Honolulu', '2026Q3'],
  ['2027-01-01T10:00:00Z', 'Pacific/Honolulu', '2026Q4'],
  // Clocks were moved two days before.
  ['2026-03-31T21:59:59Z', BERLIN, '2025Q4'],
  ['2026-03-31T22:00:00Z', BERLIN, '2026Q1'],
])('at %s in %s the last period that has ended is %s', (at, timeZone, name) => expect(ended(at, timeZone)).toBe(name));

test('the last periods are in order over the end of a year', () => {
  expect(endedPeriods(Date.parse('2027-04-05T04:00:00Z'), BERLIN, 6).map(({ name }) => name)).toEqual([
    '2027Q1',
    '2026Q4',
    '2026Q3',
    '2026Q2',
    '2026Q1',
    '2025Q4',
  ]);
});

test('a time that clocks leave out has no instant, and one that they repeat has two', () => {
  expect(instantsOf(Date.UTC(2026, 2, 29, 2, 30), BERLIN)).toEqual([]);
  expect(iso(instantsOf(Date.UTC(2026, 2, 29, 3, 0), BERLIN))).toEqual(['2026-03-29T01:00:00.000Z']);
  expect(iso(instantsOf(Date.UTC(2026, 9, 25, 2, 30), BERLIN))).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z']);
  // Clocks of Lord Howe are moved by half an hour.
  expect(iso(instantsOf(Date.UTC(2026, 3, 5, 1, 45), 'Australia/Lord_Howe'))).toEqual([
    '2026-04-04T14:45:00.000Z',
    '2026-04-04T15:15:00.000Z',
  ]);
});

test('a day starts at the change of clocks if that leaves out its midnight', () => {
  expect(iso([startOfDay(2010, 4, 1, 'Asia/Amman'), startOfDay(2011, 4, 1, 'Asia/Amman')])).toEqual([
    '2010-03-31T21:00:00.000Z',
    '2011-03-31T22:00:00.000Z',
  ]);
});

const zone = fc.constantFrom(BERLIN, 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/Santiago', 'Africa/Casablanca');

test('instants and wall times agree, and periods follow each other without a gap', () => {
  fc.assert(
    fc.property(fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2036, 0) }), zone, (at, timeZone) => {
      const instant = Math.floor(at / 1_000) * 1_000;
      const { year, month, day, hour, minute, second } = wallTime(instant, timeZone);
      expect(instantsOf(Date.UTC(year, month - 1, day, hour, minute, second), timeZone)).toContain(instant);
      const [last, before] = endedPeriods(instant, timeZone, 2);
      expect(last.start).toBe(before.end);
      expect(Date.parse(last.end)).toBeLessThanOrEqual(instant);
      expect(instant - Date.parse(last.end)).toBeLessThanOrEqual(92 * 24 * HOUR_MS + HOUR_MS);
      expect(periodNamed(last.name, timeZone)).toEqual(last);
    }),
  );
});
