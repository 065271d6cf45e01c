import { pageOf } from '../../src/resilient-gov-sync/lambda/status/page';
import { readStatus, type StatusDependencies } from '../../src/resilient-gov-sync/lambda/status/read-status';
import { readStatusRequest } from '../../src/resilient-gov-sync/lambda/status/request';
import type { Item } from '../../src/resilient-gov-sync/lambda/sync-table';

const NOW = Date.UTC(2027, 0, 6, 14);
const HOUR = 3_600_000;
const TIME_ZONE = 'Europe/Berlin';
const PERIOD: Item = {
  ...{ status: 'SENDING', since: NOW - HOUR, attempt: 2, startedBy: 'schedule', nextAttemptAt: NOW + 5 * HOUR },
  ...{ dueAt: Date.UTC(2027, 0, 30), consecutiveFailures: 1 },
};

function report(tenant: string, more: Item = {}): Item {
  return { tenant, status: 'PLANNED', since: NOW - 2 * HOUR, sends: 0, revision: 1, rows: 120, auditEntries: 0, ...more };
}

const REPORTS = [
  report('school-3', { status: 'REJECTED', sends: 1, reason: 'HTTP 422', said: 'row 3: no such course' }),
  report('school-1', { status: 'CONFIRMED', sends: 2, receipt: 'r-77', revision: 2, reason: 'HTTP 500' }),
  report('school-2', { status: 'WAITING', sends: 1, waitUntil: NOW + HOUR, reason: 'HTTP 503' }),
  report('school-4'),
];

function dependencies(
  periods: Readonly<Record<string, Item>> = { '2026Q4': PERIOD },
  reports: readonly Item[] = REPORTS,
): StatusDependencies {
  const table: StatusDependencies['table'] = {
    read: async ({ pk }) => periods[pk.replace('PERIOD#', '')],
    reports: async () => reports,
    readApi: async () => undefined,
  };
  return { table, timeZone: TIME_ZONE, now: () => NOW };
}

const statusOf = (event: object, given = dependencies()) => readStatus(readStatusRequest(event), given);

test('a period that waits for look-ups says since when, and until when', async () => {
  const waiting = { ...PERIOD, status: 'WAITING_FOR_LOOK_UP' };
  const left = report('school-1', { status: 'WAITING', sends: 1, waitUntil: NOW + 5 * HOUR, reason: 'HTTP 504; it is looked up later' });
  const page = pageOf(await statusOf({}, dependencies({ '2026Q4': waiting }, [left])), readStatusRequest({}), { timeZone: TIME_ZONE });
  expect(page).toContain('2026Q4: Waiting until reports can be looked up');
  expect(page).toContain('Since 6 Jan 2027, 14:00. Attempt 2. They are looked up after 6 Jan 2027, 20:00.');
  expect(page).toContain('HTTP 504; it is looked up later, until 6 Jan 2027, 20:00');
});

test('a period whose attempts are used up says so, until a decision of a person', async () => {
  const exhausted = { ...PERIOD, status: 'INCOMPLETE', scheduledAttempts: 12, exhaustedAt: NOW - 3 * HOUR, nextAttemptAt: NOW - 3 * HOUR };
  const show = async (item: Item) => {
    const status = await statusOf({}, dependencies({ '2026Q4': item }));
    return [status.shown, pageOf(status, readStatusRequest({}), { timeZone: TIME_ZONE })] as const;
  };
  const [shown, page] = await show(exhausted);
  expect(shown).toMatchObject({ exhaustedAt: new Date(NOW - 3 * HOUR).toISOString() });
  expect(shown).not.toHaveProperty('nextAttemptAt');
  expect(page).toContain('No further attempt starts by itself since 6 Jan 2027, 12:00: start one.');
  expect(page).not.toContain('it is tried again after');
  const [decided, after] = await show({ ...exhausted, scheduledAttempts: 0 });
  expect(decided).not.toHaveProperty('exhaustedAt');
  expect(after).toContain('it is tried again after 6 Jan 2027, 12:00');
  const [complete] = await show({ ...exhausted, status: 'COMPLETE' });
  expect(complete).not.toHaveProperty('exhaustedAt');
});

