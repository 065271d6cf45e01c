import { createServer, type IncomingHttpHeaders } from 'node:http';
import { parsed } from '../../../test/written-values/hostile-texts';
import { athenaIn } from '../../kit/athena';
import { createObserver, type Item, type Observer } from '../../kit/observer';
import { listen } from '../../sandbox/process/loopback';
import { type Reply, send } from '../../sandbox/services/apigateway/testing';
import { DATABASE, WORKGROUP } from './board';
import { type RunningPlatform, startPlatform } from './platform';

/**
 * One correlation id per request across the whole platform, never one that the caller chose. Access logs are raw here, which is the harder
 * case.
 */
const [school, other] = ['school-01', 'school-02'];
const forged = `x","tenant":"${other}","status":"200","z":"`;
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

const atService: IncomingHttpHeaders[] = [];
const lines: { group: string; message: string }[] = [];
let service: { origin: string; close(): Promise<void> };
let platform: RunningPlatform;
let observer: Observer;

beforeAll(async () => {
  service = await listen(
    createServer((request, response) => {
      atService.push(request.headers);
      response.end('{}');
    }),
  );
  process.env.SERVICE_URL = service.origin;
  platform = await startPlatform({ schools: [school], app: 'integ/proofs/tokens/app.ts', accessLog: 'raw', speed: 5 });
  platform.sandbox.logs.onLine((line) => lines.push(line));
  observer = createObserver(platform.sandbox);
}, 300_000);
afterAll(async () => {
  observer?.close();
  await platform?.close();
  await service?.close();
  delete process.env.SERVICE_URL;
});

/** A request that tries to set every id. */
async function callApi(
  method: string,
  path: string,
  body?: string,
  token = platform.token(school),
): Promise<Reply & { readonly id: string }> {
  const chosen = ['x-amzn-RequestId', 'x-amz-apigw-id', 'X-Amzn-Trace-Id', 'X-Correlation-Id', 'User-Agent'];
  const headers = {
    ...Object.fromEntries(chosen.map((name) => [name, forged])),
    Authorization: `Bearer ${token}`,
    ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    traceparent,
  };
  const reply = await send(`${platform.apiUrl}${path}`, method, { headers, body });
  const id = String(reply.headers['x-amz-apigw-id']);
  expect(id).toMatch(/^(?=.*-)(?=.*_)[\w-]{15}=$/);
  return { ...reply, id };
}

async function until<T>(look: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (let attempt = 0; attempt < 150; attempt++) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('Not found within 30 seconds');
}

/** The one access log line with an id, and the one function log line. */
const accessLine = (id: string) =>
  until(() => {
    const found = lines.filter(({ group, message }) => /access/i.test(group) && message.includes(id));
    return found.length === 0 ? undefined : found.map(({ message }) => parsed(message));
  });
const functionLine = (id: string, text: string) =>
  until(() => lines.find(({ message }) => message.includes(id) && message.includes(text))).then(({ message }) => parsed(message));
const itemOf = (id: string): Promise<Item> =>
  until(async () => (await observer.items(platform.tableName)).find(({ correlationId }) => correlationId?.S === id));

test('an ingested request has one id in response, access log and item; ids that the caller sent are separate fields', async () => {
  const { status, body, id } = await callApi('POST', '/visits', '{"student":"s-1","page":"p"}');
  expect([status, JSON.parse(body)]).toEqual([202, { correlationId: id }]);
  expect(await itemOf(id)).toMatchObject({
    tenant: { S: school },
    sk: { S: `VISIT#${id}` },
    requestId: { S: forged },
    traceparent: { S: traceparent },
  });
  expect(await accessLine(id)).toEqual([expect.objectContaining({ correlationId: id, tenant: school, status: '202', route: '/visits' })]);
});

test('two requests with the same request id, and no idempotency key, are two items', async () => {
  const [one, two] = [
    await callApi('POST', '/visits', '{"student":"s-2","page":"p"}'),
    await callApi('POST', '/visits', '{"student":"s-2","page":"p"}'),
  ];
  expect(one.id).not.toBe(two.id);
  expect([(await itemOf(one.id)).sk, (await itemOf(two.id)).sk]).toEqual([{ S: `VISIT#${one.id}` }, { S: `VISIT#${two.id}` }]);
});

test('a message that can’t be stored is logged with the id that its sender received', async () => {
  const code = 'ItemCollectionSizeLimitExceeded';
  const heal = platform.sandbox.endpoint.inject({ service: 'dynamodb', operation: 'BatchExecuteStatement', code, statements: [0] });
  try {
    const { status, id } = await callApi('POST', '/visits', '{"student":"s-unstored","page":"p"}');
    expect(status).toBe(202);
    expect(await functionLine(id, 'Message not stored')).toMatchObject({
      correlationId: id,
      requestId: forged,
      traceparent,
      tenant: school,
    });
  } finally {
    heal();
  }
});

test('a service gets the id in a header, which replaces what the caller sent', async () => {
  const { status, id } = await callApi('GET', '/service');
  expect(status).toBe(200);
  expect(atService.at(-1)).toMatchObject({ 'x-correlation-id': id, 'x-tenant-id': school });
  expect(await accessLine(id)).toEqual([expect.objectContaining({ correlationId: id, tenant: school, status: '200' })]);
});

test('the grades service returns and logs it', async () => {
  const { status, body, id } = await callApi('PUT', '/students/s-1/evaluations/Maths', '{}');
  expect([status, JSON.parse(body).correlationId]).toEqual([400, id]);
  expect(await functionLine(id, 'Request handled')).toMatchObject({ correlationId: id, school, status: 400, operation: 'RegisterGrade' });
});

