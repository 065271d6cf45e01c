import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Json, ServiceRequest } from '../../contracts';
import { createClock } from '../../process/clock';
import { startOf } from '../../process/process-identity';
import { functionArn, functionsOfEachTest, inline, openTestEndpoint } from './testing';

const start = functionsOfEachTest();

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((done) => setTimeout(done, 5));
}

describe('environments', () => {
  const counting =
    'let events = 0; exports.handler = async ({ wait = 0 }) => { events += 1; await new Promise((done) => setTimeout(done, wait)); return { pid: process.pid, events }; }';

  test('handle one event at a time and are reused', async () => {
    const { invoke } = await start({ Fn: inline(counting) });
    const [first, second] = await Promise.all([invoke('Fn', { wait: 300 }), invoke('Fn', { wait: 300 })]);
    const pid = (invocation: { payload: Json }) => (invocation.payload as { pid: number }).pid;
    expect(pid(first)).not.toBe(pid(second));
    const third = await invoke('Fn');
    expect([pid(first), pid(second)]).toContain(pid(third));
    expect((third.payload as { events: number }).events).toBe(2);
  });

  test('events above the reserved concurrency are throttled', async () => {
    const { invoke } = await start({ Fn: inline(counting, { ReservedConcurrentExecutions: 1 }) });
    const first = invoke('Fn', { wait: 200 });
    await expect(invoke('Fn')).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    });
    await first;
    await expect(invoke('Fn')).resolves.not.toHaveProperty('functionError');
  });

  test('events above the concurrency of the account are throttled', async () => {
    const { invoke } = await start({ Fn: inline(counting), Other: inline(counting) }, { concurrency: 1 });
    const first = invoke('Fn', { wait: 200 });
    await expect(invoke('Other')).rejects.toMatchObject({ reason: 'ConcurrentInvocationLimitExceeded' });
    await first;
  });

  test('are replaced after half the lifetime of short-lived credentials', async () => {
    const endpoint = openTestEndpoint();
    const ending = { ...endpoint, assumeAsService: () => ({ accessKeyId: 'a', secretAccessKey: 'b', expiration: Date.now() + 4000 }) };
    const { invoke } = await start({ Fn: inline(counting) }, { endpoint: ending });
    const events = async () => ((await invoke('Fn')).payload as { events: number }).events;
    expect([await events(), await events()]).toEqual([1, 2]);
    await new Promise((done) => setTimeout(done, 2000));
    expect(await events()).toBe(1);
  });

  test('events wait if all processes are busy', async () => {
    const { invoke } = await start({ Fn: inline(counting) }, { processes: 1 });
    const all = await Promise.all([invoke('Fn', { wait: 50 }), invoke('Fn'), invoke('Fn')]);
    expect(all.map(({ payload }) => (payload as { events: number }).events)).toEqual([1, 2, 3]);
  });

  test('are as many as the reserved concurrency, up to ten, and the limit is reported', async () => {
    const reported: string[] = [];
    const { invoke } = await start(
      { Six: inline(counting, { ReservedConcurrentExecutions: 6 }), Many: inline(counting, { ReservedConcurrentExecutions: 11 }) },
      { report: (line) => reported.push(line) },
    );
    const processes = async (name: string, events: number) => {
      const all = await Promise.all(Array.from({ length: events }, () => invoke(name, { wait: 1500 })));
      return new Set(all.map(({ payload }) => (payload as { pid: number }).pid)).size;
    };
    expect(await processes('Six', 6)).toBe(6);
    await invoke('Many');
    expect(reported).toEqual(['Many: its concurrency is 11; on this machine 10 events run at a time, and others wait']);
  });

  test('fail their event if they are killed', async () => {
    const { invoke, functions: running } = await start({ Fn: inline(counting) });
    await invoke('Fn');
    const lost = invoke('Fn', { wait: 10_000 });
    await new Promise((done) => setTimeout(done, 100));
    expect(running.kill(functionArn('Fn'))).toBe(1);
    expect((await lost).payload).toMatchObject({ errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('signal: killed') });
    expect((await invoke('Fn')).payload).toMatchObject({ events: 1 });
  });

  test('end when the sandbox closes', async () => {
    const { invoke, functions: running } = await start({ Fn: inline('exports.handler = async () => process.pid') });
    const { payload } = await invoke('Fn');
    await running.close();
    expect(() => process.kill(payload as number, 0)).toThrow('ESRCH');
  });
});

