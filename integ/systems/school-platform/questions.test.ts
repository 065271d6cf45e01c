import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BatchWriteItemCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { App, Stack } from 'aws-cdk-lib';
import { Tenancy, TenantDirectory, TenantTable, Tier } from 'cdk-andamio';
import { Government } from '../../../examples/school-platform/lib/government';
import { Lake } from '../../../examples/school-platform/lib/lake';
import { QUESTIONS } from '../../../examples/school-platform/lib/questions';
import { athenaIn } from '../../kit/athena';
import { jsonCaller } from '../../kit/aws-json';
import { createObserver, type Item } from '../../kit/observer';
import { generator } from '../../kit/random';
import type { Resource, Sandbox } from '../../sandbox';
import { startSandbox } from '../../sandbox';
import { askBoard, DATABASE, WORKGROUP } from './board';
import { COURSES, type Fact, MONTHS, schoolTerm, type Term } from './school-term';

/** The questions of school boards, by Athena, on a term whose answers are calculated from what happened, not by SQL. */
const [SCHOOL, OTHER] = ['north-high', 'south-high'];
const PERIOD = [`'${SCHOOL}'`, '2026', String(MONTHS[0]), String(MONTHS.at(-1))];
const folder = mkdtempSync(join(tmpdir(), 'questions-'));
let sandbox: Sandbox;
let facts: readonly Fact[];
let otherFacts: readonly Fact[];

beforeAll(async () => {
  const app = new App({ outdir: folder, analyticsReporting: false });
  const stack = new Stack(app, 'SchoolLake');
  const tenancy = Tenancy.of('school', { tiers: [Tier.of('standard', { rate: 100, burst: 1_500 })] });
  const { lake } = new Lake(stack, 'Lake', { data: new TenantTable(stack, 'Data', { tenancy }), name: 'luca-lake' });
  const directory = new TenantDirectory(stack, 'Directory', { tenancy });
  new Government(stack, 'Government', {
    ...{ lake, directory, api: 'https://api.government.example', credentials: 'luca/government', name: 'Luca' },
  });
  app.synth();
  // One test moves the clock by 40 days, and is not about compaction.
  sandbox = await startSandbox(folder, { strict: true, schedules: () => false });
  const terms = [await schoolTerm(SCHOOL, generator(1)), await schoolTerm(OTHER, generator(2))];
  [{ facts }, { facts: otherFacts }] = terms;
  for (const term of terms) await store(term);
  await sandbox.deliveryStreams.flush();
}, 120_000);
afterAll(async () => {
  await sandbox?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** When the table was exported, in the last month of the term. */
const EXPORTED = Date.UTC(2026, (MONTHS.at(-1) ?? 1) - 1, 28, 23);

/**
 * Sends changes to the delivery stream as the pipe does, with their own times. Every tenth one arrives twice. Two backfills repeat the last
 * state of each item: one with the time of the export, the other with `recordedAt` where an item has it. Every seventh item that has it is
 * in the lake by a backfill only.
 */
async function store({ changes }: Term): Promise<void> {
  const seconds = (milliseconds: number) => Math.floor(milliseconds / 1_000);
  const records = changes.map(({ at, name, item }, index) => ({
    ...{ event_id: `${index}`, event_name: name, changed_at: seconds(at.getTime()), sequence: String(index).padStart(21, '0'), item },
  }));
  const keyOf = ({ pk, sk }: Item) => `${pk.S} ${sk.S}`;
  const states = [...new Map(changes.map(({ item }) => [keyOf(item), item])).values()];
  const backfill = (id: string, timeOf: (item: Item) => number) =>
    states.map((item) => ({
      ...{ event_id: `backfill-${id}-${keyOf(item)}`, event_name: 'BACKFILL', changed_at: seconds(timeOf(item)), sequence: null, item },
    }));
  const onlyExported = new Set(states.filter(({ recordedAt }, index) => recordedAt !== undefined && index % 7 === 0));
  expect(onlyExported.size).toBeGreaterThan(10);
  const piped = records.filter(({ item }) => !onlyExported.has(item));
  const sent = [
    ...piped,
    ...piped.filter((_, index) => index % 10 === 0),
    ...backfill('export', () => EXPORTED),
    ...backfill('own', ({ recordedAt }) => (recordedAt?.S === undefined ? EXPORTED : Date.parse(recordedAt.S))),
  ];
  const DeliveryStreamName = sandbox.assembly.ref(
    sandbox.assembly.ofType('AWS::KinesisFirehose::DeliveryStream').find(({ path }) => path?.includes('/Changes/Delivery')) as never,
  );
  const call = jsonCaller(sandbox, { service: 'firehose', target: 'Firehose_20150804' });
  for (let from = 0; from < sent.length; from += 500) {
    const Records = sent.slice(from, from + 500).map((one) => ({ Data: Buffer.from(JSON.stringify(one)).toString('base64') }));
    const { FailedPutCount } = await call('PutRecordBatch', { DeliveryStreamName, Records });
    expect(FailedPutCount).toBe(0);
  }
}

const answer = (name: string, parameters: readonly string[]) => askBoard(sandbox, name, parameters);

const ofType = <Type extends Fact['type']>(type: Type) => facts.filter((fact): fact is Extract<Fact, { type: Type }> => fact.type === type);
const monthOf = ({ at }: Fact) => at.getUTCMonth() + 1;
type Grade = Extract<Fact, { type: 'grade' }>;
/** The last grade of each student in each course, of these. */
const lastOf = (grades: readonly Grade[]) =>
  grouped(grades, ({ student, course }) => `${student} ${course}`).map(([, own]) =>
    own.reduce((one, other) => (other.at > one.at ? other : one)),
  );
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
/** Half of a hundredth is rounded away from zero. */
const rounded = (value: number) => (Math.sign(value) * Math.round(Math.abs(value) * 100)) / 100;
const numbers = (row: Record<string, string | null>) =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value === null || Number.isNaN(Number(value)) ? value : Number(value)]),
  );
