import { createServer, type ServerResponse } from 'node:http';
import { listen } from '../../process/loopback';
import { readBody } from '../../protocol/read-body';

/** The time of the sandbox's clock, in milliseconds since the epoch. */
export interface RuntimeClock {
  readonly now: number;
  readonly speed: number;
}

/** One event for an execution environment. */
export interface RuntimeEvent {
  readonly requestId: string;
  readonly functionArn: string;
  /** JSON. */
  readonly body: string;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  readonly traceId: string;
  /** @default - the function has this machine's time */
  readonly clock?: RuntimeClock;
}

/** The result of an event, or of a failed initialization. */
export type RuntimeResult =
  | { readonly kind: 'response'; readonly body: string }
  | { readonly kind: 'error'; readonly body: string }
  | { readonly kind: 'init error'; readonly body: string };

/**
 * The server side of Lambda's Runtime API for one execution environment (documented: "Using the Lambda runtime API for custom
 * runtimes"): `invocation/next` waits for an event, `response` and `error` end it, `init/error` reports that initialization failed.
 */
export interface RuntimeApi {
  /** `127.0.0.1:port`, for AWS_LAMBDA_RUNTIME_API. */
  readonly address: string;
  /** Resolves when the runtime requests its first event, or to the error if its initialization failed. */
  readonly started: Promise<RuntimeResult | undefined>;
  /** Delivers an event when the runtime requests one, and resolves to its result. */
  deliver(event: RuntimeEvent): Promise<RuntimeResult>;
  /** Resolves when the runtime requests an event. */
  idle(): Promise<void>;
  close(): void;
}

export interface RuntimeApiOptions {
  /**
   * Waits until a time of the sandbox's clock, in milliseconds since the epoch, because the function does nothing else. It rejects if the
   * signal is aborted: the function has ended. @default - the function is not on the clock
   */
  wait?(until: number, signal: AbortSignal): Promise<RuntimeClock>;
}

export async function openRuntimeApi({ wait }: RuntimeApiOptions = {}): Promise<RuntimeApi> {
  const started = deferred<RuntimeResult | undefined>();
  let waiting: ServerResponse | undefined;
  let event: RuntimeEvent | undefined;
  let delivered: RuntimeEvent | undefined;
  let becameIdle: (() => void) | undefined;
  let resolveResult: ((value: RuntimeResult) => void) | undefined;

  const handOver = () => {
    if (waiting === undefined || event === undefined) {
      return;
    }
    waiting.writeHead(200, {
      'Content-Type': 'application/json',
      'Lambda-Runtime-Aws-Request-Id': event.requestId,
      'Lambda-Runtime-Deadline-Ms': String(event.deadline),
      'Lambda-Runtime-Invoked-Function-Arn': event.functionArn,
      'Lambda-Runtime-Trace-Id': event.traceId,
      ...clockHeader(event.clock),
    });
    waiting.end(event.body);
    waiting = undefined;
    delivered = event;
    event = undefined;
  };

  const server = createServer(async (request, response) => {
    const path = (request.url ?? '').replace('/2018-06-01/runtime/', '');
    const body = (await readBody(request)).toString('utf8');
    if (request.method === 'GET' && path === 'invocation/next') {
      waiting = response;
      started.resolve(undefined);
      becameIdle?.();
      handOver();
      return;
    }
    if (path === WAIT && wait !== undefined) {
      const gone = new AbortController();
      response.once('close', () => gone.abort(new Error('The function has ended')));
      const clock = await wait(Number(body), gone.signal).catch(() => undefined);
      response.writeHead(200, clockHeader(clock)).end();
      return;
    }
    const [, requestId, kind] = /^invocation\/([^/]+)\/(response|error)$/.exec(path) ?? [];
    if (path === 'init/error') {
      started.resolve({ kind: 'init error', body });
    } else if (requestId === undefined || requestId !== delivered?.requestId) {
      sendError(response, requestId === undefined ? 'InvalidPath' : 'InvalidRequestID');
      return;
    } else {
      delivered = undefined;
      resolveResult?.({ kind: kind === 'error' ? 'error' : 'response', body });
    }
    response.writeHead(202, { 'Content-Type': 'application/json' }).end('{"status":"OK"}');
  });
  server.keepAliveTimeout = 0;
  const { origin, close } = await listen(server);

  return {
    address: new URL(origin).host,
    started: started.promise,
    deliver(next) {
      event = next;
      const result = new Promise<RuntimeResult>((resolve) => {
        resolveResult = resolve;
      });
      handOver();
      return result;
    },
    idle: () =>
      new Promise((resolve) => {
        becameIdle = resolve;
        if (waiting !== undefined) {
          resolve();
        }
      }),
    close: () => void close(),
  };
}

/** Not part of Lambda's API: a function that is on the sandbox's clock waits for a time of it. */
const WAIT = '/sandbox/wait';

function clockHeader(clock: RuntimeClock | undefined): Record<string, string> {
  return clock === undefined ? {} : { 'Sandbox-Clock': `${clock.now} ${clock.speed}` };
}

function sendError(response: ServerResponse, errorType: string): void {
  response.writeHead(400, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify({ errorType, errorMessage: 'This path or request ID does not exist in the Runtime API' }));
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
}

export function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