test('a rejected caller, the authorizer and the access log have the same id', async () => {
  const { status, body, id } = await callApi('GET', '/echo', undefined, 'a.b.c');
  expect([status, JSON.parse(body)]).toEqual([401, { message: 'Unauthorized', correlationId: id }]);
  expect(await functionLine(id, 'Request rejected')).toMatchObject({ correlationId: id, requestId: forged });
  expect(await accessLine(id)).toEqual([expect.objectContaining({ correlationId: id, tenant: '-', user: '-', status: '401' })]);
});

describe('the lake', () => {
  const ROUTES: readonly (readonly [key: RegExp, requests: readonly string[], operation?: RegExp])[] = [
    [/^VISIT#/, ['POST /visits']],
    [/^(STUDENT#.*#COURSE#|REVISION#)/, ['PUT /students/{student}/evaluations/{course}'], /^RegisterGrade$/],
    [/^BEHAVIOUR#/, ['POST /students/{student}/behaviour'], /^RecordBehaviour$/],
    [/^REGISTRATION#/, ['POST /students'], /^RegisterStudent$/],
    [/^PROFILE#/, ['POST /students', 'DELETE /students/{student}'], /^(Register|Delete)Student$/],
  ];
  /** The sort keys of the rows that a request must have written, by its id. */
  const written = new Map<string, string[]>();
  let rows: { readonly id: string; readonly key: string }[] = [];

  const kindOf = (keys: readonly string[]) => keys.map((key) => key.split('#')[0]).join(' ');
  const ask = (condition = '', parameters: string[] = []) =>
    athenaIn(platform.sandbox, WORKGROUP)(
      `SELECT DISTINCT correlation_id, sort_key, event_id FROM records_changes WHERE school = ? ${condition} ORDER BY sort_key`,
      { database: DATABASE, parameters: [`'${school}'`, ...parameters] },
    ).then(({ rows: found }) => found.map(([id, key]) => ({ id: String(id), key: String(key) })));

  beforeAll(async () => {
    const call = async (method: string, path: string, body?: object) => {
      const { status, id, body: reply } = await callApi(method, path, body === undefined ? undefined : JSON.stringify(body));
      expect(status).toBeLessThan(300);
      return { id, reply: reply === '' ? {} : JSON.parse(reply) };
    };
    for (const number of [1, 2, 3]) {
      const course = `Maths ${number}`;
      const visit = await call('POST', '/visits', { student: 's-1', page: 'p' });
      written.set(visit.id, [`VISIT#${visit.id}`]);
      const grade = await call('PUT', `/students/s-1/evaluations/${encodeURIComponent(course)}`, { grade: number });
      written.set(grade.id, [`REVISION#${grade.id}`, `STUDENT#s-1#COURSE#${course}`]);
      const behaviour = await call('POST', '/students/s-1/behaviour', { kind: 'late', points: -1, course });
      written.set(behaviour.id, [`BEHAVIOUR#${behaviour.id}`]);
    }
    const registration = await call('POST', '/students', { name: 'Ada Lovelace', officialId: 'LX-1815' });
    const { student } = registration.reply;
    written.set(registration.id, [`PROFILE#${student}`, `REGISTRATION#${registration.id}`]);
    const deletion = await call('DELETE', `/students/${student}`);
    written.set(deletion.id, [`PROFILE#${student}`]);
    await until(async () => {
      await platform.sandbox.deliveryStreams.flush();
      rows = await ask();
      return [...written.keys()].every((id) => rows.some((row) => row.id === id)) ? rows : undefined;
    });
  }, 120_000);

  test('each row leads back to its request: one line of the access log, and one of the grades service with its trace', async () => {
    expect(rows.length).toBeGreaterThanOrEqual([...written.values()].flat().length);
    for (const { id, key } of rows) {
      const [, requests, operation] = ROUTES.find(([pattern]) => pattern.test(key)) ?? [];
      const [line, ...others] = await accessLine(id);
      expect([key, requests, others]).toEqual([key, expect.arrayContaining([`${line.method} ${line.route}`]), []]);
      expect(line).toMatchObject({ correlationId: id, tenant: school, user: expect.stringMatching(/^[0-9a-f-]{36}$/) });
      if (operation === undefined) continue;
      expect(await functionLine(id, 'Request handled')).toMatchObject({
        correlationId: id,
        school,
        operation: expect.stringMatching(operation),
        traceId: expect.stringMatching(/^(Self=.*;)?Root=1-[0-9a-f]{8}-[0-9a-f]{24}/),
      });
    }
  });

  test('each request leads to its rows', async () => {
    // One of each kind.
    const kinds = [...written].filter(([, keys], index, all) => all.findIndex(([, other]) => kindOf(other) === kindOf(keys)) === index);
    expect(kinds).toHaveLength(5);
    for (const [id, keys] of kinds) {
      const [{ time }] = await accessLine(id);
      const year = new Date(Number(time)).getUTCFullYear();
      const found = await ask('AND year = ? AND correlation_id = ?', [String(year), `'${id}'`]);
      expect([id, found.map(({ key }) => key)]).toEqual([id, keys]);
    }
  });
});

test('no access log line mentions the other school', () => {
  const access = lines.filter(({ group }) => /access/i.test(group));
  const isBalancer = ({ group }: { group: string }) => group.startsWith('/aws/elasticloadbalancing/');
  const ofApi = access.filter((line) => !isBalancer(line));
  expect(ofApi.length).toBeGreaterThan(5);
  for (const { message } of ofApi) expect(['-', school]).toContain(parsed(message).tenant);
  // The load balancer knows no tenant, and what a caller sends does not become a field.
  const ofBalancer = access.filter(isBalancer);
  expect(ofBalancer.length).toBeGreaterThan(0);
  for (const { message } of ofBalancer) expect(parsed(message)).not.toHaveProperty('tenant');
});