test('a program gets the latest period, counts of all its schools, and the schools in the order of their names', async () => {
  const { asOf, api, shown, schools, next } = await statusOf({});
  expect([asOf, api, next]).toEqual(['2027-01-06T14:00:00.000Z', { state: 'CLOSED' }, undefined]);
  expect(shown).toMatchObject({
    ...{ period: '2026Q4', status: 'SENDING', since: '2027-01-06T13:00:00.000Z', attempt: 2, consecutiveFailures: 1 },
    counts: { reports: 4, sent: 3, PLANNED: 1, SENDING: 0, WAITING: 1, CONFIRMED: 1, REJECTED: 1, OUTCOME_UNKNOWN: 0 },
  });
  const since = '2027-01-06T12:00:00.000Z';
  expect(schools).toEqual([
    { school: 'school-1', status: 'CONFIRMED', sends: 2, revision: 2, since, rows: 120, receipt: 'r-77' },
    {
      school: 'school-2',
      status: 'WAITING',
      sends: 1,
      revision: 1,
      since,
      rows: 120,
      waitUntil: '2027-01-06T15:00:00.000Z',
      reason: 'HTTP 503',
    },
    { school: 'school-3', status: 'REJECTED', sends: 1, revision: 1, since, rows: 120, reason: 'HTTP 422', said: 'row 3: no such course' },
    { school: 'school-4', status: 'PLANNED', sends: 0, revision: 1, since, rows: 120 },
  ]);
});

test('thousands of schools come in pages, and each page has the counts of all', async () => {
  const many = Array.from({ length: 2_500 }, (_, index) => report(`school-${String(index).padStart(4, '0')}`));
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const { schools, next, shown } = await statusOf(
      { limit: 1_000, ...(after === undefined ? {} : { after }) },
      dependencies(undefined, many),
    );
    seen.push(...schools.map(({ school }) => school));
    expect(shown?.counts.reports).toBe(2_500);
    after = next;
  } while (after !== undefined);
  expect(seen).toEqual(many.map(({ tenant }) => tenant));
});

test('schools are filtered by status, and another period is shown by its name', async () => {
  const periods = {
    '2026Q4': PERIOD,
    '2026Q3': { ...PERIOD, status: 'COMPLETE', closedAt: NOW, closingRecord: 'audit/2026Q3/closing-000001.json' },
  };
  const { schools, periods: all } = await statusOf({ status: 'REJECTED' }, dependencies(periods));
  expect([schools.map(({ school }) => school), all.map(({ period }) => period)]).toEqual([['school-3'], ['2026Q4', '2026Q3']]);
  const { shown } = await statusOf({ period: '2026Q3' }, dependencies(periods));
  expect(shown).toMatchObject({
    period: '2026Q3',
    closedAt: '2027-01-06T14:00:00.000Z',
    closingRecord: 'audit/2026Q3/closing-000001.json',
  });
  expect(shown).not.toHaveProperty('nextAttemptAt');
  // Older than the list of periods.
  await expect(statusOf({ period: '2020Q1' })).rejects.toThrow('2020Q1 was not started yet');
});

test('a sync without a period says so', async () => {
  const given = dependencies({});
  expect(await statusOf({}, given)).toMatchObject({ periods: [], schools: [] });
  expect(pageOf(await statusOf({}, given), readStatusRequest({}), { timeZone: TIME_ZONE })).toContain('No period was started yet.');
});

test.each<[event: unknown, message: string]>([
  [undefined, 'invalid event: expected an object, such as {}'],
  [[], 'invalid event: expected an object, such as {}'],
  [{ school: 'a' }, 'invalid field school: expected only format, period, status, after, limit'],
  [{ format: 'pdf' }, 'invalid format: expected html or json'],
  [{ status: 'LOST' }, 'invalid status: expected one of PLANNED, SENDING, WAITING, CONFIRMED, WITHDRAWN, REJECTED, OUTCOME_UNKNOWN'],
  [{ limit: 0 }, 'invalid limit: expected an integer between 1 and 1000'],
  [{ limit: 1e9 }, 'invalid limit: expected an integer between 1 and 1000'],
  [{ after: '' }, 'invalid after: expected a text of 1 to 1024 characters'],
  [{ period: 'x'.repeat(2_000) }, 'invalid period: expected a text of 1 to 1024 characters'],
])('an invalid event is an error that names the field, case %#', (event, message) => {
  expect(() => readStatusRequest(event)).toThrow(message);
});

test('a period that is no quarter is an error of one line', async () => {
  await expect(statusOf({ period: '<script>' })).rejects.toThrow('invalid period "<script>": expected a quarter, such as 2026Q4');
});