function grouped<T>(values: readonly T[], keyOf: (value: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return [...groups].sort(([one], [other]) => (one < other ? -1 : 1));
}

test('the workgroup has five questions', async () => {
  expect(Object.keys(QUESTIONS)).toHaveLength(5);
});

test('courses whose average fell', async () => {
  const expected = COURSES.flatMap((course) => {
    const average = (month: number) =>
      mean(lastOf(ofType('grade').filter((fact) => fact.course === course && monthOf(fact) === month)).map(({ grade }) => grade));
    const [first, last] = [average(MONTHS[0]), average(MONTHS[2])];
    const students = new Set(
      ofType('grade')
        .filter((fact) => fact.course === course && monthOf(fact) === MONTHS[2])
        .map(({ student }) => student),
    ).size;
    if (rounded(last) >= rounded(first)) return [];
    return [{ course, first_average: rounded(first), last_average: rounded(last), difference: rounded(last - first), students }];
  }).sort((one, other) => one.difference - other.difference);
  expect(expected.map(({ course }) => course)).toEqual(expect.arrayContaining(['Maths', 'History']));
  expect(expected.length).toBeLessThan(COURSES.length);
  const { rows, ...read } = await answer('courses-with-falling-average', PERIOD);
  expect(rows.map(numbers)).toEqual(expected);
  // One file for each month of the school, of those of both schools.
  expect(read).toMatchObject({ files: 3, partitions: 3 });
});

test('students whose visits rise while their grades fall', async () => {
  const expected = grouped(ofType('grade'), ({ student }) => student).flatMap(([student_id, grades]) => {
    const months = grouped(grades, (fact) => String(monthOf(fact)).padStart(2, '0')).map(([month, own]) => ({
      average: mean(lastOf(own).map(({ grade }) => grade)),
      visits: ofType('visit').filter((fact) => fact.student === student_id && monthOf(fact) === Number(month)).length,
    }));
    const [first, last] = [months[0], months[months.length - 1]];
    if (last.visits <= first.visits || rounded(last.average) >= rounded(first.average)) return [];
    const averages = { first_average: rounded(first.average), last_average: rounded(last.average) };
    return [{ student_id, first_visits: first.visits, last_visits: last.visits, ...averages }];
  });
  expect(expected.length).toBeGreaterThan(1);
  expect((await answer('students-with-more-visits-and-lower-grades', PERIOD)).rows.map(numbers)).toEqual(expected);
});

/** Rows without a course are the last. */
const byCourse = (course: string | undefined) => course ?? '~';

test('attendance by course and week', async () => {
  const monday = ({ at }: Fact) => {
    const day = new Date(at);
    day.setUTCDate(day.getUTCDate() - ((day.getUTCDay() + 6) % 7));
    return day.toISOString().slice(0, 10);
  };
  const missed = ofType('behaviour').filter(({ kind }) => kind === 'absent' || kind === 'late');
  const expected = grouped(missed, (fact) => `${byCourse(fact.course)} ${monday(fact)}`).map(([, own]) => ({
    course: own[0].course ?? null,
    week: monday(own[0]),
    absences: own.filter(({ kind }) => kind === 'absent').length,
    late: own.filter(({ kind }) => kind === 'late').length,
    students: new Set(own.map(({ student }) => student)).size,
  }));
  expect(expected.length).toBeGreaterThan(5);
  expect((await answer('attendance-by-course-and-week', PERIOD)).rows.map(numbers)).toEqual(expected);
});

test('behaviour by course', async () => {
  const expected = grouped(ofType('behaviour'), ({ course, kind }) => `${byCourse(course)} ${kind}`).map(([, own]) => ({
    course: own[0].course ?? null,
    kind: own[0].kind,
    entries: own.length,
    points: own.reduce((sum, { points }) => sum + points, 0),
    students: new Set(own.map(({ student }) => student)).size,
  }));
  expect(expected.some(({ course }) => course === null)).toBe(true);
  expect((await answer('behaviour-by-course', PERIOD)).rows.map(numbers)).toEqual(expected);
});

test('the last month has no entry of the months before, although it was exported in that month', async () => {
  const last = MONTHS[2];
  const own = ofType('behaviour').filter((fact) => monthOf(fact) === last);
  const parameters = [...PERIOD.slice(0, 2), String(last), String(last)];
  const sum = (rows: readonly Record<string, string | null>[], column: string) =>
    rows.reduce((total, row) => total + Number(row[column]), 0);
  const { rows: entries } = await answer('behaviour-by-course', parameters);
  expect(sum(entries, 'entries')).toBe(own.length);
  const { rows: weeks } = await answer('attendance-by-course-and-week', parameters);
  expect(sum(weeks, 'absences')).toBe(own.filter(({ kind }) => kind === 'absent').length);
});

test('courses with missing grades, without students who were deleted', async () => {
  const deleted = new Set(ofType('deletion').map(({ student }) => student));
  expect(deleted.size).toBe(1);
  const begin = Date.UTC(2026, MONTHS[2] - 1, 1);
  const expected = COURSES.map((course) => {
    const students = grouped(
      ofType('grade').filter((fact) => fact.course === course && !deleted.has(fact.student)),
      ({ student }) => student,
    );
    const missing = students.filter(([, own]) => own.every(({ at }) => at.getTime() < begin)).length;
    return { course, students: students.length, missing };
  })
    .filter(({ missing }) => missing > 0)
    .sort((one, other) => other.missing - one.missing || (one.course < other.course ? -1 : 1));
  expect(expected.length).toBeGreaterThan(1);
  const parameters = [`'${SCHOOL}'`, '2026', `'2026-${MONTHS[2]}-01 00:00:00'`];
  expect((await answer('courses-with-missing-grades', parameters)).rows.map(numbers)).toEqual(expected);
});

test('no question can be asked without a school', async () => {
  for (const [name, { sql, parameters = [] }] of Object.entries(QUESTIONS)) {
    expect([name, sql]).toEqual([name, expect.stringContaining('WHERE school = ?')]);
    await expect(
      answer(
        name,
        parameters.slice(1).map(() => '1'),
      ),
    ).rejects.toThrow('INVALID_PARAMETER_USAGE');
  }
});

// The last one: it moves the clock.
test('what TTL removes is already in the lake, and its removal is no row', async () => {
  const third = 'west-high';
  const { assembly, endpoint, clock, pipes, deliveryStreams } = sandbox;
  const { expiration: _, ...credentials } = endpoint.administrator();
  const dynamodb = new DynamoDBClient({ endpoint: endpoint.url, region: assembly.region, credentials });
  const observer = createObserver(sandbox);
  const keyOf = ({ pk, sk }: Item) => `${pk.S} ${sk.S}`;
  const arnOf = (type: string, path: string) => {
    const found = assembly.ofType(type).find((one) => one.path?.includes(path));
    return found === undefined ? '' : assembly.attribute(found, 'Arn');
  };
  const rows = async () => {
    await pipes.caughtUp(arnOf('AWS::Pipes::Pipe', '/Changes/Pipe'));
    await deliveryStreams.flush();
    const sql = `SELECT partition_key, sort_key FROM records_changes WHERE school = '${third}' AND year BETWEEN 2026 AND 2027`;
    return (await athenaIn(sandbox, WORKGROUP)(sql, { database: DATABASE })).rows.map((row) => row.join(' ')).sort();
  };
  try {
    const { changes } = await schoolTerm(third, generator(3));
    // The last state of each item.
    const items = [...new Map(changes.map(({ item }) => [keyOf(item), item])).values()];
    const [table] = assembly.ofType('AWS::DynamoDB::Table');
    for (let from = 0; from < items.length; from += 25) {
      const requests = items.slice(from, from + 25).map((one) => ({ PutRequest: { Item: one } }));
      await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [assembly.ref(table)]: requests } }));
    }
    const before = await rows();
    expect(before).toEqual(items.map(keyOf).sort());
    const expiring = items.filter(({ expiresAt }) => expiresAt !== undefined).map(keyOf);
    expect(expiring.length).toBeGreaterThan(100);

    // Longer than the time to live of the last item.
    clock.advance(40 * 86_400_000);
    const kept = items.map(keyOf).filter((key) => !expiring.includes(key));
    for (const end = Date.now() + 60_000; (await observer.items(assembly.ref(table))).length > kept.length && Date.now() < end; ) {
      await new Promise((wake) => setTimeout(wake, 200));
    }
    expect((await observer.items(assembly.ref(table))).map(keyOf).sort()).toEqual(kept.sort());
    expect(await rows()).toEqual(before);
  } finally {
    observer.close();
    dynamodb.destroy();
  }
}, 180_000);

