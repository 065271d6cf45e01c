import { Duration, Lazy, TimeZone } from 'aws-cdk-lib';
import { GovSchedule, type QuarterlySchedule } from '../../src/resilient-gov-sync/gov-schedule';

const BERLIN = TimeZone.EUROPE_BERLIN;
const quarterly = (props: Partial<QuarterlySchedule>) => GovSchedule.quarterly({ timeZone: BERLIN, day: 5, hour: 6, ...props });

test('a schedule has the time zone, the time, and a window of 15 minutes by default', () => {
  expect(quarterly({})).toMatchObject({ timeZone: BERLIN, _day: 5, _hour: 6, _flexibleMinutes: 15 });
  expect(quarterly({ flexibleWindow: Duration.hours(6) })._flexibleMinutes).toBe(360);
  expect(quarterly({ flexibleWindow: Duration.seconds(0) })._flexibleMinutes).toBe(0);
});

test.each(['Europe/Kiev', 'Asia/Kolkata', 'Asia/Calcutta', 'Etc/UTC', 'UTC', 'GMT', 'America/Argentina/Buenos_Aires'])(
  'the time zone %s is accepted, also if it is an older name',
  (name) => expect(quarterly({ timeZone: TimeZone.of(name) }).timeZone.timezoneName).toBe(name),
);

test.each(['Mars/Phobos', '+01:00', '-05', '', ' Europe/Berlin', 'Europe'])('the time zone %j is rejected', (name) => {
  expect(() => quarterly({ timeZone: TimeZone.of(name) })).toThrow(
    `GovSchedule.quarterly: invalid timeZone ${JSON.stringify(name)}: expected a name of the tz database, known at synthesis, such as TimeZone.EUROPE_BERLIN`,
  );
});

test('a time zone in another case is rejected with its name', () => {
  expect(() => quarterly({ timeZone: TimeZone.of('Europe/BERLIN') })).toThrow(
    'GovSchedule.quarterly: invalid timeZone "Europe/BERLIN": expected Europe/Berlin',
  );
});

test('a time zone that is known at deployment only, or is missing, is rejected', () => {
  expect(() => quarterly({ timeZone: TimeZone.of(Lazy.string({ produce: () => 'Europe/Berlin' })) })).toThrow(/invalid timeZone <token>/);
  expect(() => quarterly({ timeZone: undefined })).toThrow(
    'GovSchedule.quarterly: missing timeZone: expected a value for each required property',
  );
  expect(() => quarterly({ timeZone: 'Europe/Berlin' as unknown as TimeZone })).toThrow(
    'GovSchedule.quarterly: invalid timeZone "Europe/Berlin": expected a time zone, such as TimeZone.EUROPE_BERLIN',
  );
});

test('what is no schedule at all is an error, too', () => {
  expect(() => GovSchedule.quarterly(undefined as never)).toThrow('GovSchedule.quarterly: ');
  expect(() => quarterly({ flexibleWindow: 15 as never })).toThrow('GovSchedule.quarterly: invalid flexibleWindow 15: expected a Duration');
});

test.each<[string, Partial<QuarterlySchedule>, string]>([
  ['day', { day: 0 }, 'invalid day 0: expected a whole number between 1 and 28'],
  ['day', { day: 29 }, 'invalid day 29: expected a whole number between 1 and 28'],
  ['day', { day: 1.5 }, 'invalid day 1.5: expected a whole number between 1 and 28'],
  ['day', { day: Lazy.number({ produce: () => 5 }) }, 'expected a whole number between 1 and 28, known at synthesis'],
  ['hour', { hour: 24 }, 'invalid hour 24: expected a whole number between 0 and 23'],
  ['hour', { hour: Number.NaN }, 'expected a whole number between 0 and 23'],
  ['window', { flexibleWindow: Duration.hours(7) }, 'expected whole minutes between 0 hours and 6 hours, known at synthesis'],
  ['window', { flexibleWindow: Duration.seconds(90) }, 'expected whole minutes between 0 seconds and 21600 seconds'],
])('an invalid %s is rejected: %j', (_name, props, message) => {
  expect(() => quarterly(props)).toThrow(message);
});

test.each<[string, number, number, string]>([
  // Clocks are moved forward on the first Sunday of October.
  ['Australia/Sydney', 5, 2, '2025-10-05'],
  ['Australia/Lord_Howe', 4, 2, '2026-10-04'],
])('%s, day %s at %s: an hour that clocks leave out is rejected, with the date', (name, day, hour, date) => {
  expect(() => quarterly({ timeZone: TimeZone.of(name), day, hour })).toThrow(
    `GovSchedule.quarterly: invalid hour ${hour}: expected an hour that clocks in ${name} show in each quarter: on ${date} they are moved forward over it, and the sync would not start`,
  );
});

test('an hour that is repeated, or left out in another month only, is accepted', () => {
  expect(quarterly({ day: 25, hour: 2 })._hour).toBe(2);
  expect(quarterly({ timeZone: TimeZone.AUSTRALIA_SYDNEY, day: 8, hour: 2 })._hour).toBe(2);
});