describe('the time of a function', () => {
  const telling = `exports.handler = async (event, context) => ({
    now: Date.now(), made: new Date().getTime(), text: Date.parse(Date()), given: new Date(5).getTime(),
    is: new Date() instanceof Date, left: context.getRemainingTimeInMillis(),
  });`;
  interface Told {
    readonly now: number;
    readonly made: number;
    readonly text: number;
    readonly given: number;
    readonly is: boolean;
    readonly left: number;
  }
  const day = 86_400_000;

  test('is that of the clock, also after it was advanced, if the function is on it; its deadline is not', async () => {
    const clock = createClock(1);
    const on = inline(telling, { Timeout: 20 });
    const { invoke } = await start({ On: on, Off: on }, { clock, functionsOnClock: ({ logicalId }) => logicalId === 'On' });
    for (const advanced of [0, 30 * day]) {
      clock.advance(advanced);
      const told = (await invoke('On')).payload as unknown as Told;
      for (const time of [told.now, told.made, told.text]) expect(Math.abs(time - clock.now())).toBeLessThan(10_000);
      expect([told.given, told.is]).toEqual([5, true]);
      expect(told.left).toBeGreaterThan(10_000);
      expect(told.left).toBeLessThanOrEqual(20_000);
    }
    const other = (await invoke('Off')).payload as unknown as Told;
    expect(Math.abs(other.now - Date.now())).toBeLessThan(10_000);
  });

  test('passes with the speed of the clock', async () => {
    const clock = createClock(1000);
    const working = `exports.handler = async () => {
      const from = Date.now(); const until = performance.now() + 200; while (performance.now() < until); return Date.now() - from;
    };`;
    const { invoke } = await start({ Fn: inline(working) }, { clock, functionsOnClock: () => true });
    expect((await invoke('Fn')).payload).toBeGreaterThan(190_000);
  });

  test('timers end by the clock, and a function that only waits for them is known to wait', async () => {
    const clock = createClock(0.001);
    const waits = `const { setTimeout: sleep } = require('node:timers/promises');
      exports.handler = async () => {
        const from = Date.now();
        const cancelled = setTimeout(() => { throw new Error('cancelled'); }, 90_000);
        await new Promise((done) => setTimeout(done, 60_000));
        clearTimeout(cancelled);
        return [Date.now() - from, await sleep(3_600_000, 'slept'), Date.now() - from];
      };`;
    const { invoke, functions: running } = await start({ Fn: inline(waits) }, { clock, functionsOnClock: () => true });
    const event = invoke('Fn');
    for (const milliseconds of [60_000, 3_600_000]) {
      await until(() => running.waiting === 1 && clock.nextWait() !== undefined);
      expect(running.inFlight).toBe(1);
      expect((clock.nextWait() ?? 0) - clock.now()).toBeGreaterThan(milliseconds - 1_000);
      clock.advance(milliseconds);
    }
    const [first, value, all] = (await event).payload as unknown as [number, string, number];
    expect([Math.round(first / 60_000), value, Math.round(all / 60_000)]).toEqual([1, 'slept', 61]);
    expect([running.inFlight, running.waiting]).toEqual([0, 0]);
  });

  test('a function that also waits for something else works', async () => {
    const server = createServer((_, response) => void setTimeout(() => response.end('done'), 400)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const clock = createClock(0.001);
    const races = `const http = require('node:http');
      exports.handler = async () => {
        const answer = new Promise((done) => http.get('http://127.0.0.1:${port}', (reply) => reply.resume().on('end', () => done('answered'))));
        return Promise.race([answer, new Promise((done) => setTimeout(() => done('late'), 1_000))]);
      };`;
    const { invoke, functions: running } = await start({ Fn: inline(races) }, { clock, functionsOnClock: () => true });
    const event = invoke('Fn');
    let mostWaiting = 0;
    const watching = setInterval(() => {
      mostWaiting = Math.max(mostWaiting, running.waiting);
    }, 1);
    expect((await event).payload).toBe('answered');
    clearInterval(watching);
    server.close();
    expect(mostWaiting).toBe(0);
  });

  test('events in flight are counted', async () => {
    const { invoke, functions: running } = await start({ Fn: inline('exports.handler = async () => 1') });
    const event = invoke('Fn');
    expect(running.inFlight).toBe(1);
    await event;
    expect(running.inFlight).toBe(0);
  });
});

test('a failed asynchronous event is retried twice (documented: "Error handling for asynchronous invocation")', async () => {
  const { functions: running, logs } = await start(
    { Fn: inline('exports.handler = async () => { throw new Error("again"); }') },
    { clock: createClock(1000) },
  );
  running.invokeLater(functionArn('Fn'), {});
  await new Promise((done) => setTimeout(done, 1500));
  expect(logs.lines('/aws/lambda/Fn').filter(({ message }) => message.startsWith('START'))).toHaveLength(3);
});

describe('no process of a function outlives', () => {
  const spinning = `
    const { spawn } = require('node:child_process');
    exports.handler = async () => {
      const { pid } = spawn('sleep', ['60'], { stdio: 'ignore' });
      console.log('pids:' + process.pid + ',' + pid);
      for (;;) {}
    };`;
  const pidsIn = (line: string) => (/pids:(\d+),(\d+)/.exec(line) ?? []).slice(1).map(Number);

  test('a sandbox that was killed, even if it is busy and has a child process', async () => {
    const parent = spawn(
      process.execPath,
      [
        '--import',
        'tsx',
        '-e',
        `const { startFunctions } = require(${JSON.stringify(join(__dirname, 'functions.ts'))});
         const { createLogSink } = require(${JSON.stringify(join(__dirname, '..', 'logs', 'logs.ts'))});
         const { assemblyOf, functionArn, inline, openTestEndpoint } = require(${JSON.stringify(join(__dirname, 'testing.ts'))});
         const { createClock } = require(${JSON.stringify(join(__dirname, '..', '..', 'process', 'clock.ts'))});
         const logs = createLogSink();
         logs.onLine(({ message }) => console.log(message));
         startFunctions({
           assembly: assemblyOf({ Fn: inline(${JSON.stringify(spinning)}, { Timeout: 60 }) }),
           endpoint: openTestEndpoint(), clock: createClock(1), logs, node: async () => process.execPath,
         }).then((functions) => functions.invoke(functionArn('Fn'), {}));`,
      ],
      { cwd: join(__dirname, '..', '..', '..', '..') },
    );
    const pids = await linesOf(parent.stdout, pidsIn);
    expect(pids.map(isRunning)).toEqual([true, true]);
    parent.kill('SIGKILL');
    await eventually(() => !pids.some(isRunning));
  });

  test('a sandbox that is closed', async () => {
    const { invoke, logs, functions: running } = await start({ Fn: inline(spinning, { Timeout: 60 }) });
    const logged = new Promise<number[]>((resolve) => logs.onLine(({ message }) => pidsIn(message).length > 0 && resolve(pidsIn(message))));
    const lost = invoke('Fn');
    const pids = await logged;
    await running.close();
    await lost;
    await eventually(() => !pids.some(isRunning));
  });

  test('the timeout of its event', async () => {
    const { invoke, logs } = await start({ Fn: inline(spinning, { Timeout: 1 }) });
    expect((await invoke('Fn')).payload).toMatchObject({ errorType: 'Sandbox.Timedout' });
    const pids = logs.lines('/aws/lambda/Fn').flatMap(({ message }) => pidsIn(message));
    expect(pids).toHaveLength(2);
    await eventually(() => !pids.some(isRunning));
  });
});

/** Resolves to the numbers that `find` returns for the output of a process, once it returns some. */
function linesOf(output: Readable, find: (text: string) => number[]): Promise<number[]> {
  return new Promise((resolve) => {
    let text = '';
    output.on('data', (chunk) => {
      text += chunk;
      if (find(text).length > 0) {
        resolve(find(text));
      }
    });
  });
}

const isRunning = (pid: number) => startOf(pid) !== undefined;

async function eventually(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 5000; !condition(); ) {
    if (Date.now() > end) {
      throw new Error(`Not within 5 s: ${condition}`);
    }
    await new Promise((done) => setTimeout(done, 20));
  }
}