test('the reports to the government have the last grade of each student in each course, and no other row', async () => {
  const { assembly, endpoint, functions } = sandbox;
  const { expiration: _, ...credentials } = endpoint.administrator();
  const settings = { endpoint: endpoint.url, region: assembly.region, credentials };
  const [tables, objects] = [new DynamoDBClient(settings), new S3Client({ ...settings, forcePathStyle: true })];
  const named = (type: string, path: string) => assembly.ofType(type).find((one) => one.path?.includes(path)) as Resource;
  for (const tenant of [SCHOOL, OTHER, 'new-high']) {
    const Item = { pk: { S: `TENANT#${tenant}` }, sk: { S: 'TENANT' }, tenant: { S: tenant }, state: { S: 'active' } };
    await tables.send(new PutItemCommand({ TableName: assembly.ref(named('AWS::DynamoDB::Table', '/Directory/')), Item }));
  }
  const bucket = assembly.ref(named('AWS::S3::Bucket', '/Sync/ReportBucket/Resource'));
  const period = { name: '2026Q4', start: '2026-10-01T00:00:00Z', end: '2026-11-20T00:00:00Z' };
  const arn = assembly.attribute(named('AWS::Lambda::Function', '/LakeReportsFunction/'), 'Arn');
  const event = { period, destination: { bucket, prefix: 'source/2026Q4/' }, at: '2026-12-01T06:00:00Z' };
  const asked = async () => (await functions.invoke(arn, event)).payload;
  while (JSON.stringify(await asked()).includes('Athena reads')) await new Promise((done) => setTimeout(done, 100));
  expect(await asked()).toEqual({ state: 'DONE', reports: 3 });

  const reported = async (school: string) => {
    const { Body } = await objects.send(new GetObjectCommand({ Bucket: bucket, Key: `source/2026Q4/${school}.json` }));
    const report = JSON.parse((await Body?.transformToString()) ?? '') as { readonly rows: readonly object[] };
    expect(report).toMatchObject({ reference: `${school}-2026Q4`, school, period: '2026Q4' });
    return report.rows;
  };
  const inOrder = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).sort();
  const expected = (of: readonly Fact[]) => {
    const grades = of.filter(
      (fact): fact is Grade => fact.type === 'grade' && fact.at >= new Date(period.start) && fact.at < new Date(period.end),
    );
    return lastOf(grades).map(({ student, course, grade }) => ({ student, course, grade }));
  };
  const [north, south, none] = [await reported(SCHOOL), await reported(OTHER), await reported('new-high')];
  expect(north.length).toBeGreaterThan(20);
  expect(inOrder(north)).toEqual(inOrder(expected(facts)));
  expect(inOrder(south)).toEqual(inOrder(expected(otherFacts)));
  expect(none).toEqual([]);
  tables.destroy();
  objects.destroy();
});
