import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporaryFolder } from '../../../test/temporary-folder';
import { createObserver, type Observer } from '../../kit/observer';
import { traceCommand } from '../../kit/request-trace/command';
import { inOrder, type RequestTrace } from '../../kit/request-trace/station';
import { announce } from '../../kit/running/announcement';
import { answerQuestions } from '../../kit/running/answer';
import type { Listening } from '../../sandbox/process/loopback';
import { send } from '../../sandbox/services/apigateway/testing';
import { type RunningPlatform, startPlatform } from './platform';
import { traceRequest } from './trace';

/** One request is followed by its correlation id through all that it passes. */
const school = 'school-01';

let platform: RunningPlatform;
let observer: Observer;
let server: Listening;
let takeBack: () => void;
const folder = temporaryFolder('running-');

beforeAll(async () => {
  platform = await startPlatform({ schools: [school] });
  observer = createObserver(platform.sandbox);
  server = await answerQuestions({ requests: (id) => traceRequest(platform, observer, id) });
  takeBack = announce('school-platform', server.origin, folder);
}, 300_000);
afterAll(async () => {
  takeBack?.();
  await server?.close();
  observer?.close();
  await platform?.close();
});

/** The header with which API Gateway hands its decision on, with an id of X-Ray. */
function traceHeader(isSampled: boolean): string {
  const root = `1-${Math.floor(Date.now() / 1_000).toString(16)}-${randomBytes(12).toString('hex')}`;
  return `Root=${root};Parent=53995c3f42cd8ad8;Sampled=${isSampled ? 1 : 0}`;
}

/** The id of a request that succeeded. On a busy machine the service may time out, and a client tries again. */
async function call(method: string, path: string, body: object, trace = traceHeader(false), attempts = 3): Promise<string> {
  const reply = await send(`${platform.apiUrl}${path}`, method, {
    headers: { Authorization: `Bearer ${platform.token(school)}`, 'Content-Type': 'application/json', 'X-Amzn-Trace-Id': trace },
    body: JSON.stringify(body),
  });
  if (reply.status >= 500 && attempts > 1) return call(method, path, body, trace, attempts - 1);
  expect(reply.status).toBeLessThan(300);
  return String(reply.headers['x-amz-apigw-id']);
}

async function command(...args: string[]): Promise<{ status: number; text: string }> {
  const lines: string[] = [];
  const status = await traceCommand(args, (line) => lines.push(line), folder);
  return { status, text: lines.join('\n') };
}

/** What a place has of the request, in order of time. The trail, if the platform has one, is another test's. */
const placesOf = (trace: RequestTrace) =>
  inOrder(trace.stations)
    .filter(({ where }) => where !== 'Audit')
    .map(({ where, what }) => `${where}: ${what}`);

const gapsOf = (trace: RequestTrace) => trace.gaps.map(({ where }) => where).filter((where) => where !== 'Audit');

test('a grade: API, load balancer, service, items, changes, and rows of the lake', async () => {
  const id = await call('PUT', '/students/s-1/evaluations/Maths', { grade: 8 });
  await call('PUT', '/students/s-2/evaluations/Maths', { grade: 9 });
  const trace = await traceRequest(platform, observer, id);
  const [first, ...others] = placesOf(trace);
  expect(first).toMatch(
    /^API: PUT \/students\/\{student\}\/evaluations\/\{course\} → 200 in \d+ ms, school school-01, user [0-9a-f-]{36}$/,
  );
  const key = `${school}#EVALUATION STUDENT#s-1#COURSE#Maths`;
  const revision = `${school}#STUDENT#s-1 REVISION#${id}`;
  expect(others).toHaveLength(8);
  expect(others).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^Load balancer: → 200, the service took [\d.]+ s \(by its trace id\)$/),
      expect.stringMatching(/^Log: Request handled: RegisterGrade, 200, [\d.]+ ms \(\/aws\/ecs\/luca-platform\/application\)$/),
      `Table: ${key}`,
      `Table: ${revision}`,
      expect.stringMatching(/^Stream: INSERT STUDENT#s-1#COURSE#Maths, sequence number \d+$/),
      expect.stringMatching(/^Stream: INSERT REVISION#.*, sequence number \d+$/),
      expect.stringContaining(`Lake: INSERT ${key}, in ${school}/`),
      expect.stringContaining(`Lake: INSERT ${revision}, in ${school}/`),
    ]),
  );
  expect(gapsOf(trace)).toEqual(['Queue', 'Trace', 'Pipe, delivery', 'Firewall']);
});

test('a visit: API, queue, item, change, and row of the lake', async () => {
  const id = await call('POST', '/visits', { student: 's-1', page: '/today' });
  await until(async () => (await traceRequest(platform, observer, id)).stations.some(({ where }) => where === 'Lake'));
  const trace = await traceRequest(platform, observer, id);
  const key = `${school}#STUDENT#s-1 VISIT#${id}`;
  const [first, ...others] = placesOf(trace);
  expect(first).toMatch(/^API: POST \/visits → 202 in \d+ ms, school school-01, user /);
  expect(others).toHaveLength(4);
  expect(others).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^Queue: message [0-9a-f-]{36}: stored, and deleted from the queue$/),
      expect.stringMatching(/^Stream: INSERT VISIT#/),
      expect.stringContaining(`Lake: INSERT ${key}, in ${school}/`),
      `Table: ${key}`,
    ]),
  );
  expect(gapsOf(trace)).toEqual(['Trace', 'Function', 'Pipe, delivery', 'Firewall']);
});