describe('the network of a function', () => {
  test('sends requests for AWS host names to this machine with their Host header, and blocks all others', async () => {
    const api = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => response.end(`${request.method} ${request.headers.host} ${request.url} ${body}`));
    });
    await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
    const host = 'abc123.execute-api.us-east-1.amazonaws.com';
    const { invoke, functions: running } = await start({
      Fn: inline(
        `const https = require('node:https');
        const get = (url) => new Promise((resolve) => https.get(url, (r) => { let b = ''; r.on('data', (c) => { b += c; }); r.on('end', () => resolve(b)); }).on('error', (e) => resolve(e.message)));
        exports.handler = async ({ host }) => ({
          fetched: await (await fetch('https://' + host + '/prod/a?b=1', { method: 'POST', body: 'x' })).text(),
          requested: await (await fetch(new Request('https://' + host + '/r', { method: 'PUT', body: 'y', headers: { q: '1' } }))).text(),
          got: await get('https://' + host + '/prod/c'),
          options: await new Promise((resolve) => https.request({ hostname: host, path: '/o', method: 'DELETE', agent: new https.Agent() }, (r) => { let b = ''; r.on('data', (c) => { b += c; }); r.on('end', () => resolve(b)); }).end()),
          elsewhere: await get('https://example.com/'),
          fetchedElsewhere: await fetch('http://example.com/').catch((error) => error.cause.message),
        })`,
        { Timeout: 10 },
      ),
    });
    running.forward(host, `http://127.0.0.1:${(api.address() as AddressInfo).port}`);
    const { payload } = await invoke('Fn', { host });
    api.close();
    expect(payload).toEqual({
      fetched: `POST ${host} /prod/a?b=1 x`,
      requested: `PUT ${host} /r y`,
      got: `GET ${host} /prod/c `,
      options: `DELETE ${host} /o `,
      elsewhere: 'example.com:443 is blocked: the sandbox only allows connections to this machine',
      fetchedElsewhere: 'example.com:80 is blocked: the sandbox only allows connections to this machine',
    });
  });
});

