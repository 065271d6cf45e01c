import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { eachOf } from '../../kit/each-of';
import { createObserver, type Observer } from '../../kit/observer';
import { queryMetrics } from '../../kit/promql-query';
import { programOf, residentMegabytes } from '../../kit/resident-memory';
import type { Call, LogLine } from '../../sandbox';
import { installPromql } from '../../sandbox/engines';
import { type Reply, send } from '../../sandbox/services/apigateway/testing';
import { type RunningPlatform, startPlatform } from './platform';

/** The grades service behind the API, on a real table. */
const [school, other] = ['school-01', 'school-02'];
/** The sandbox does not scale: it starts what the template says, which leaves the number of tasks to scaling. */
const TASKS = 1;
const DAY = 86_400;

let platform: RunningPlatform;
let observer: Observer;
const calls: Call[] = [];
const lines: LogLine[] = [];

beforeAll(async () => {
  // The first use builds the engine.
  await installPromql(() => {});
  platform = await startPlatform({ schools: [school, other], onLog: (line) => lines.push(line), change: sendMetricsEachSecond });
  observer = createObserver(platform.sandbox);
  platform.sandbox.endpoint.onCall((call) => calls.push(call));
}, 600_000);
afterAll(async () => {
  observer?.close();
  await platform?.close();
});
beforeEach(() => {
  calls.length = 0;
});

