import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { createLifecycle } from '../../app/grades/src/lifecycle';
import { closeServers, HEADERS, SCHOOL, testServer } from './fixtures';

afterEach(closeServers);

const written = { send: async () => ({}) };
const failing = (name: string, message = '') => ({
  send: async () => {
    throw Object.assign(new Error(message), { name });
  },
});
const PUT = { method: 'PUT' as const, url: '/students/s-1/evaluations/Maths', headers: HEADERS, payload: { grade: 7 } };

describe('log lines', () => {
  test('a request is one line with school, ids and metrics; the school is no dimension', async () => {
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

  test('a request that loses against others all the time is repeated, and then answered with 503', async () => {
    let calls = 0;
    const reasons = [{ Code: 'TransactionConflict' }, { Code: 'None' }];
    const conflict = () => new TransactionCanceledException({ message: 'canceled', $metadata: {}, CancellationReasons: reasons });
    const { ask } = testServer({
      send: async () => {
        calls++;
        throw conflict();
      },
    });
    const { status, retryAfter } = await ask(PUT);
    expect([status, retryAfter, calls]).toEqual([503, '1', 5]);
  });
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

  test('idle connections stay open for longer than those of the load balancer', async () => {
    const { server, close } = await listening();
    expect(server.server.keepAliveTimeout).toBeGreaterThan(60_000);
    await server.close();
    close();
  });
});
