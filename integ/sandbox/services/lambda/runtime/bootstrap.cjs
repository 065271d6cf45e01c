'use strict';
// Runs a handler as Lambda's managed Node.js runtime does, against the Runtime API (documented: "Using the Lambda runtime API for
// custom runtimes"). AWS's own client, aws-lambda-ric, is not used because its native part would have to be compiled.
const http = require('node:http');
const path = require('node:path');
const { Worker } = require('node:worker_threads');
const clock = require('./clock.cjs');
const { followClock } = require('./timers.cjs');
const { loadHandler } = require('./handler.cjs');
const { describe, namedError } = require('./errors.cjs');
const { patchConsole } = require('./console.cjs');
const { findLayers } = require('./layers.cjs');

const [hostname, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const nodeMajor = Number(process.versions.node.split('.')[0]);
const current = { requestId: undefined, settle: undefined };

function call(method, path, body, headers = {}) {
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        hostname,
        port,
        agent,
        method,
        path: path.startsWith('/') ? path : `/2018-06-01/runtime/${path}`,
        headers:
          body === undefined ? headers : { ...headers, 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) },
      },
      (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks).toString('utf8') }));
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

/** Reports an error, and exits if the Runtime API is gone. */
function reportError(path, error) {
  const described = describe(error);
  return call('POST', path, JSON.stringify(described), { 'Lambda-Runtime-Function-Error-Type': described.errorType }).catch(() =>
    process.exit(1),
  );
}

/** Writes the mark that ends the log lines of an event, with the memory use of the process. */
function endLog(requestId) {
  process.stdout.write(`\0${requestId} ${process.memoryUsage().rss}\n`);
}

function contextOf(headers) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const client = headers['lambda-runtime-client-context'];
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    clientContext: client === undefined ? undefined : JSON.parse(client),
    getRemainingTimeInMillis: () => Math.max(0, deadline - clock.machineTime()),
  };
}

/**
 * The handler's result as a promise, for promise-based handlers and for callbacks (which Lambda does not support on Node.js 24 and later).
 */
function run(handler, event, context) {
  return new Promise((resolve, reject) => {
    current.settle = () => resolve(null);
    if (nodeMajor >= 24) {
      Promise.resolve(handler(event, context)).then(resolve, reject);
      return;
    }
    const callback = (error, value) => {
      const settle = () => (error === undefined || error === null ? resolve(value) : reject(error));
      current.settle = settle;
      if (!context.callbackWaitsForEmptyEventLoop) {
        settle();
      }
    };
    context.done = callback;
    context.succeed = (value) => callback(null, value);
    context.fail = (error) => callback(error ?? 'handled');
    const returned = handler(event, context, callback);
    if (typeof returned?.then === 'function') {
      returned.then(resolve, reject);
    }
  });
}

async function serve(handler) {
  for (;;) {
    const next = await call('GET', 'invocation/next');
    const requestId = next.headers['lambda-runtime-aws-request-id'];
    current.requestId = requestId;
    clock.set(next.headers['sandbox-clock']);
    process.env._X_AMZN_TRACE_ID = next.headers['lambda-runtime-trace-id'];
    try {
      const result = await run(handler, JSON.parse(next.body), contextOf(next.headers));
      const body = stringify(result);
      endLog(requestId);
      await call('POST', `invocation/${requestId}/response`, body);
    } catch (error) {
      console.error('Invoke Error', JSON.stringify({ ...describe(error), trace: undefined, stack: describe(error).trace }));
      endLog(requestId);
      await reportError(`invocation/${requestId}/error`, error);
    }
    current.requestId = undefined;
    current.settle = undefined;
  }
}

function stringify(result) {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? 'null';
  } catch {
    throw namedError('Runtime.MarshalError', 'Unable to stringify response body as json');
  }
}

async function crash(error, exitCode) {
  console.error(error);
  if (current.requestId === undefined) {
    await reportError('init/error', error);
  } else {
    endLog(current.requestId);
    await reportError(`invocation/${current.requestId}/error`, error);
  }
  process.exit(exitCode);
}

process.on('uncaughtException', (error) => crash(error, 129));
process.on('unhandledRejection', (reason) => {
  const error = namedError('Runtime.UnhandledPromiseRejection', String(reason));
  error.stack = reason?.stack ?? error.stack;
  return crash(error, 128);
});
// The event loop is empty without a result: the event ends with the callback's value, or with null.
process.on('beforeExit', () => current.settle?.());
// The thread gets neither the function's Node.js options nor its environment.
new Worker(path.join(__dirname, 'lifeline.cjs'), { env: {}, execArgv: [] }).unref();

if (process.env.SANDBOX_CLOCK !== undefined) {
  clock.set(process.env.SANDBOX_CLOCK);
  followClock(clock, async (until) => clock.set((await call('POST', '/sandbox/wait', String(until))).headers['sandbox-clock']));
}
patchConsole(() => current.requestId);
findLayers(process.env.SANDBOX_LAYERS);
loadHandler(process.env.LAMBDA_TASK_ROOT, process.env._HANDLER, nodeMajor).then(serve, async (error) => {
  console.error(error);
  await reportError('init/error', error);
  process.exit(1);
});
