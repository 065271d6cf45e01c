import type { LakeReportsSettings } from '../../../src/resilient-gov-sync/lake-reports-settings';
import { readPersonRequest } from '../../../src/resilient-gov-sync/lambda/lake-reports/person-request';
import { type PrepareDependencies, prepareReports, type QueryState } from '../../../src/resilient-gov-sync/lambda/lake-reports/prepare';
import { readRequest } from '../../../src/resilient-gov-sync/lambda/lake-reports/source-request';

const settings = {
  ...{ DATABASE: 'lake', TABLE: 'records', TENANT_NOUN: 'school', KEYS: ['partition_key'], REQUIRED: [] },
  FIELDS: [{ name: 'grade', column: 'grade', kind: 'exact' }],
} as unknown as LakeReportsSettings;
const END = Date.parse('2027-01-01T00:00:00Z');
const HOUR = 3_600_000;
const request = {
  period: { name: '2026Q4', start: '2026-10-01T00:00:00Z', end: '2027-01-01T00:00:00Z' },
  destination: { bucket: 'reports', prefix: 'source/2026Q4/' },
};

interface Fake extends PrepareDependencies {
  readonly written: Record<string, string>;
  readonly started: string[];
}

/** A lake that is complete, whose queries return the given rows. */
function fake(rows: readonly (readonly string[])[], given: Partial<PrepareDependencies> = {}): Fake {
  const started: string[] = [];
  const written: Record<string, string> = {};
  const text = [['tenant_of_row', 'f0'], ...rows].map((row) => `${row.map((value) => `"${value}"`).join(',')}\n`).join('');
  return {
    ...{ written, started, pipe: 'lake-pipe', now: () => END + 49 * HOUR, pipeState: async () => 'RUNNING', deadLetters: async () => 0 },
    ...{ quarantined: async () => undefined, tenants: async () => ['south-high', 'north-high'] },
    async start(_, token) {
      if (!started.includes(token)) started.push(token);
      return token;
    },
    query: async () => ({ state: 'SUCCEEDED', location: 's3://lake/results/1.csv' }),
    read: async () =>
      (async function* () {
        yield Buffer.from(text);
      })(),
    async put(tenant: string, body: string) {
      written[tenant] = body;
    },
    ...given,
  } as Fake;
}

test('each tenant has a file, in the order of their names', async () => {
  const lake = fake([
    ['north-high', '1.50'],
    ['north-high', '2'],
  ]);
  expect(await prepareReports(request, settings, lake)).toEqual({ state: 'DONE', reports: 2 });
  expect(Object.entries(lake.written)).toEqual([
    ['north-high', '{"reference":"north-high-2026Q4","school":"north-high","period":"2026Q4","rows":[{"grade":1.50},{"grade":2}]}'],
    ['south-high', '{"reference":"south-high-2026Q4","school":"south-high","period":"2026Q4","rows":[]}'],
  ]);
});

test('a row of a tenant that was not asked for is an error, and no report of another one gets it', async () => {
  const lake = fake([
    ['middle-high', '1'],
    ['north-high', '2'],
  ]);
  await expect(prepareReports(request, settings, lake)).rejects.toThrow(/rows that are not in the order of its tenants/);
  expect(lake.written).toEqual({});
});

test.each([
  ['is too large', 'x'.repeat(9 * 1024 * 1024), 'text', /^it has more than 16777216 characters$/],
  ['has a value of another type', 'seven', 'exact', /^the field grade has a value in the result of the query that is no exact$/],
])('a report that %s is written as the reason, and the others as usual', async (_, value, kind, reason) => {
  const written: [string, string, string?][] = [];
  const lake = fake([['middle-high', '1'], ...['1', value, value, '2'].map((one) => ['north-high', one]), ['south-high', '3']], {
    tenants: async () => ['south-high', 'north-high', 'middle-high'],
    put: async (...file) => void written.push(file),
  });
  const fields = [{ name: 'grade', column: 'grade', kind }] as LakeReportsSettings['FIELDS'];
  expect(await prepareReports(request, { ...settings, FIELDS: fields }, lake)).toEqual({ state: 'DONE', reports: 3 });
  const [middle, north, south] = written;
  expect([north[0], north[1], north[2]]).toEqual(['north-high', north[2], expect.stringMatching(reason)]);
  for (const [tenant, body, notMade] of [middle, south]) {
    expect([JSON.parse(body).school, JSON.parse(body).rows.length, notMade]).toEqual([tenant, 1, undefined]);
  }
});

test('a write that fails is an error, although others follow', async () => {
  const tenants = Array.from({ length: 40 }, (_, index) => `school-${100 + index}`);
  const written: string[] = [];
  const put = async (tenant: string) => {
    if (tenant === 'school-103') throw new Error('no permission');
    written.push(tenant);
  };
  const lake = fake([], { tenants: async () => tenants, put });
  await expect(prepareReports(request, settings, lake)).rejects.toThrow('no permission');
  expect(written.length).toBeLessThan(40);
});