/** Instead of each minute. */
function sendMetricsEachSecond(folder: string): void {
  const file = join(folder, 'SchoolPlatform.template.json');
  const variables = '"Environment":[';
  const template = JSON.stringify(JSON.parse(readFileSync(file, 'utf8')));
  writeFileSync(file, template.replaceAll(variables, `${variables}{"Name":"OTEL_METRIC_EXPORT_INTERVAL","Value":"1000"},`));
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}, of = school): Promise<Answer> {
  const reply = await send(`${platform.apiUrl}${path}`, method, {
    headers: {
      Authorization: `Bearer ${platform.token(of)}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: reply.status, body: reply.body === '' ? {} : JSON.parse(reply.body) };
}

const grade = (student: string, body: object, key?: string, course = 'Maths') =>
  call('PUT', `/students/${student}/evaluations/${encodeURIComponent(course)}`, body, key === undefined ? {} : { 'Idempotency-Key': key });
/** Not those of the pipe, which reads the table's stream. */
const ofTable = () =>
  calls.filter(({ service, resources }) => service === 'dynamodb' && !resources.some((arn) => arn.includes('/stream/')));
const keysOf = ({ checks }: Call) => checks.flatMap(({ context }) => context?.['dynamodb:LeadingKeys'] ?? []);
const itemsOf = async (student: string) =>
  (await observer.items(platform.tableName)).filter(({ pk, sk }) => `${pk.S} ${sk.S}`.includes(`STUDENT#${student}`));

describe('a grade is written once for each Idempotency-Key', () => {
  test('the same request gets the same answer, and another one gets the reason', async () => {
    const first = await grade('once', { grade: 7.5 }, 'key-1');
    expect(first).toEqual({
      status: 200,
      body: { student: 'once', course: 'Maths', grade: 7.5, passed: true, version: expect.any(String), recordedAt: expect.any(String) },
    });
    await grade('once', { grade: 4 }, 'key-2');
    expect(await grade('once', { grade: 7.5 }, 'key-1')).toEqual(first);
    const { status, body } = await grade('once', { grade: 8 }, 'key-1');
    expect([status, body.message]).toEqual([422, 'This Idempotency-Key was used for another request: use a new key for each request.']);
    expect((await grade('once', { grade: 7.5 }, 'key-1', 'Music')).status).toBe(422);
    // The repetition did not overwrite the later grade.
    expect((await call('GET', '/students/once/evaluations')).body.evaluations).toMatchObject([
      { course: 'Maths', grade: 4, passed: false },
    ]);
  });

  test('concurrent requests with one key are one grade; with different keys each is recorded', async () => {
    const same = await Promise.all(Array.from({ length: 12 }, () => grade('many', { grade: 6 }, 'same')));
    expect(same.map(({ status }) => status)).toEqual(same.map(() => 200));
    expect(new Set(same.map(({ body }) => body.version)).size).toBe(1);
    const others = await Promise.all(Array.from({ length: 6 }, (_, at) => grade('many', { grade: at }, `other-${at}`)));
    expect(others.map(({ status }) => status)).toEqual(others.map(() => 200));
    const items = await itemsOf('many');
    expect(items.filter(({ sk }) => sk.S?.startsWith('REVISION#'))).toHaveLength(7);
    expect(items.filter(({ sk }) => sk.S?.includes('#COURSE#'))).toHaveLength(1);
  });

  test('a grade that was changed in the meantime is not overwritten', async () => {
    const { version } = (await grade('seen', { grade: 5 })).body;
    expect((await grade('seen', { grade: 6, version })).status).toBe(200);
    const { status, body } = await grade('seen', { grade: 7, version });
    expect([status, body.message]).toEqual([409, expect.stringContaining('not the current one')]);
    expect((await call('GET', '/students/seen/evaluations')).body.evaluations).toMatchObject([{ grade: 6 }]);
  });

  test('revisions expire after 30 days; the current grade does not, and it alone is in the index of courses', async () => {
    await grade('kept', { grade: 5 }, 'a', 'Physics');
    await grade('kept', { grade: 6 }, 'b', 'Physics');
    const items = await itemsOf('kept');
    const inDays = items.map(({ sk, expiresAt }) => [
      sk.S,
      expiresAt === undefined ? undefined : Math.round((Number(expiresAt.N) - Date.now() / 1000) / DAY),
    ]);
    expect(Object.fromEntries(inDays)).toEqual({ 'REVISION#a': 30, 'REVISION#b': 30, 'STUDENT#kept#COURSE#Physics': undefined });
    expect((await call('GET', '/courses/Physics/evaluations')).body.evaluations).toMatchObject([{ student: 'kept', grade: 6 }]);
  });
});

describe('students and their behaviour', () => {
  test('name and official id are in one item, and a deletion is a change that removes them', async () => {
    const { status, body } = await call('POST', '/students', { name: 'Ada Lovelace', officialId: 'LX-1815' }, { 'Idempotency-Key': 'ada' });
    expect([status, body]).toEqual([201, { student: expect.stringMatching(/^[0-9a-f-]{36}$/), name: 'Ada Lovelace' }]);
    expect((await call('POST', '/students', { name: 'Ada Lovelace', officialId: 'LX-1815' }, { 'Idempotency-Key': 'ada' })).body).toEqual(
      body,
    );
    const student = String(body.student);
    await grade(student, { grade: 9 }, 'g');
    await call('POST', `/students/${student}/behaviour`, { kind: 'praise', points: 3 }, { 'Idempotency-Key': 'p' });
    const named = async () => (await observer.items(platform.tableName)).filter((item) => /Ada|1815/.test(JSON.stringify(item)));
    expect((await named()).map(({ sk }) => sk.S)).toEqual([`PROFILE#${student}`]);
    expect((await call('GET', `/students/${student}`)).body).toEqual({ student, name: 'Ada Lovelace', officialId: 'LX-1815' });
    expect((await call('GET', '/students')).body.students).toEqual([{ student, name: 'Ada Lovelace' }]);

    calls.length = 0;
    expect((await call('DELETE', `/students/${student}`)).status).toBe(204);
    expect((await call('DELETE', `/students/${student}`)).status).toBe(204);
    expect(ofTable().map(({ operation }) => operation)).toEqual(['UpdateItem', 'UpdateItem']);
    expect(await named()).toEqual([]);
    expect((await call('GET', `/students/${student}`)).status).toBe(404);
    expect((await call('GET', '/students')).body.students).toEqual([]);
    expect((await call('DELETE', '/students/nobody')).status).toBe(404);
    const [profile] = (await observer.items(platform.tableName)).filter(({ sk }) => sk.S === `PROFILE#${student}`);
    expect(Object.keys(profile).sort()).toEqual(['correlationId', 'deletedAt', 'pk', 'registeredAt', 'sk', 'student']);
    // The record of the registration has nothing about the person.
    const again = await call('POST', '/students', { name: 'Ada Lovelace', officialId: 'LX-1815' }, { 'Idempotency-Key': 'ada' });
    expect([again.status, again.body.message]).toEqual([404, 'The school has no student with this id.']);
    // Logs identify this person only by the random id.
    expect(lines.filter(({ message }) => /Ada|1815/.test(message))).toEqual([]);
  });

  test('a behaviour profile has the entries and their points, each once', async () => {
    const praise = () => call('POST', '/students/b-1/behaviour', { kind: 'praise', points: 3 }, { 'Idempotency-Key': 'one' });
    const [first, second] = [await praise(), await praise()];
    expect([first.status, second]).toEqual([201, first]);
    await call('POST', '/students/b-1/behaviour', { kind: 'late', points: -1 });
    expect((await call('POST', '/students/b-1/behaviour', { kind: 'late', points: -1 }, { 'Idempotency-Key': 'one' })).status).toBe(422);
    const { body } = await call('GET', '/students/b-1/behaviour');
    expect(body).toMatchObject({ student: 'b-1', points: 2 });
    expect(body.entries).toHaveLength(2);
    const { points: ofPart, next } = (await call('GET', '/students/b-1/behaviour?limit=1')).body;
    expect([ofPart, typeof next]).toEqual([undefined, 'string']);
    expect((await call('GET', '/students/b-1/behaviour', undefined, {}, other)).body).toMatchObject({ points: 0, entries: [] });
  });
});

test('each access pattern is one query, and pages continue where the last one ended', async () => {
  for (const at of [1, 2, 3]) {
    await grade(`page-${at}`, { grade: at }, 'k', 'Paging');
    await grade('pages', { grade: at }, `k-${at}`, `Course ${at}`);
    await call('POST', '/students/pages/behaviour', { kind: 'late', points: -at });
    await call('POST', '/students', { name: `Student ${at}`, officialId: `${at}` });
  }
  const reads = { '/students/pages/evaluations': 'evaluations', '/students/pages/behaviour': 'entries' };
  for (const [path, list] of Object.entries({ ...reads, '/courses/Paging/evaluations': 'evaluations', '/students': 'students' })) {
    calls.length = 0;
    const all = (await call('GET', path)).body;
    expect([path, ofTable().map(({ operation }) => operation), all.next]).toEqual([path, ['Query'], undefined]);
    const found: unknown[] = [];
    let after = '';
    do {
      const { body } = await call('GET', `${path}?limit=2${after}`);
      found.push(...(body[list] as unknown[]));
      after = body.next === undefined ? '' : `&after=${encodeURIComponent(String(body.next))}`;
    } while (after !== '');
    expect([path, found]).toEqual([path, all[list]]);
    expect(found.length).toBeGreaterThanOrEqual(3);
  }
  expect(calls.filter(({ operation }) => operation === 'Scan')).toEqual([]);
});

test('grading rules are read once by each process, also for concurrent requests', async () => {
  const put = (student: string) => call('PUT', `/students/${student}/evaluations/Maths`, { grade: 5 }, {}, other);
  const answers = await Promise.all(Array.from({ length: 10 }, (_, at) => put(`first-${at}`)));
  for (let at = 0; at < 10; at++) answers.push(await put(`later-${at}`));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  const own = ofTable().filter((one) => keysOf(one).some((key) => key.startsWith(`${other}#`)));
  // Each process has a session of its own.
  const processes = new Set(own.map(({ accessKeyId }) => accessKeyId));
  const rules = own.filter((one) => keysOf(one).includes(`${other}#RULES`));
  expect(own.filter(({ operation }) => operation === 'TransactWriteItems').length).toBeGreaterThanOrEqual(20);
  expect(rules.map(({ operation, accessKeyId }) => [operation, accessKeyId]).sort()).toEqual(
    [...processes].map((key) => ['GetItem', key]).sort(),
  );
  expect(processes.size).toBeLessThanOrEqual(TASKS);
});

/** What is wrong, the status that it gets, and the request. */
const INVALID: readonly (readonly [string, number, string, string, unknown?, Record<string, string>?])[] = [
  ['no grade', 400, 'PUT', '/students/s/evaluations/Maths', {}],
  ['a grade as text', 400, 'PUT', '/students/s/evaluations/Maths', { grade: '7' }],
  ['a grade that is infinite', 400, 'PUT', '/students/s/evaluations/Maths', '{"grade":1e999}'],
  ['an unknown field', 400, 'PUT', '/students/s/evaluations/Maths', { grade: 7, weight: 2 }],
  ['a prototype', 400, 'PUT', '/students/s/evaluations/Maths', '{"grade":7,"__proto__":{"x":1}}'],
  ['no object', 400, 'PUT', '/students/s/evaluations/Maths', '[7]'],
  ['no JSON', 400, 'PUT', '/students/s/evaluations/Maths', '{"grade":'],
  ['no body', 400, 'PUT', '/students/s/evaluations/Maths'],
  ['a large body', 413, 'PUT', '/students/s/evaluations/Maths', { grade: 7, x: 'x'.repeat(5_000) }],
  ['text', 415, 'PUT', '/students/s/evaluations/Maths', 'grade=7', { 'Content-Type': 'text/plain' }],
  ['a name as an id', 400, 'PUT', '/students/Ada%20Lovelace/evaluations/Maths', { grade: 7 }],
  ['a long id', 400, 'GET', `/students/${'s'.repeat(65)}/evaluations`],
  ['a control character', 400, 'GET', '/courses/Maths%0A/evaluations'],
  ['a long key', 400, 'PUT', '/students/s/evaluations/Maths', { grade: 7 }, { 'Idempotency-Key': 'k'.repeat(129) }],
  ['a key with a space', 400, 'PUT', '/students/s/evaluations/Maths', { grade: 7 }, { 'Idempotency-Key': 'a b' }],
  ['an unknown parameter', 400, 'GET', '/students?all=true'],
  ['a limit of zero', 400, 'GET', '/students?limit=0'],
  ['an unknown kind', 400, 'POST', '/students/s/behaviour', { kind: 'rumour', points: 1 }],
  ['too many points', 400, 'POST', '/students/s/behaviour', { kind: 'praise', points: 1_000 }],
  ['a long name', 400, 'POST', '/students', { name: 'x'.repeat(201), officialId: '1' }],
];

// Each row is complete: Jest would pass a callback for a value that is missing, and wait for it.
test.each(INVALID.map(([what, status, method, path, body, headers]) => [what, status, method, path, body, headers] as const))(
  '%s gets a %i with the reason, and no call is made',
  async (_, status, method, path, body, headers) => {
    const answer = await call(method, path, body, headers);
    expect([answer.status, answer.body]).toEqual([status, { message: expect.stringMatching(/\.$/), correlationId: expect.any(String) }]);
    expect(ofTable()).toEqual([]);
  },
);

describe('what does not pass the API', () => {
  /** Sends a request to the load balancer itself. */
  async function direct(path: string, headers: Record<string, string>): Promise<Reply> {
    const { loadBalancers } = platform.sandbox;
    const [{ arn }] = loadBalancers.running;
    const address = loadBalancers.listener(arn, 80)?.address;
    return new Promise((resolve, reject) => {
      request({ ...address, path, headers, agent: false }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (text) => {
          body += text;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }) as never);
      })
        .once('error', reject)
        .end();
    });
  }
  const token = () => platform.token(school);

  test('is rejected, unless the token and X-Tenant-Id agree', async () => {
    const [header, claims, signature] = token().split('.');
    const forged = Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(claims, 'base64url').toString()), 'custom:school_id': other }));
    const statusOf = async (headers: Record<string, string>) => (await direct('/students', headers)).status;
    expect(await statusOf({ 'X-Tenant-Id': school })).toBe(401);
    expect(await statusOf({ Authorization: 'Bearer x', 'X-Tenant-Id': school })).toBe(401);
    expect(await statusOf({ Authorization: `Bearer ${header}.${forged.toString('base64url')}.${signature}`, 'X-Tenant-Id': other })).toBe(
      401,
    );
    expect(await statusOf({ Authorization: `Bearer ${token()}`, 'X-Tenant-Id': other })).toBe(403);
    expect(await statusOf({ Authorization: `Bearer ${token()}` })).toBe(403);
    expect(await statusOf({ Authorization: `Bearer ${token()}`, 'X-Tenant-Id': school })).toBe(200);
  });

  test('health and readiness are for the load balancer alone', async () => {
    for (const path of ['/health', '/ready']) {
      expect([(await direct(path, {})).status, (await call('GET', path)).status]).toEqual([200, 403]);
    }
  });

  test('a process is ready within 2 seconds of its start, and has less than 120 MB after 1,000 requests', async () => {
    await eachOf(Array.from({ length: 1_000 * TASKS }), 8, async () => {
      const { status } = await direct('/students/s/evaluations', { Authorization: `Bearer ${token()}`, 'X-Tenant-Id': school });
      if (status !== 200) throw new Error(`a read answers ${status}`);
    });
    const { assembly, containerServices } = platform.sandbox;
    const [service] = assembly.ofType('AWS::ECS::Service');
    const measured = containerServices.tasks(assembly.ref(service)).map((task) => {
      const pid = programOf(task, 'service');
      expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain('grades.js');
      return residentMegabytes(pid);
    });
    const ready = lines.flatMap(({ message }) => (message.includes('"Ready"') ? [JSON.parse(message).milliseconds as number] : []));
    console.info(JSON.stringify({ readyAfterMs: ready, residentMB: measured.map(Math.round) }));
    expect([measured.length, ready.length]).toEqual([TASKS, TASKS]);
    for (const megabytes of measured) expect(megabytes).toBeLessThan(120);
    for (const milliseconds of ready) expect(milliseconds).toBeLessThan(2_000);
  }, 120_000);
});

