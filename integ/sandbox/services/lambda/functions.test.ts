import type { JsonObject } from '../../contracts';
import { functionArn, functionsOfEachTest, inline, openTestEndpoint } from './testing';

const start = functionsOfEachTest();

describe('a handler (documented: "Define Lambda function handler in Node.js")', () => {
  test('returns what its promise resolves to, or null for undefined', async () => {
    const { invoke } = await start({
      Echo: inline('exports.handler = async (event) => ({ got: event })'),
      Nothing: inline('exports.handler = async () => undefined'),
    });
    expect(await invoke('Echo', { a: [1, 'ü'] })).toMatchObject({ payload: { got: { a: [1, 'ü'] } } });
    expect((await invoke('Nothing')).payload).toBeNull();
  });

  test('may use the callback on Node.js 22 and earlier, which waits for an empty event loop', async () => {
    const { invoke } = await start({
      Fn: inline(
        'let late = 0; exports.handler = (event, context, callback) => { setTimeout(() => { late = 1; }, 30); callback(null, { get late() { return late; } }); }',
      ),
    });
    expect((await invoke('Fn')).payload).toEqual({ late: 1 });
  });

  test('receives the documented context object', async () => {
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

  test('has the environment variables of the template and of Lambda, and no other of this machine', async () => {
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
  test('are returned with type, message and stack trace', async () => {
    const { invoke } = await start({ Fn: inline('exports.handler = async () => { throw new RangeError("too much"); }') });
    expect(await invoke('Fn')).toMatchObject({
      functionError: 'Unhandled',
      payload: { errorType: 'RangeError', errorMessage: 'too much', trace: expect.arrayContaining(['RangeError: too much']) },
    });
  });

  test('during initialization are returned to the caller', async () => {
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

  test('a timed-out event ends its environment, and the next event gets a new one', async () => {
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

  test('a process that exits or runs out of memory fails only its own event', async () => {
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
});

describe('log lines (documented: "View CloudWatch logs for Lambda functions")', () => {
  test('are between START and END, in order, when the response arrives', async () => {
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

  test('are JSON, filtered by level and in their own log group, as LoggingConfig says', async () => {
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

  test.each(['logs:CreateLogStream', 'logs:PutLogEvents'])(
    'are dropped if the role may not call %s, which is reported once',
    async (action) => {
      const endpoint = openTestEndpoint();
      endpoint.denied.add(action);
      const reported: string[] = [];
      const { invoke, logs } = await start(
        { Fn: inline('exports.handler = async ({ exit }) => { console.log("lost"); if (exit) process.exit(1); return "ran"; }') },
        { endpoint, report: (line) => reported.push(line) },
      );
      await invoke('Fn', { exit: true });
      expect((await invoke('Fn')).payload).toBe('ran');
      expect(logs.lines('/aws/lambda/Fn')).toEqual([]);
      expect(reported).toEqual([
        `Fn: its log lines are dropped, because arn:aws:iam::123456789012:role/Role is not allowed ${action} on arn:aws:logs:us-east-1:123456789012:log-group:/aws/lambda/Fn:log-stream:*`,
      ]);
    },
  );
});
