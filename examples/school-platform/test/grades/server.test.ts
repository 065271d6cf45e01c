import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TenantNotActive } from 'cdk-andamio/tenant-sessions';
import { becomeReady, createLifecycle } from '../../app/grades/src/lifecycle';
import { canceled, closeServers, HEADERS, PUT, recording, SCHOOL, testServer } from './fixtures';

afterEach(closeServers);

const written = { send: async () => ({}) };
const failing = (name: string, message = '') => ({
  send: async () => {
    throw Object.assign(new Error(message), { name });
  },
});

describe('log lines', () => {
  test('a request is one line with school, ids and metrics; the school is not a dimension', async () => {
    const { ask, lines } = testServer(written);
    await ask({ ...PUT, headers: { ...HEADERS, 'x-amzn-trace-id': 'Root=1-2' } });
    expect(lines).toEqual([
      {
        level: 'INFO',
        message: 'Request handled',
        operation: 'RegisterGrade',
        school: SCHOOL,
        correlationId: 'id-1',
        traceId: 'Root=1-2',
        status: 200,
        _aws: {
          Timestamp: 1_800_000_000_000,
          CloudWatchMetrics: [
            {
              Namespace: 'Luca/Platform',
              Dimensions: [['operation']],
              Metrics: [{ Name: 'GradeProcessingLatency', Unit: 'Milliseconds' }],
            },
            { Namespace: 'Luca/Platform', Dimensions: [[]], Metrics: [{ Name: 'InteractiveRequestCount', Unit: 'Count' }] },
          ],
        },
        GradeProcessingLatency: expect.any(Number),
        InteractiveRequestCount: 1,
      },
    ]);
  });

  test('no line has a name, an official id or a token', async () => {
    for (const table of [written, failing('ThrottlingException'), failing('Other', 'for some reason')]) {
      const { ask, lines } = testServer(table);
      const payload = { name: 'Ada Lovelace', officialId: 'LX-1815' };
      await ask({ method: 'POST', url: '/students', headers: HEADERS, payload });
      await ask({ method: 'POST', url: '/students', headers: HEADERS, payload: { ...payload, more: 1 } });
      expect(lines.length).toBeGreaterThanOrEqual(2);
      expect(JSON.stringify(lines)).not.toMatch(/Ada|1815|Bearer/);
    }
  });

  test('health checks write none', async () => {
    const { ask, lines } = testServer(written);
    for (const url of ['/health', '/ready', '/elsewhere']) await ask({ url });
    expect(lines).toEqual([]);
  });
});