describe('the page', () => {
  const page = async (event: object, given = dependencies(), functionArn?: string) => {
    const request = readStatusRequest(event);
    return pageOf(await readStatus(request, given), request, { timeZone: TIME_ZONE, functionArn });
  };

  test('says in plain words what happened to each school, with times of the schedule', async () => {
    const html = await page({ format: 'html' });
    const text = html
      .replace(/<style>.*?<\/style>/, '')
      .replace(/<[^>]+>/g, '|')
      .replace(/[|\n]+/g, '|');
    expect(text).toContain(
      '2026Q4: Reports are being sent|Since 6 Jan 2027, 14:00. Attempt 2. If it fails, it is tried again after 6 Jan 2027, 20:00.',
    );
    expect(text).toContain('|Rejected, needs a correction|1|');
    expect(text).toContain('|school-1|Arrived|6 Jan 2027, 13:00|2|120|Receipt r-77, correction 1|');
    expect(text).toContain('|HTTP 422, it said: row 3: no such course|');
    // On a phone, rows are paragraphs, and a page in dark mode has its own background.
    expect(html).toMatch(/@media\(max-width:40rem\)\{.*\.periods td\{display:inline-block/);
    expect(html).toContain('background:#fff;color-scheme:light');
    expect(text).toContain('|school-2|Waiting, will be sent again|6 Jan 2027, 13:00|1|120|HTTP 503, until 6 Jan 2027, 16:00|');
    expect(html).not.toMatch(/<script|<form|<a |https?:/);
  });

  test('says that a finished period still needs a person, and that the API does not work', async () => {
    const given = dependencies({ '2026Q4': { ...PERIOD, status: 'COMPLETE' } });
    const api = { breaker: { S: 'OPEN' }, openedAt: { N: String(NOW - HOUR) }, breakerVersion: { N: '3' } };
    const html = await page({ format: 'html' }, { ...given, table: { ...given.table, readApi: async () => api } });
    expect(html).toContain('2026Q4: Finished, except for 1 report that a person must decide about');
    expect(html).toContain("The authority's system has not worked since 6 Jan 2027, 14:00.");
  });

  test('escapes every text that somebody else wrote', async () => {
    const evil = '<img src=x onerror="alert(1)">\'&\u202e';
    const reports = [
      report(evil, { status: 'CONFIRMED', receipt: evil }),
      report(`${evil}2`, { status: 'REJECTED', reason: evil, said: evil }),
    ];
    const periods = { '2026Q4': { ...PERIOD, status: 'WAITING_FOR_DATA', waitReason: evil, startedBy: evil } };
    const html = await page(
      { widgetContext: {}, limit: 1 },
      dependencies(periods, reports),
      'arn:aws:lambda:eu-west-1:111122223333:function:status',
    );
    expect(html).not.toContain('<img');
    expect(html).not.toContain('\u202e');
    expect(html).toContain('Reason: &lt;img src=x onerror=&quot;alert(1)&quot;&gt;&#39;&amp;\ufffd.');
    // Also in the parameters of a button.
    expect(html).toContain('\\&quot;alert(1)\\&quot;&gt;&#39;&amp;');
    expect(html.match(/<(?!\/?(style|div|p|h1|h2|table|thead|tbody|tr|th|td|span|a|cwdb-action)\b)/g)).toEqual(null);
  });

  test('has buttons in a dashboard only', async () => {
    const arn = 'arn:aws:lambda:eu-west-1:111122223333:function:status';
    const html = await page({ widgetContext: { dashboardName: 'Board' }, limit: 2 }, dependencies(), arn);
    const [, parameters] =
      /Next page<\/a><cwdb-action action="call" display="widget" endpoint="[^"]+">(.*?)<\/cwdb-action>/.exec(html) ?? [];
    const event = JSON.parse((parameters ?? '').replaceAll('&quot;', '"'));
    expect(event).toEqual({ format: 'html', after: 'school-2', limit: 2 });
    expect((await statusOf(event)).schools.map(({ school }) => school)).toEqual(['school-3', 'school-4']);
    expect(html).not.toContain('<!doctype');
    expect(await page({ format: 'html' })).not.toContain('cwdb-action');
  });
});

test('a report whose data was removed says so', async () => {
  const removed = { tenant: 'school-1', status: 'CONFIRMED', since: NOW - HOUR, sends: 1, revision: 1, auditEntries: 2, removedAt: NOW };
  const status = await statusOf({}, dependencies({ '2026Q4': { ...PERIOD, status: 'COMPLETE' } }, [removed]));
  expect(status.schools).toEqual([
    {
      school: 'school-1',
      status: 'CONFIRMED',
      since: '2027-01-06T13:00:00.000Z',
      sends: 1,
      revision: 1,
      removedAt: '2027-01-06T14:00:00.000Z',
    },
  ]);
  expect(pageOf(status, readStatusRequest({}), { timeZone: TIME_ZONE })).toContain('its data was removed on 6 Jan 2027, 15:00');
});
