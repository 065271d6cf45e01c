import { createServer } from 'node:http';
import type { JsonObject } from '../../contracts';
import { lambdaPython } from '../../engines';
import { listen } from '../../process/loopback';
import type { FunctionsOptions } from './functions';
import { type assemblyOf, functionArn, functionsOfEachTest, inline } from './testing';

const startWith = functionsOfEachTest();
const python = (runtime: string) => lambdaPython(runtime, () => {});
const start = (resources: Parameters<typeof assemblyOf>[0], options: Partial<FunctionsOptions> = {}) =>
  startWith(resources, { python, ...options });
const fn = (code: string, more: JsonObject = {}) => inline(code, { Runtime: 'python3.12', ...more });
const messages = (logs: { lines(group: string): readonly { message: string }[] }) =>
  logs.lines('/aws/lambda/Fn').map(({ message }) => message);

describe('a handler (documented: "Define Lambda function handler in Python")', () => {
  test('returns JSON of its result, or null for None', async () => {
    const { invoke } = await start({
      Echo: fn('def handler(event, context):\n  return {"got": event}'),
      Nothing: fn('def handler(event, context):\n  pass'),
    });
    expect(await invoke('Echo', { a: [1, 'ü'] })).toMatchObject({ payload: { got: { a: [1, 'ü'] } } });
    expect((await invoke('Nothing')).payload).toBeNull();
  });

  test('receives the documented context object', async () => {
    const { invoke } = await start({
      Fn: fn(
        'def handler(event, context):\n  names = ["function_name", "function_version", "memory_limit_in_mb", "invoked_function_arn", "aws_request_id", "log_group_name", "log_stream_name"]\n  return {**{name: getattr(context, name) for name in names}, "remaining": context.get_remaining_time_in_millis()}',
        { MemorySize: 256, Timeout: 10 },
      ),
    });
    const { payload, requestId } = await invoke('Fn');
    expect(payload).toMatchObject({
      function_name: 'Fn',
      function_version: '$LATEST',
      memory_limit_in_mb: '256',
      invoked_function_arn: functionArn('Fn'),
      aws_request_id: requestId,
      log_group_name: '/aws/lambda/Fn',
      log_stream_name: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
    });
    expect((payload as { remaining: number }).remaining).toBeGreaterThan(8000);
    expect((payload as { remaining: number }).remaining).toBeLessThanOrEqual(10_000);
  });

  test('has the environment variables of the template and of Lambda, boto3, and no other package of this machine', async () => {
    const code = `
import importlib.util, os, sys
import boto3
def handler(event, context):
  found = [name for name in ("boto3", "awslambdaric", "ministack", "cryptography") if importlib.util.find_spec(name)]
  return {"found": found, "version": sys.version_info[:2], "env": dict(os.environ), "path": sys.path[0]}`;
    const { invoke } = await start({ Fn: fn(code, { Timeout: 30, Environment: { Variables: { TABLE: 'orders' } } }) });
    const { payload } = await invoke('Fn');
    expect(payload).toMatchObject({
      found: ['boto3', 'awslambdaric'],
      version: [3, 12],
      env: {
        ...{ TABLE: 'orders', AWS_REGION: 'us-east-1', AWS_EXECUTION_ENV: 'AWS_Lambda_python3.12', _HANDLER: 'index.handler' },
        ...{ AWS_SESSION_TOKEN: 'arn:aws:iam::123456789012:role/Role', AWS_LAMBDA_FUNCTION_NAME: 'Fn' },
      },
      path: (payload as { env: Record<string, string> }).env.LAMBDA_TASK_ROOT,
    });
    expect((payload as { env: object }).env).not.toHaveProperty('HOME');
  });

  test('of a deprecated runtime runs on the oldest supported one, which is reported', async () => {
    const reported: string[] = [];
    const { invoke } = await start(
      { Fn: fn('import sys\ndef handler(event, context):\n  return sys.version_info[:2]', { Runtime: 'python3.9' }) },
      { report: (line) => reported.push(line) },
    );
    expect((await invoke('Fn')).payload).toEqual([3, 10]);
    expect(reported).toEqual(['Stack.Fn: AWS has deprecated python3.9: the function runs on python3.10']);
  });
});

