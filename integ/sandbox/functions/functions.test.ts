import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createClock } from '../clock';
import type { DoorRequest, Functions, Json, JsonObject } from '../contracts';
import { type FunctionsOptions, startFunctions } from './functions';
import { createLogSink } from './logs';
import { openRuntimeApi } from './runtime-api';
import { assemblyOf, functionArn, inline, openTestDoor } from './testing';

let functions: Functions | undefined;
afterEach(() => functions?.close());

async function start(code: Record<string, { type: string; properties: JsonObject }>, options: Partial<FunctionsOptions> = {}) {
  const logs = createLogSink();
  const door = openTestDoor();
  functions = await startFunctions({
    assembly: assemblyOf(code),
    door,
    clock: createClock(1),
    logs,
    node: async () => process.execPath,
    ...options,
  });
  const running = functions;
  return { logs, door, functions: running, invoke: (name: string, event: Json = {}) => running.invoke(functionArn(name), event) };
}

describe('a handler (documented: "Define Lambda function handler in Node.js")', () => {
  test('answers with what its promise resolves to, null where that is nothing', async () => {
    const { invoke } = await start({
      Echo: inline('exports.handler = async (event) => ({ got: event })'),
      Nothing: inline('exports.handler = async () => undefined'),
    });
    expect(await invoke('Echo', { a: [1, 'ü'] })).toMatchObject({ payload: { got: { a: [1, 'ü'] } } });
    expect((await invoke('Nothing')).payload).toBeNull();
  });

  test('may call back on Node.js 22 and earlier, and the event loop is waited for', async () => {
    const { invoke } = await start({
      Fn: inline(
        'let late = 0; exports.handler = (event, context, callback) => { setTimeout(() => { late = 1; }, 30); callback(null, { get late() { return late; } }); }',
      ),
    });
    expect((await invoke('Fn')).payload).toEqual({ late: 1 });
  });

  test('gets the documented context object', async () => {
    const { invoke } = await start({
      Fn: inline(
        'exports.handler = async (event, { getRemainingTimeInMillis, ...context }) => ({ ...context, remaining: getRemainingTimeInMillis() })',
        {
          MemorySize: 256,
          Timeout: 10,
        },
      ),
    });
    const { payload, requestId } = await invoke('Fn');
    expect(payload).toMatchObject({
      functionName: 'Fn',
      functionVersion: '$LATEST',
      memoryLimitInMB: '256',
      invokedFunctionArn: functionArn('Fn'),
      awsRequestId: requestId,
      logGroupName: '/aws/lambda/Fn',
      logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
    });
    expect((payload as { remaining: number }).remaining).toBeGreaterThan(8000);
    expect((payload as { remaining: number }).remaining).toBeLessThanOrEqual(10_000);
  });

  test('sees the template’s variables and Lambda’s own, and nothing else of this machine', async () => {
    process.env.OF_THIS_MACHINE = 'yes';
    const { invoke } = await start({
      Fn: inline('exports.handler = async () => process.env', { Environment: { Variables: { TABLE: 'orders', COUNT: 5 } } }),
    });
    const { payload } = await invoke('Fn');
    expect(payload).toMatchObject({
      TABLE: 'orders',
      COUNT: '5',
      AWS_REGION: 'us-east-1',
      AWS_LAMBDA_FUNCTION_NAME: 'Fn',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
      AWS_SESSION_TOKEN: 'arn:aws:iam::123456789012:role/Role',
    });
    expect(payload).not.toHaveProperty('OF_THIS_MACHINE');
    expect(payload).not.toHaveProperty('HOME');
  });

  test('can import the AWS SDK of the runtime and no other module of this repository', async () => {
    const { invoke } = await start({
      Fn: inline(`exports.handler = async () => {
        const found = [];
        for (const name of ['@aws-sdk/client-sqs', 'aws-cdk-lib', 'typescript']) { try { require(name); found.push(name); } catch {} }
        const { SQSClient } = await import('@aws-sdk/client-sqs');
        return [...found, typeof SQSClient];
      }`),
    });
    expect((await invoke('Fn')).payload).toEqual(['@aws-sdk/client-sqs', 'function']);
  });
});

