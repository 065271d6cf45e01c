import { timesOf } from './schedule-expression';

const BERLIN = 'Europe/Berlin';
const at = (text: string) => Date.parse(text);

function times(expression: string, from: string, count: number, timeZone = BERLIN, startDate?: string): string[] {
  const next = timesOf(expression, { timeZone, createdAt: at(from), startDate: startDate === undefined ? undefined : at(startDate) });
  const found: string[] = [];
  for (let time = next(at(from) - 1); time !== undefined && found.length < count; time = next(time)) {
    found.push(new Date(time).toISOString().slice(0, 16));
  }
  return found;
}

// documented: "Schedule types in EventBridge Scheduler"
describe('a cron expression', () => {
  test.each<[string, string, string[]]>([
    ['cron(0 6 5 1,4,7,10 ? *)', '2026-11-29T12:00:00Z', ['2027-01-05T05:00', '2027-04-05T04:00', '2027-07-05T04:00']],
    ['cron(0 0,6,12,18 * * ? *)', '2026-10-24T16:00:00Z', ['2026-10-24T16:00', '2026-10-24T22:00', '2026-10-25T05:00']],
    // Days of the week are 1 to 7, and 1 is Sunday.
    ['cron(0 10 ? * 1 *)', '2026-11-24T12:00:00Z', ['2026-11-29T09:00', '2026-12-06T09:00']],
    ['cron(15 10 ? * 6L 2026-2027)', '2026-11-01T00:00:00Z', ['2026-11-27T09:15', '2026-12-25T09:15', '2027-01-29T09:15']],
    ['cron(0 8 ? * 2#1 *)', '2026-11-03T00:00:00Z', ['2026-12-07T07:00', '2027-01-04T07:00']],
    ['cron(0 8 ? * MON-FRI *)', '2026-11-27T12:00:00Z', ['2026-11-30T07:00', '2026-12-01T07:00']],
    ['cron(0 8 L * ? *)', '2026-11-29T12:00:00Z', ['2026-11-30T07:00', '2026-12-31T07:00']],
    ['cron(0 8 1W * ? *)', '2026-10-30T12:00:00Z', ['2026-11-02T07:00', '2026-12-01T07:00']],
    ['cron(0/20 8 * * ? *)', '2026-11-29T07:10:00Z', ['2026-11-29T07:20', '2026-11-29T07:40', '2026-11-30T07:00']],
    ['cron(0 8 1 1 ? 2020)', '2026-11-29T12:00:00Z', []],
  ])('%s from %s', (expression, from, expected) => expect(times(expression, from, expected.length || 1)).toEqual(expected));

  test('at a time that clocks leave out is skipped', () => {
    expect(times('cron(30 2 * * ? *)', '2026-03-28T00:00:00Z', 3)).toEqual(['2026-03-28T01:30', '2026-03-30T00:30', '2026-03-31T00:30']);
  });

  test('at a time that clocks repeat runs once, also every hour', () => {
    expect(times('cron(30 2 * * ? *)', '2026-10-24T12:00:00Z', 2)).toEqual(['2026-10-25T00:30', '2026-10-26T01:30']);
    expect(times('cron(30 * * * ? *)', '2026-10-24T23:00:00Z', 3)).toEqual(['2026-10-24T23:30', '2026-10-25T00:30', '2026-10-25T02:30']);
    // Clocks of Lord Howe are moved by half an hour.
    expect(times('cron(45 1 * * ? *)', '2026-04-04T12:00:00Z', 2, 'Australia/Lord_Howe')).toEqual(['2026-04-04T14:45', '2026-04-05T15:15']);
  });

  test.each([
    ['cron(0 6 5 1 ?)', 'has 5 fields: six are expected'],
    ['cron(0 6 5 1 * *)', 'must have ? either as the day of the month or as the day of the week'],
    ['cron(0 6 ? 1 ? *)', 'must have ? either'],
    ['cron(0 25 5 1 ? *)', 'hour'],
    ['cron(0 six 5 1 ? *)', '"six" is not a value for the hours'],
    ['cron(0 6 +5 1 ? *)', '"+5" is not a value for the day of the month'],
    ['every day', 'is not a schedule expression'],
    ['cron(0 6 5 1 ? *', 'is not a schedule expression'],
  ])('%s is rejected', (expression, message) => expect(() => times(expression, '2026-11-29T12:00:00Z', 1)).toThrow(message));
});

describe('a rate', () => {
  test('begins when the schedule is created, or at its start', () => {
    expect(times('rate(6 hours)', '2026-11-29T12:01:00Z', 3)).toEqual(['2026-11-29T12:01', '2026-11-29T18:01', '2026-11-30T00:01']);
    expect(times('rate(1 day)', '2026-10-24T12:00:00Z', 3, BERLIN, '2026-10-20T08:00:00Z')).toEqual([
      '2026-10-25T08:00',
      '2026-10-26T08:00',
      '2026-10-27T08:00',
    ]);
    expect(times('rate(5 minutes)', '2026-11-29T12:00:00Z', 2, BERLIN, '2027-01-01T00:00:00Z')).toEqual([
      '2027-01-01T00:00',
      '2027-01-01T00:05',
    ]);
  });

  test.each(['rate(0 hours)', 'rate(-1 hours)', 'rate(6 weeks)', 'rate(6)', 'rate(1.5 hours)'])('%s is rejected', (expression) => {
    expect(() => times(expression, '2026-11-29T12:00:00Z', 1)).toThrow('is not a rate: a positive number of minutes, hours or days');
  });
});

describe('a time', () => {
  test('is one of the time zone, once', () => {
    expect(times('at(2027-01-05T06:00:00)', '2026-11-29T12:00:00Z', 2)).toEqual(['2027-01-05T05:00']);
    expect(times('at(2026-01-05T06:00:00)', '2026-11-29T12:00:00Z', 2)).toEqual([]);
  });

  test('with an offset is rejected', () => {
    expect(() => times('at(2027-01-05T06:00:00Z)', '2026-11-29T12:00:00Z', 1)).toThrow('at(yyyy-mm-ddThh:mm:ss) is expected');
  });
});