describe('errors (documented: "Python function errors in Lambda", "Troubleshoot deployment issues in Lambda")', () => {
  test('are returned with message, type, request id and stack trace', async () => {
    const { invoke } = await start({ Fn: fn('def handler(event, context):\n  raise ValueError("too much")') });
    const { requestId, ...result } = await invoke('Fn');
    expect(result).toMatchObject({
      functionError: 'Unhandled',
      payload: {
        ...{ errorType: 'ValueError', errorMessage: 'too much', requestId },
        stackTrace: [expect.stringMatching(/File ".*index\.py", line 2, in handler\n {4}raise ValueError/)],
      },
    });
  });

  test('during initialization are returned to the caller', async () => {
    const { invoke } = await start({
      Missing: fn('other = 1'),
      Broken: fn('raise KeyError("TABLE")'),
      Syntax: fn('def handler(:'),
      Import: fn('import left_pad'),
      Module: fn('', { Handler: 'app.handler' }),
      Malformed: fn('', { Handler: 'handler' }),
      BuiltIn: fn('', { Handler: 'sys.handler' }),
    });
    const failure = async (name: string) => {
      const { errorType, errorMessage } = (await invoke(name)).payload as JsonObject;
      return `${errorType}: ${errorMessage}`;
    };
    expect(await failure('Missing')).toBe("Runtime.HandlerNotFound: Handler 'handler' missing on module 'index'");
    expect(await failure('Broken')).toBe("KeyError: 'TABLE'");
    expect(await failure('Syntax')).toContain("Runtime.UserCodeSyntaxError: Syntax error in module 'index'");
    expect(await failure('Import')).toBe("Runtime.ImportModuleError: Unable to import module 'index': No module named 'left_pad'");
    expect(await failure('Module')).toBe("Runtime.ImportModuleError: Unable to import module 'app': No module named 'app'");
    expect(await failure('Malformed')).toContain("Runtime.MalformedHandlerName: Bad handler 'handler'");
    expect(await failure('BuiltIn')).toBe('Runtime.BuiltInModuleConflict: Cannot use built-in module sys as a handler module');
  });

  test('of a result that is not JSON are those of the runtime', async () => {
    const { invoke } = await start({ Fn: fn('def handler(event, context):\n  return {1, 2}') });
    expect((await invoke('Fn')).payload).toMatchObject({
      errorType: 'Runtime.MarshalError',
      errorMessage: 'Unable to marshal response: Object of type set is not JSON serializable',
    });
  });

  test('a timed-out event ends its environment, and one whose process exits fails alone', async () => {
    const code = `
import sys, time
events = 0
def handler(event, context):
  global events
  events += 1
  while event.get("slow"): pass
  if event.get("exit"): sys.exit(7)
  return events`;
    const { invoke } = await start({ Fn: fn(code, { Timeout: 1 }) });
    expect([(await invoke('Fn')).payload, (await invoke('Fn')).payload]).toEqual([1, 2]);
    const late = await invoke('Fn', { slow: true });
    expect(late.payload).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: `RequestId: ${late.requestId} Error: Task timed out after 1.00 seconds`,
    });
    const exited = await invoke('Fn', { exit: true });
    expect(exited.payload).toEqual({
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${exited.requestId} Error: Runtime exited with error: exit status 7`,
    });
    expect((await invoke('Fn')).payload).toBe(1);
  });
});

describe('log lines (documented: "Log and monitor Python Lambda functions")', () => {
  const CODE = `
import logging, sys
logger = logging.getLogger("shop")
logger.setLevel("INFO")
def handler(event, context):
  print("printed")
  print("to standard error", file=sys.stderr)
  logger.info("two\\nlines")
  logger.debug("not shown")
  try:
    {}["x"]
  except KeyError:
    logger.exception("failed")
  print("no line break", end="")`;

  test('have level, time and request id in plain text, between those of Lambda', async () => {
    const { invoke, logs } = await start({ Fn: fn(CODE) });
    const { requestId } = await invoke('Fn');
    const time = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;
    expect(messages(logs)).toEqual([
      `START RequestId: ${requestId} Version: $LATEST`,
      'printed',
      'to standard error',
      expect.stringMatching(new RegExp(`^\\[INFO\\]\t${time}\t${requestId}\ttwo\nlines$`)),
      expect.stringMatching(new RegExp(`^\\[ERROR\\]\t${time}\t${requestId}\tfailed\nTraceback [\\s\\S]+KeyError: 'x'$`)),
      'no line break',
      `END RequestId: ${requestId}`,
      expect.stringMatching(new RegExp(`^REPORT RequestId: ${requestId}\tDuration: .+\tMax Memory Used: \\d\\d+ MB\tInit Duration: `)),
    ]);
  });

  test('are JSON with level, logger and request id in the JSON format', async () => {
    const { invoke, logs } = await start({ Fn: fn(CODE, { LoggingConfig: { LogFormat: 'JSON' } }) });
    const { requestId } = await invoke('Fn');
    const lines = messages(logs).filter((message) => message.startsWith('{'));
    const parsed = lines.map((line) => JSON.parse(line) as JsonObject).filter(({ type }) => type === undefined);
    expect(parsed).toEqual([
      expect.objectContaining({ level: 'INFO', message: 'two\nlines', logger: 'shop', requestId }),
      expect.objectContaining({ level: 'ERROR', message: 'failed', logger: 'shop', requestId, errorType: 'KeyError', errorMessage: "'x'" }),
    ]);
  });
});

test('a function reaches hosts of AWS and mapped hosts in the sandbox, also with TLS, and no other host', async () => {
  const seen: string[] = [];
  const server = await listen(
    createServer(({ url, headers }, outgoing) => {
      seen.push(`${headers.host} ${url}`);
      outgoing.setHeader('content-type', 'application/json').end(`{"TableNames":["${headers.host}"]}`);
    }),
  );
  const code = `
import asyncio, os, subprocess, sys, urllib.request
import boto3
def read(url):
  try:
    return urllib.request.urlopen(url).read().decode()
  except OSError as error:
    return str(error)
async def opened(host):
  try:
    await asyncio.open_connection(host, 443, ssl=True)
    return "open"
  except OSError as error:
    return str(error)
def handler(event, context):
  return {
    "mapped": read("https://api.outside.example/a?b=1"),
    "endpoint": boto3.client("dynamodb").list_tables()["TableNames"],
    "aws": boto3.client("dynamodb", endpoint_url="https://dynamodb.us-east-1.amazonaws.com").list_tables()["TableNames"],
    "async": asyncio.run(opened("api.outside.example")),
    "other": read("https://other.example/"),
    "address": read("http://93.184.216.34/"),
    "child": subprocess.run([sys.executable, "-c", "import urllib.request; urllib.request.urlopen('https://other.example/')"], capture_output=True).stderr.decode()[-120:],
  }`;
  try {
    const { invoke } = await startWith(
      { Fn: fn(code, { Timeout: 30 }) },
      { python, hosts: new Map([['https://api.outside.example', server.origin]]) },
      server.origin,
    );
    const blocked = expect.stringContaining('is blocked: the sandbox only allows connections to this machine');
    expect((await invoke('Fn')).payload).toEqual({
      ...{ mapped: '{"TableNames":["api.outside.example"]}', async: 'open' },
      ...{ endpoint: [new URL(server.origin).host], aws: ['dynamodb.us-east-1.amazonaws.com'] },
      ...{ other: blocked, address: blocked, child: blocked },
    });
    expect(seen).toEqual(['api.outside.example /a?b=1', `${new URL(server.origin).host} /`, 'dynamodb.us-east-1.amazonaws.com /']);
  } finally {
    await server.close();
  }
});