describe('answers', () => {
  test('an id that the API did not set is replaced', async () => {
    const { ask } = testServer(written);
    for (const id of ['x'.repeat(200), 'a b', '"}']) {
      const { correlationId } = JSON.parse((await ask({ url: '/elsewhere', headers: { 'x-correlation-id': id } })).body);
      expect(correlationId).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test('a rejected caller opens no session and reads no body', async () => {
    const { ask, opened, lines } = testServer(written);
    const { status } = await ask({ ...PUT, headers: { ...HEADERS, authorization: 'Bearer other' }, payload: '{' });
    expect([status, opened, lines[0]?.status]).toEqual([401, [], 401]);
  });

  test.each([
    ['ThrottlingException', 503, '1'],
    ['Throttling', 503, '1'],
    ['TransactionInProgressException', 503, '1'],
    ['InternalServerError', 503, '1'],
    ['TimeoutError', 503, '1'],
    ['ValidationException', 500, null],
  ])('%s is a %i', async (name, status, retryAfter) => {
    const { ask, lines } = testServer(failing(name, 'One or more parameter values were invalid'));
    const answer = await ask(PUT);
    expect([answer.status, answer.retryAfter, answer.body.includes('parameter')]).toEqual([status, retryAfter, false]);
    expect(lines).toContainEqual(
      expect.objectContaining({ message: 'Request failed', error: name, correlationId: 'id-1', school: SCHOOL }),
    );
  });

  test('after a denial, the next request opens a new session', async () => {
    const { ask, forgotten } = testServer(failing('AccessDeniedException'));
    expect([(await ask(PUT)).status, forgotten]).toEqual([500, [SCHOOL]]);
  });

  test('a school that is not active gets a 403, which is no failure of the service', async () => {
    const { ask, lines } = testServer(failing('AccessDeniedException'), {
      data: {
        of: async (school) => {
          throw new TenantNotActive(school);
        },
        forget: () => undefined,
      },
    });
    const { status, body } = await ask(PUT);
    expect([status, JSON.parse(body).message]).toEqual([403, 'The school is not active.']);
    expect(lines.filter(({ level }) => level === 'ERROR')).toEqual([]);
  });

  test.each([[['TransactionConflict', 'None']], [['None', 'ThrottlingError']], [['ProvisionedThroughputExceeded', 'None']]])(
    'a transaction that is canceled in each attempt for %j is repeated, and then answered with 503',
    async (codes) => {
      let calls = 0;
      const { ask } = testServer({
        send: async () => {
          calls++;
          throw canceled(...codes.map((Code) => ({ Code })));
        },
      });
      const { status, retryAfter } = await ask(PUT);
      expect([status, retryAfter, calls]).toEqual([503, '1', 5]);
    },
  );

  test.each([
    ['body', { ...PUT, payload: { grade: 7, weight: 2 } }, 'body must not have the field "weight".'],
    ['query string', { url: '/students?all=true', headers: HEADERS }, 'querystring must not have the field "all".'],
  ])('an unknown field of the %s is named', async (_, asked, message) => {
    const { status, body } = await testServer(written).ask(asked);
    expect([status, JSON.parse(body).message]).toEqual([400, message]);
  });

  test('a grade is stored as the step that it stands for', async () => {
    const { table, sent } = recording(() => ({}));
    const { body } = await testServer(table).ask({ ...PUT, payload: { grade: 4.9999999999 } });
    expect(JSON.parse(body)).toMatchObject({ grade: 5, passed: true });
    expect(sent[0].input).toMatchObject({
      TransactItems: [{ Put: { Item: { grade: { N: '5' } } } }, { Put: { Item: { grade: { N: '5' } } } }],
    });
  });

  test('points of a behaviour profile are those of all entries, and left out of a part', async () => {
    const Items = [1, 2].map((points) => ({ points: { N: String(points) }, entryKey: { S: `k-${points}` } }));
    const url = '/students/s-1/behaviour';
    const pointsOf = async (answer: object, query = '') => {
      const { body } = await testServer(recording(() => answer).table).ask({ url: `${url}${query}`, headers: HEADERS });
      return JSON.parse(body).points;
    };
    expect(await pointsOf({ Items })).toBe(3);
    expect(await pointsOf({ Items, LastEvaluatedKey: { sk: { S: 'x' } } }, '?limit=2')).toBeUndefined();
    expect(await pointsOf({ Items }, '?after=k-0')).toBeUndefined();
  });

  test.each(['/students', '/students/s-1', '/students/s-1/evaluations', '/students/s-1/behaviour'])(
    'GET %s has what was written before',
    async (url) => {
      const { table, sent } = recording(() => ({ Items: [], Item: {} }));
      expect((await testServer(table).ask({ url, headers: HEADERS })).status).toBe(200);
      expect(sent.map(({ input }) => input)).toEqual([expect.objectContaining({ ConsistentRead: true })]);
    },
  );
});

describe('the end of a process', () => {
  /** A server that listens, with a table that answers when the test says so. */
  async function listening() {
    let answer: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => {
      answer = resolve;
    });
    let isHeld = false;
    const tested = testServer({
      send: async () => {
        if (isHeld) await gate;
        return { Items: [] };
      },
    });
    await tested.server.listen({ port: 0, host: '127.0.0.1' });
    const { port } = tested.server.server.address() as AddressInfo;
    const agent = new Agent({ keepAlive: true });
    const get = async (path: string, own: Agent | false = agent) => {
      const [response] = await once(request({ port, host: '127.0.0.1', path, headers: HEADERS, agent: own }).end(), 'response');
      response.resume();
      await once(response, 'end');
      return { status: response.statusCode as number, connection: response.headers.connection as string | undefined };
    };
    const hold = () => {
      isHeld = true;
    };
    return { ...tested, get, hold, answer: () => answer(), close: () => agent.destroy() };
  }
  const PATH = '/students/s-1/evaluations';

  test('requests in flight and those that arrive soon after are answered, and then nothing is accepted', async () => {
    const { server, lifecycle, get, hold, answer, close } = await listening();
    expect(await get('/ready')).toEqual({ status: 200, connection: 'keep-alive' });
    hold();
    const inFlight = get(PATH, false);
    await new Promise((resolve) => setTimeout(resolve, 20));
    let isStopped = false;
    const stopped = lifecycle.stop(server).then(() => {
      isStopped = true;
    });
    expect(await get('/ready', false)).toMatchObject({ status: 503 });
    expect(await get('/health')).toEqual({ status: 200, connection: 'close' });
    const soonAfter = get(PATH, false);
    // Longer than the time in which connections are accepted.
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(isStopped).toBe(false);
    await expect(get(PATH, false)).rejects.toThrow('ECONNREFUSED');
    answer();
    expect([(await inFlight).status, (await soonAfter).status]).toEqual([200, 200]);
    await stopped;
    close();
  });

  test('a process is not ready before it has what its first request needs', () => {
    const lifecycle = createLifecycle();
    expect(lifecycle.isReady).toBe(false);
    lifecycle.ready();
    expect(lifecycle.isReady).toBe(true);
  });

  test('what a first request needs is prepared again until it is there', async () => {
    const failures: string[] = [];
    let attempts = 0;
    const prepare = async () => {
      if (++attempts < 3) throw new Error(`attempt ${attempts}`);
    };
    const onFailure = ({ message }: Error) => void failures.push(message);
    expect(await becomeReady(createLifecycle(), { prepare, onFailure, retryMs: 1 })).toBe(true);
    expect(failures).toEqual(['attempt 1', 'attempt 2']);
  });

  test('a process that is stopped before it is ready does not become ready', async () => {
    const lifecycle = createLifecycle(1);
    const prepare = () => lifecycle.stop({ close: async () => undefined });
    expect(await becomeReady(lifecycle, { prepare, onFailure: () => undefined })).toBe(false);
  });

  test('idle connections stay open for longer than those of the load balancer', async () => {
    const { server, close } = await listening();
    expect(server.server.keepAliveTimeout).toBeGreaterThan(60_000);
    await server.close();
    close();
  });
});