test('a request that is sampled has a trace of the service and its calls, with its id and its school as annotations', async () => {
  const header = traceHeader(true);
  const id = await call('PUT', '/students/s-5/evaluations/Maths', { grade: 6 }, header);
  const segments = () => platform.sandbox.traces.segments().filter(({ traceId }) => header.includes(traceId));
  await until(async () => segments().some(({ annotations }) => annotations.correlation_id === id));
  const [own] = segments().filter(({ annotations }) => annotations.correlation_id === id);
  expect(own).toMatchObject({
    name: 'luca-platform',
    parentId: '53995c3f42cd8ad8',
    annotations: { correlation_id: id, tenant_id: school },
  });
  expect(own.document).toMatchObject({ origin: 'AWS::ECS::Fargate', http: { response: { status: 200 } } });
  const calls = segments().filter(({ parentId }) => parentId === own.id);
  expect(calls.map(({ name, document }) => [name, document.type])).toContainEqual(['DynamoDB', 'subsegment']);
  const { stations, gaps } = await traceRequest(platform, observer, id);
  expect(stations.filter(({ where }) => where === 'Trace').map(({ what }) => what)).toContain(`luca-platform, ${own.traceId}`);
  expect(gaps.map(({ where }) => where)).not.toContain('Trace');
});

test('the trail has the calls that were made for a grade and for a visit, by the id in their user agents', async () => {
  const auditOf = async (id: string) => {
    const { stations, gaps } = await traceRequest(platform, observer, id);
    return { calls: stations.filter(({ where }) => where === 'Audit').map(({ what }) => what), gaps: gaps.map(({ where }) => where) };
  };
  const grade = await call('PUT', '/students/s-4/evaluations/Maths', { grade: 6 });
  const { calls, gaps } = await auditOf(grade);
  expect(calls).toContainEqual(expect.stringMatching(/^TransactWriteItems of dynamodb\.amazonaws\.com by assumed-role\/\S+\/school-01$/));
  expect(gaps).not.toContain('Audit');
  const visit = await call('POST', '/visits', { student: 's-4', page: '/today' });
  await until(async () => (await auditOf(visit)).calls.length > 0);
  expect(new Set((await auditOf(visit)).calls)).toEqual(
    new Set([expect.stringMatching(/^BatchExecuteStatement of dynamodb\.amazonaws\.com by /)]),
  );
  expect((await auditOf('AAAAAAAA-AAA_AA=')).calls).toEqual([]);
});

test('the command prints it, from another process of this checkout', async () => {
  const id = await call('PUT', '/students/s-3/evaluations/Maths', { grade: 7 });
  const { status, text } = await command(id);
  expect(status).toBe(0);
  expect(text).toContain(`Request ${id}, ${new Date().toISOString().slice(0, 4)}`);
  expect(text).toMatch(/^\d\d:\d\d:\d\d\.\d{3} {2}API +PUT \/students/m);
  expect(text).toMatch(/^ +Queue +only visits pass through a queue$/m);
});

test('an id that nobody has, and a caller that writes the id of another request into a field that it chooses', async () => {
  const unknown = 'AAAAAAAA-AAA_AA=';
  const forged = await send(`${platform.apiUrl}/visits`, 'POST', {
    headers: { Authorization: `Bearer ${platform.token(school)}`, 'Content-Type': 'application/json', 'x-amzn-RequestId': unknown },
    body: '{"student":"s-9","page":"p"}',
  });
  expect(forged.status).toBe(202);
  expect(await command(unknown)).toEqual({ status: 1, text: expect.stringContaining(`school-platform has no request ${unknown}.`) });
  expect((await command('" or correlationId like "')).status).toBe(1);
});

test('a system that has been killed is not asked', async () => {
  const elsewhere = temporaryFolder('killed-');
  const gone = await answerQuestions({ requests: (id) => traceRequest(platform, observer, id) });
  announce('school-platform', gone.origin, elsewhere);
  await gone.close();
  const lines: string[] = [];
  expect(await traceCommand(['id'], (line) => lines.push(line), elsewhere)).toBe(2);
  expect(lines).toEqual([expect.stringContaining('Nothing is running here')]);
});

test('without an id, and with nothing that runs', async () => {
  expect(await command()).toEqual({ status: 2, text: expect.stringMatching(/^Usage: npx projen trace <correlation id>/) });
  const nowhere = join(tmpdir(), 'nothing-runs-here');
  const lines: string[] = [];
  expect(await traceCommand(['id'], (line) => lines.push(line), nowhere)).toBe(2);
  expect(lines).toEqual([expect.stringContaining('Nothing is running here: start a system')]);
});

test('only a client that sets the header is answered', async () => {
  expect((await fetch(`${server.origin}/requests/x`)).status).toBe(404);
});

async function until(look: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 60; attempt += 1) {
    if (await look()) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('Not within 30 seconds');
}