describe('it waits, with a reason', () => {
  test.each<[string, Partial<PrepareDependencies>, string, number]>([
    [
      'a minute before',
      { now: () => END + 49 * HOUR - 60_000 },
      'Changes of 2026Q4 can arrive in the lake until 2027-01-03 01:00 UTC.',
      60,
    ],
    ['a day before', { now: () => END + 25 * HOUR }, 'Changes of 2026Q4 can arrive in the lake until 2027-01-03 01:00 UTC.', 900],
    [
      'a stopped pipe',
      { pipeState: async () => 'STOPPED' },
      'The pipe lake-pipe of the lake is STOPPED: changes of 2026Q4 may be missing. Start it, and backfill the time since it stopped.',
      600,
    ],
    [
      'dead letters',
      { deadLetters: async () => 2 },
      'The dead-letter queue of the lake has 2 messages about changes that have not arrived.',
      600,
    ],
    [
      'quarantine',
      { quarantined: async () => 's3://lake/quarantine/a' },
      'A change of 2026Q4 is in the quarantine of the lake: s3://lake/quarantine/a. Replay it, or decide that it is not needed, and delete the file.',
      600,
    ],
  ])('%s', async (_, given, reason, seconds) => {
    const lake = fake([], given);
    expect(await prepareReports(request, settings, lake)).toEqual({ state: 'WAIT', reason, seconds });
    expect([lake.started, lake.written]).toEqual([[], {}]);
  });

  test('while the query runs', async () => {
    const lake = fake([], { query: async () => ({ state: 'RUNNING', location: '' }) });
    expect(await prepareReports(request, settings, lake)).toEqual({
      ...{ state: 'WAIT', reason: 'Athena reads the rows of 2026Q4 from the lake.', seconds: 10 },
    });
    expect(lake.written).toEqual({});
  });
});

test('a second call finds the query of the first one, and hours later there is a new one', async () => {
  let now = END + 50 * HOUR;
  const lake = fake([], { now: () => now });
  await prepareReports(request, settings, lake);
  now += 60_000;
  await prepareReports(request, settings, lake);
  expect(lake.started).toHaveLength(1);
  now += 6 * HOUR;
  await prepareReports(request, settings, lake);
  expect(lake.started).toHaveLength(2);
  for (const token of lake.started) expect(token).toMatch(/^[0-9a-f]{64}$/);
});

describe('a person lets the reports of a period be made again', () => {
  const place = { REPORT_BUCKET: 'reports', TIME_ZONE: 'Europe/Berlin' };
  const read = (event: unknown) => readPersonRequest(event, place);

  test('from its name, into its folder', () => {
    expect(read({ kind: 'PERSON', period: '2026Q4', run: '1' })).toEqual({
      period: { name: '2026Q4', start: '2026-09-30T22:00:00.000Z', end: '2026-12-31T23:00:00.000Z' },
      destination: { bucket: 'reports', prefix: 'source/2026Q4/' },
      run: '1',
    });
    // What the state machine sends.
    expect(read(request)).toBeUndefined();
    expect(read(undefined)).toBeUndefined();
  });

  test.each<[object, string]>([
    [{ kind: 'SCHEDULE' }, 'invalid kind: expected PERSON'],
    [{ kind: 'PERSON', run: '1' }, 'invalid period: expected a quarter, such as 2026Q4'],
    [{ kind: 'PERSON', period: '2026', run: '1' }, 'invalid period "2026": expected a quarter, such as 2026Q4'],
    [{ kind: 'PERSON', period: '2026Q4' }, 'invalid run: expected a text of 1 to 128 characters'],
    [{ kind: 'PERSON', period: '2026Q4', run: 'x'.repeat(129) }, 'invalid run: expected a text of 1 to 128 characters'],
    [{ kind: 'PERSON', period: '2026Q4', run: '1', at: '2030-01-01' }, 'invalid field at: expected only kind, period, run'],
    [{ ...request, kind: 'PERSON', run: '1' }, 'invalid field destination: expected only kind, period, run'],
  ])('%j is an error', (event, message) => {
    expect(() => read(event)).toThrow(message);
  });

  test('the lake is asked again for each run, however soon, and once for the calls of a run', async () => {
    const lake = fake([]);
    await prepareReports(request, settings, lake);
    for (const run of ['1', '1', '2']) await prepareReports({ ...request, run }, settings, lake);
    expect(lake.started).toHaveLength(3);
  });
});

test('a failed query is started again, and the third failure is an error with the reasons', async () => {
  const failures = new Set<string>();
  const failing = (count: number) => ({
    async query(id: string): Promise<QueryState> {
      if (failures.has(id) || failures.size < count) {
        failures.add(id);
        return { state: 'FAILED', reason: 'HIVE_S3_THROTTLING', location: '' };
      }
      return { state: 'SUCCEEDED', location: 's3://lake/results/2.csv' };
    },
  });
  const twice = fake([], failing(2));
  expect(await prepareReports(request, settings, twice)).toMatchObject({ state: 'DONE' });
  expect(twice.started).toHaveLength(3);
  failures.clear();
  await expect(prepareReports(request, settings, fake([], failing(3)))).rejects.toThrow(
    /failed 3 times\. \S+ ended as FAILED: HIVE_S3_THROTTLING/,
  );
});

test('500 tenants are a query', async () => {
  const tenants = Array.from({ length: 1_201 }, (_, index) => `school-${index}`);
  const lake = fake([], { tenants: async () => tenants });
  expect(await prepareReports(request, settings, lake)).toEqual({ state: 'DONE', reports: 1_201 });
  expect(lake.started).toHaveLength(3);
  expect(Object.keys(lake.written)).toHaveLength(1_201);
});

test('without a tenant there is nothing to report, which is an error', async () => {
  await expect(prepareReports(request, settings, fake([], { tenants: async () => [] }))).rejects.toThrow('no tenant is registered');
});

test.each([
  [undefined, /a request has a period/],
  [{ period: request.period }, /a request has a period/],
  [{ ...request, period: { ...request.period, end: 'soon' } }, /the period 2026Q4 has to start before it ends/],
  [{ ...request, period: { ...request.period, end: request.period.start } }, /the period 2026Q4 has to start before it ends/],
])('a request that is none is an error: %j', (event, message) => {
  expect(() => readRequest(event)).toThrow(message);
});