describe('Invoke at the endpoint (documented: "Invoke", Lambda API reference)', () => {
  const request = (name: string, headers: Record<string, string> = {}, body = '{}') =>
    ({
      method: 'POST',
      url: `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`,
      headers,
      body: Buffer.from(body),
    }) as ServiceRequest;

  test('requires lambda:InvokeFunction on the function, by name or by ARN', async () => {
    const { endpoint } = await start({ Fn: inline('') });
    const service = endpoint.services.get('lambda');
    const check = { action: 'lambda:InvokeFunction', resource: functionArn('Fn'), context: {} };
    expect(service?.read(request('Fn')).checks()).toEqual([check]);
    expect(service?.read(request(`${functionArn('Fn')}:live`)).checks()).toEqual([check]);
  });

  test('returns the payload, the function error, the end of the log, 202, 404 and 429 as documented', async () => {
    const { endpoint } = await start({
      Fn: inline('exports.handler = async ({ fail }) => { console.log("seen"); if (fail) throw new Error("x"); return { ok: true }; }', {
        ReservedConcurrentExecutions: 1,
      }),
    });
    const service = endpoint.services.get('lambda');
    const execute = (request: ServiceRequest) => service?.read(request).execute({ denied: [], faults: [] });
    const good = await execute(request('Fn', { 'x-amz-log-type': 'Tail' }));
    expect(good).toMatchObject({ status: 200, body: '{"ok":true}' });
    expect(Buffer.from(String(good?.headers['X-Amz-Log-Result']), 'base64').toString()).toMatch(
      /^START .*\n.*\tseen\nEND .*\nREPORT .*\n$/,
    );
    expect(await execute(request('Fn', {}, '{"fail":true}'))).toMatchObject({
      status: 200,
      headers: { 'X-Amz-Function-Error': 'Unhandled' },
    });
    expect(await execute(request('Other'))).toMatchObject({ status: 404, error: 'ResourceNotFoundException' });
    const [first, second] = await Promise.all([execute(request('Fn')), execute(request('Fn'))]);
    expect(first?.status).toBe(200);
    expect(second).toMatchObject({ status: 429, error: 'TooManyRequestsException' });
    expect(await execute(request('Fn', { 'x-amz-invocation-type': 'Event' }))).toMatchObject({ status: 202, body: '' });
  });
});