test('requests and their latency arrive in CloudWatch by school, through the collector', async () => {
  const requests = 'sum by (school) (sum_over_time({"InteractiveRequestCount"}[1h]))';
  const latency = 'histogram_quantile(0.95, sum by (school) (sum_over_time({"GradeProcessingLatency"}[1h])))';
  const bySchool = async (query: string) => {
    const series = await queryMetrics(platform.sandbox, query);
    return Object.fromEntries(series.map(({ metric, value }) => [metric.school, Number(value[1])]));
  };
  const before = (await bySchool(requests))[other] ?? 0;
  for (const one of [school, other, other]) expect((await call('GET', '/students', undefined, {}, one)).status).toBe(200);
  // The collector sends a batch each five seconds. Requests of other tests can arrive meanwhile.
  const haveArrived = async () => ((await bySchool(requests))[other] ?? 0) >= before + 2;
  for (let second = 0; second < 40 && !(await haveArrived()); second += 1) await pause(1_000);
  expect(await haveArrived()).toBe(true);
  const seconds = await bySchool(latency);
  expect(Object.keys(seconds).sort()).toEqual([school, other]);
  for (const one of Object.values(seconds)) {
    expect(one).toBeGreaterThan(0);
    expect(one).toBeLessThan(5);
  }
}, 120_000);