describe('errors (documented: "Understanding Lambda function errors", "Troubleshoot invocation issues")', () => {
  test('that are thrown are reported with type, message and trace', async () => {
    const { invoke } = await start({ Fn: inline('exports.handler = async () => { throw new RangeError("too much"); }') });
    expect(await invoke('Fn')).toMatchObject({
      functionError: 'Unhandled',
      payload: { errorType: 'RangeError', errorMessage: 'too much', trace: expect.arrayContaining(['RangeError: too much']) },
    });
  });

  test('of the start are reported to the caller', async () => {
    const { invoke } = await start({
      Missing: inline('exports.other = 1'),
      Broken: inline('throw new Error("no table")'),
      Syntax: inline('exports.handler = ('),
      Import: inline('require("left-pad")'),
    });
    const type = async (name: string) => ((await invoke(name)).payload as JsonObject).errorType;
    expect(await type('Missing')).toBe('Runtime.HandlerNotFound');
    expect((await invoke('Broken')).payload).toMatchObject({ errorType: 'Error', errorMessage: 'no table' });
    expect(await type('Syntax')).toBe('Runtime.UserCodeSyntaxError');
    expect(await type('Import')).toBe('Runtime.ImportModuleError');
  });

  test('an event that takes too long is ended, and the next one gets a new environment', async () => {
    const { invoke, logs } = await start({
      Fn: inline(
        'let events = 0; exports.handler = async ({ slow }) => { events += 1; if (slow) await new Promise(() => setInterval(() => {}, 1000)); return events; }',
        { Timeout: 1 },
      ),
    });
    expect((await invoke('Fn')).payload).toBe(1);
    const late = await invoke('Fn', { slow: true });
    expect(late).toMatchObject({
      functionError: 'Unhandled',
      payload: { errorType: 'Sandbox.Timedout', errorMessage: `RequestId: ${late.requestId} Error: Task timed out after 1.00 seconds` },
    });
    expect((await invoke('Fn')).payload).toBe(1);
    expect(logs.lines('/aws/lambda/Fn').map(({ message }) => message)).toContainEqual(
      expect.stringContaining('Task timed out after 1.00 seconds'),
    );
  });

  test('a process that ends, or runs out of memory, fails its event only', async () => {
    const { invoke } = await start({
      Fn: inline(
        'exports.handler = async ({ exit, fill }) => { if (exit) process.exit(7); const held = []; while (fill) held.push(new Array(1e6).fill(Math.random())); return "ok"; }',
        {
          Timeout: 30,
        },
      ),
    });
    const exited = await invoke('Fn', { exit: true });
    expect(exited.payload).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${exited.requestId} Error: Runtime exited with error: exit status 7`,
    });
    expect((await invoke('Fn', { fill: true })).payload).toMatchObject({
      errorType: 'Runtime.ExitError',
      errorMessage: expect.stringMatching(/signal: /),
    });
    expect((await invoke('Fn')).payload).toBe('ok');
  });

  test('an unhandled rejection ends the environment', async () => {
    const { invoke } = await start({
      Fn: inline(
        'exports.handler = async () => { Promise.reject(new Error("lost")); await new Promise((done) => setTimeout(done, 500)); }',
      ),
    });
    expect((await invoke('Fn')).payload).toMatchObject({ errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'Error: lost' });
  });

  test.each([
    [
      { Runtime: 'python3.13' },
      'AWS::Lambda::Function.Runtime is not understood (Stack.Fn): python3.13; nodejs20.x, nodejs22.x, nodejs24.x run here',
    ],
    [{ Layers: ['arn'] }, 'AWS::Lambda::Function.Layers is not understood (Stack.Fn): functions run here from their own code only'],
    [
      { Environment: { Variables: { AWS_REGION: 'x' } } },
      'AWS::Lambda::Function.Environment.Variables.AWS_REGION is not understood (Stack.Fn): Lambda reserves this name',
    ],
  ])('%j is refused by name', async (properties, message) => {
    const { invoke } = await start({ Fn: inline('', properties as JsonObject) });
    await expect(invoke('Fn')).rejects.toThrow(message);
  });
});

describe('log lines (documented: "View CloudWatch logs for Lambda functions")', () => {
  test('have their events around them, in order, when the answer is there', async () => {
    const { invoke, logs } = await start({
      Fn: inline(
        'exports.handler = async () => { console.log("two\\nlines", { a: 1 }); console.error("bad"); process.stdout.write("raw\\n"); }',
      ),
    });
    const { requestId } = await invoke('Fn');
    const lines = logs.lines('/aws/lambda/Fn').map(({ message }) => message.replace(/^\d{4}-\S+Z/, 'TIME'));
    expect(lines).toEqual([
      `START RequestId: ${requestId} Version: $LATEST`,
      `TIME\t${requestId}\tINFO\ttwo\nlines { a: 1 }`,
      `TIME\t${requestId}\tERROR\tbad`,
      'raw',
      `END RequestId: ${requestId}`,
      expect.stringMatching(
        new RegExp(
          `^REPORT RequestId: ${requestId}\\tDuration: [\\d.]+ ms\\tBilled Duration: \\d+ ms\\tMemory Size: 128 MB\\tMax Memory Used: [1-9]\\d+ MB\\tInit Duration: [\\d.]+ ms$`,
        ),
      ),
    ]);
  });

  test('are JSON, filtered by level and in a group of their own, where LoggingConfig says so', async () => {
    const { invoke, logs } = await start({
      Fn: inline('exports.handler = async () => { console.info("quiet"); console.warn({ seats: 3 }); }', {
        LoggingConfig: { LogGroup: '/own', LogFormat: 'JSON', ApplicationLogLevel: 'WARN', SystemLogLevel: 'INFO' },
      }),
    });
    const { requestId } = await invoke('Fn');
    const lines = logs.lines('/own').map(({ message }) => JSON.parse(message));
    expect(lines).toEqual([
      expect.objectContaining({ type: 'platform.start', record: { requestId, version: '$LATEST' } }),
      { timestamp: expect.any(String), level: 'WARN', requestId, message: { seats: 3 } },
      expect.objectContaining({ type: 'platform.report', record: expect.objectContaining({ requestId, status: 'success' }) }),
    ]);
  });
});

describe('environments', () => {
  const counting =
    'let events = 0; exports.handler = async ({ wait = 0 }) => { events += 1; await new Promise((done) => setTimeout(done, wait)); return { pid: process.pid, events }; }';

  test('take one event at a time and are reused when free', async () => {
    const { invoke } = await start({ Fn: inline(counting) });
    const [first, second] = await Promise.all([invoke('Fn', { wait: 300 }), invoke('Fn', { wait: 300 })]);
    const pid = (invocation: { payload: Json }) => (invocation.payload as { pid: number }).pid;
    expect(pid(first)).not.toBe(pid(second));
    const third = await invoke('Fn');
    expect([pid(first), pid(second)]).toContain(pid(third));
    expect((third.payload as { events: number }).events).toBe(2);
  });

  test('more events than the reserved concurrency are throttled', async () => {
    const { invoke } = await start({ Fn: inline(counting, { ReservedConcurrentExecutions: 1 }) });
    const first = invoke('Fn', { wait: 200 });
    await expect(invoke('Fn')).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
    });
    await first;
    await expect(invoke('Fn')).resolves.not.toHaveProperty('functionError');
  });

  test('more events than the account may have at a time are throttled', async () => {
    const { invoke } = await start({ Fn: inline(counting), Other: inline(counting) }, { concurrency: 1 });
    const first = invoke('Fn', { wait: 200 });
    await expect(invoke('Other')).rejects.toMatchObject({ reason: 'ConcurrentInvocationLimitExceeded' });
    await first;
  });

  test('are replaced when their credentials could end during an event', async () => {
    const door = openTestDoor();
    const ending = { ...door, assumeAsService: () => ({ accessKeyId: 'a', secretAccessKey: 'b', expiration: Date.now() + 30_000 }) };
    const { invoke } = await start({ Fn: inline(counting) }, { door: ending });
    expect([(await invoke('Fn')).payload, (await invoke('Fn')).payload]).toEqual([
      expect.objectContaining({ events: 1 }),
      expect.objectContaining({ events: 1 }),
    ]);
  });

  test('more events than this machine has processes for wait for one', async () => {
    const { invoke } = await start({ Fn: inline(counting) }, { processes: 1 });
    const all = await Promise.all([invoke('Fn', { wait: 50 }), invoke('Fn'), invoke('Fn')]);
    expect(all.map(({ payload }) => (payload as { events: number }).events)).toEqual([1, 2, 3]);
  });

  test('that are killed fail the event that they have', async () => {
    const { invoke, functions: running } = await start({ Fn: inline(counting) });
    await invoke('Fn');
    const lost = invoke('Fn', { wait: 10_000 });
    await new Promise((done) => setTimeout(done, 100));
    expect(running.kill(functionArn('Fn'))).toBe(1);
    expect((await lost).payload).toMatchObject({ errorType: 'Runtime.ExitError', errorMessage: expect.stringContaining('signal: killed') });
    expect((await invoke('Fn')).payload).toMatchObject({ events: 1 });
  });

  test('end with the sandbox', async () => {
    const { invoke, functions: running } = await start({ Fn: inline('exports.handler = async () => process.pid') });
    const { payload } = await invoke('Fn');
    await running.close();
    functions = undefined;
    expect(() => process.kill(payload as number, 0)).toThrow('ESRCH');
  });
});

test('an asynchronous event that fails is tried twice more (documented: "Error handling for asynchronous invocation")', async () => {
  const { functions: running, logs } = await start(
    { Fn: inline('exports.handler = async () => { throw new Error("again"); }') },
    { clock: createClock(1000) },
  );
  running.invokeLater(functionArn('Fn'), {});
  await new Promise((done) => setTimeout(done, 1500));
  expect(logs.lines('/aws/lambda/Fn').filter(({ message }) => message.startsWith('START'))).toHaveLength(3);
});

test('no environment outlives the process that started it, however that ends', async () => {
  const api = await openRuntimeApi();
  const parent = spawn(
    process.execPath,
    [
      '-e',
      `const { spawn } = require('node:child_process');
       const child = spawn(process.execPath, [${JSON.stringify(join(__dirname, 'runtime', 'bootstrap.cjs'))}], { stdio: ['pipe', 'ignore', 'ignore'], env: process.env });
       console.log(child.pid);
       setInterval(() => {}, 1000);`,
    ],
    { env: { ...process.env, AWS_LAMBDA_RUNTIME_API: api.address, LAMBDA_TASK_ROOT: __dirname, _HANDLER: 'runtime/errors.describe' } },
  );
  const pid = Number(String((await once(parent.stdout, 'data'))[0]));
  await api.started;
  parent.kill('SIGKILL');
  await new Promise((done) => setTimeout(done, 1000));
  api.close();
  // Ended, and perhaps not yet asked for by the process that inherited it.
  expect(spawnSync('ps', ['-o', 'stat=', '-p', String(pid)]).stdout.toString()).toMatch(/^(Z.*)?\s*$/);
});

describe('the network of a function', () => {
  test('leads AWS’s host names to this machine with their Host header, and nothing anywhere else', async () => {
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
      elsewhere: 'example.com:443 is refused: traffic to this machine only',
      fetchedElsewhere: 'example.com:80 is refused: traffic to this machine only',
    });
  });
});

describe('Invoke at the door (documented: "Invoke", Lambda API reference)', () => {
  const request = (name: string, headers: Record<string, string> = {}, body = '{}') =>
    ({
      method: 'POST',
      url: `/2015-03-31/functions/${encodeURIComponent(name)}/invocations`,
      headers,
      body: Buffer.from(body),
    }) as DoorRequest;

  test('asks for lambda:InvokeFunction on the function, by name or by ARN', async () => {
    const { door } = await start({ Fn: inline('') });
    const service = door.services.get('lambda');
    const check = { action: 'lambda:InvokeFunction', resource: functionArn('Fn'), context: {} };
    expect(service?.checks(request('Fn'))).toEqual([check]);
    expect(service?.checks(request(`${functionArn('Fn')}:live`))).toEqual([check]);
  });

  test('answers with the payload, the function’s error, the log’s tail, 202, 404 and 429 as documented', async () => {
    const { door } = await start({
      Fn: inline('exports.handler = async ({ fail }) => { console.log("seen"); if (fail) throw new Error("x"); return { ok: true }; }', {
        ReservedConcurrentExecutions: 1,
      }),
    });
    const service = door.services.get('lambda');
    const good = await service?.handle(request('Fn', { 'x-amz-log-type': 'Tail' }));
    expect(good).toMatchObject({ status: 200, body: '{"ok":true}' });
    expect(Buffer.from(String(good?.headers['X-Amz-Log-Result']), 'base64').toString()).toMatch(
      /^START .*\n.*\tseen\nEND .*\nREPORT .*\n$/,
    );
    expect(await service?.handle(request('Fn', {}, '{"fail":true}'))).toMatchObject({
      status: 200,
      headers: { 'X-Amz-Function-Error': 'Unhandled' },
    });
    expect(await service?.handle(request('Other'))).toMatchObject({ status: 404, error: 'ResourceNotFoundException' });
    const [first, second] = await Promise.all([service?.handle(request('Fn')), service?.handle(request('Fn'))]);
    expect(first?.status).toBe(200);
    expect(second).toMatchObject({ status: 429, error: 'TooManyRequestsException' });
    expect(await service?.handle(request('Fn', { 'x-amz-invocation-type': 'Event' }))).toMatchObject({ status: 202, body: '' });
  });
});
