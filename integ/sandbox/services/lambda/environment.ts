import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Clock, Credentials } from '../../contracts';
import { startOf } from '../../process/process-identity';
import { endGroup, type Run } from '../../process/runs';
import type { FunctionConfiguration } from './configuration';
import type { EgressPort } from './egress';
import type { FunctionLogs, Report } from './function-logs';
import { type Program, paths } from './programs';
import { deferred, openRuntimeApi, type RuntimeEvent, type RuntimeResult } from './runtime-api';

/** Documented: "Understanding the Lambda execution environment lifecycle": the Init phase is limited to 10 seconds. */
const INIT_TIMEOUT_MS = 10_000;
const RESPONSE_LIMIT = 6 * 1024 * 1024;

export interface EnvironmentOptions {
  readonly configuration: FunctionConfiguration;
  readonly program: Program;
  readonly taskRoot: string;
  readonly temporary: string;
  readonly region: string;
  readonly endpointUrl: string;
  readonly egress: EgressPort;
  /** Hosts outside this machine that the function may call. */
  readonly hosts: readonly string[];
  readonly credentials: Credentials;
  readonly logs: FunctionLogs;
  readonly run: Run;
  /** The clock of its `Date` and of its timers. @default - this machine's */
  readonly clock?: Clock;
}

/** The result of an event. */
export interface Outcome {
  /** JSON. */
  readonly body: string;
  readonly failed: boolean;
  readonly milliseconds: number;
}

/** One execution environment: a process that has loaded the function and handles one event at a time. */
export interface Environment {
  /**
   * Until when it may handle another event, in this machine's time: its credentials must be valid until the event ends. With a fast clock
   * credentials may be short-lived, so it is always used for at least half of their lifetime.
   */
  readonly freshUntil: number;
  readonly alive: boolean;
  /** Whether its event does nothing but wait for a time of the sandbox's clock. */
  readonly waiting: boolean;
  run(event: Omit<RuntimeEvent, 'deadline' | 'clock'>): Promise<Outcome>;
  /** Resolves to true when it can handle another event, or to false when it has ended. */
  ready(): Promise<boolean>;
  kill(): void;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
}

type Ending = { readonly kind: 'exit'; readonly reason: string } | { readonly kind: 'timeout' };

export async function launch(options: EnvironmentOptions): Promise<Environment> {
  const { configuration, logs } = options;
  const limit = configuration.timeoutSeconds * 1000;
  const expiration = options.credentials.expiration ?? Number.MAX_SAFE_INTEGER;
  const { clock } = options;
  let waiting = false;
  const wait = async (until: number, signal: AbortSignal) => {
    if (clock === undefined) throw new Error(`${configuration.name} is not on the clock`);
    waiting = true;
    try {
      await clock.sleep(until - clock.now(), signal);
    } finally {
      waiting = false;
    }
    return timeOf(clock);
  };
  const api = await openRuntimeApi({ wait });
  const launched = performance.now();
  const [file, ...words] = options.program.words;
  const child = spawn(file, words, {
    ...{ cwd: options.taskRoot, env: variables(options, api.address), stdio: ['ignore', 'pipe', 'pipe', 'pipe'], detached: true },
  });
  // The fourth stream closes when this process ends (runtime/lifeline.cjs, runtime/python/bootstrap.py). Nothing is written to it.
  const [, output, errors, lifeline] = child.stdio;
  lifeline?.on('error', () => undefined);
  for (const stream of [output, errors]) {
    logs.read(stream as Readable);
  }
  const { pid } = child;
  if (pid !== undefined) {
    options.run.addProcess(`function ${configuration.name}`, { pid, started: startOf(pid) ?? '' });
    child.once('exit', () => {
      // Also ends the processes that the function started.
      endGroup(pid);
      options.run.removeProcess(pid);
    });
  }
  let alive = true;
  let initMilliseconds: number | undefined;
  const ended = ending(child, options.program.wrapped);
  void ended.promise.then(() => {
    alive = false;
    api.close();
  });
  const kill = () => {
    alive = false;
    if (pid !== undefined && child.exitCode === null && child.signalCode === null) {
      endGroup(pid);
    }
  };

  async function resultOf(event: Omit<RuntimeEvent, 'deadline' | 'clock'>): Promise<{ result: RuntimeResult | Ending; since: number }> {
    const first = initMilliseconds === undefined;
    const failure = await ended.or(api.started, INIT_TIMEOUT_MS + limit);
    initMilliseconds = first ? round(performance.now() - launched) : 0;
    const since = performance.now();
    logs.start(event.requestId);
    if (failure !== undefined) {
      return { result: failure, since };
    }
    const time = clock && timeOf(clock);
    return { result: await ended.or(api.deliver({ ...event, deadline: Date.now() + limit, clock: time }), limit), since };
  }

  return {
    freshUntil: expiration - Math.min(limit + 60_000, (expiration - Date.now()) / 2),
    get alive() {
      return alive;
    },
    get waiting() {
      return waiting;
    },
    ended: ended.promise.then(() => undefined),
    kill,
    async ready() {
      await ended.or(api.idle(), INIT_TIMEOUT_MS);
      return alive;
    },
    async run(event) {
      const drained = logs.drained(event.requestId);
      const { result, since } = await resultOf(event);
      const milliseconds = performance.now() - since;
      if (result.kind === 'timeout' || result.kind === 'init error') {
        kill();
      } else if (result.kind !== 'exit') {
        await ended.or(drained, INIT_TIMEOUT_MS);
      }
      const outcome = outcomeOf(result, event.requestId, configuration.timeoutSeconds);
      if (result.kind === 'timeout') {
        logs.line(`${new Date().toISOString()} ${event.requestId} ${timedOut(configuration.timeoutSeconds)}`);
      }
      logs.end(event.requestId, { milliseconds, ...(initMilliseconds ? { initMilliseconds } : {}), ...outcome.report });
      return { body: outcome.body, failed: outcome.failed, milliseconds };
    },
  };
}

const timeOf = (clock: Clock) => ({ now: clock.now(), speed: clock.speed });

const timedOut = (seconds: number) => `Task timed out after ${seconds.toFixed(2)} seconds`;

function outcomeOf(
  result: RuntimeResult | Ending,
  requestId: string,
  timeoutSeconds: number,
): { body: string; failed: boolean; report: Pick<Report, 'status' | 'errorType'> } {
  const failed = (errorType: string, errorMessage: string, status: 'timeout' | 'error') => ({
    body: JSON.stringify({ errorType, errorMessage }),
    failed: true,
    report: { status, ...(status === 'error' ? { errorType } : {}) },
  });
  switch (result.kind) {
    case 'response':
      return Buffer.byteLength(result.body) > RESPONSE_LIMIT
        ? failed(
            'Function.ResponseSizeTooLarge',
            `Response payload size exceeded maximum allowed payload size (${RESPONSE_LIMIT} bytes).`,
            'error',
          )
        : { body: result.body, failed: false, report: {} };
    case 'timeout':
      return failed('Sandbox.Timedout', `RequestId: ${requestId} Error: ${timedOut(timeoutSeconds)}`, 'timeout');
    case 'exit':
      return failed('Runtime.ExitError', `RequestId: ${requestId} Error: Runtime exited with error: ${result.reason}`, 'error');
    case 'init error':
      return { body: result.body, failed: true, report: { status: 'error', errorType: 'Runtime.InitError' } };
    case 'error':
      return { body: result.body, failed: true, report: {} };
  }
}

/** Resolves when a process ends; `or` races its end and a timeout against another promise. */
function ending(
  child: ChildProcess,
  wrapped: boolean,
): {
  readonly promise: Promise<Ending>;
  or<T>(other: Promise<T>, milliseconds: number): Promise<T | Ending>;
} {
  const waiting = new Set<(end: Ending) => void>();
  const end = deferred<Ending>();
  let last: Ending | undefined;
  const finish = (reason: string) => {
    last ??= { kind: 'exit', reason };
    end.resolve(last);
    for (const wake of waiting) {
      wake(last);
    }
  };
  child.once('error', (error) => finish(error.message));
  child.once('close', (code, signal) => finish(reasonOf(code, signal, wrapped)));
  // A child process of the function may keep the streams open, so `close` may come late.
  child.once('exit', (code, signal) => setTimeout(() => finish(reasonOf(code, signal, wrapped)), 200));
  return {
    promise: end.promise,
    or: (other, milliseconds) =>
      new Promise((resolve, reject) => {
        const done = <V>(settle: (value: V) => void, value: V) => {
          clearTimeout(timer);
          waiting.delete(wake);
          settle(value);
        };
        const wake = (ended: Ending) => done(resolve, ended);
        const timer = setTimeout(() => done(resolve, { kind: 'timeout' }), milliseconds);
        waiting.add(wake);
        other.then(
          (value) => done(resolve, value),
          (error) => done(reject, error),
        );
        if (last !== undefined) {
          wake(last);
        }
      }),
  };
}

/** bubblewrap ends with 128 and the number of the signal that ended its child. */
function reasonOf(code: number | null, ended: NodeJS.Signals | null, wrapped: boolean): string {
  const number = wrapped && code !== null ? code - 128 : 0;
  const signal = ended ?? (Object.keys(constants.signals) as NodeJS.Signals[]).find((name) => constants.signals[name] === number) ?? null;
  const signals: Partial<Record<NodeJS.Signals, string>> = { SIGKILL: 'killed', SIGABRT: 'aborted', SIGSEGV: 'segmentation fault' };
  return signal === null ? `exit status ${code}` : `signal: ${signals[signal] ?? signal.toLowerCase()}`;
}

const round = (milliseconds: number) => Number(milliseconds.toFixed(2));

/** Documented: "Defined runtime environment variables". Of this machine's own environment a function gets only PATH. */
function variables(options: EnvironmentOptions, runtimeApi: string): NodeJS.ProcessEnv {
  const { configuration, credentials, region, clock } = options;
  const { layers } = options.program;
  return {
    ...configuration.environment,
    PATH: paths([layers && join(layers, 'bin'), process.env.PATH]),
    LD_LIBRARY_PATH: paths([layers && join(layers, 'lib'), configuration.environment.LD_LIBRARY_PATH]),
    TMPDIR: options.temporary,
    TZ: configuration.environment.TZ ?? ':UTC',
    LANG: 'en_US.UTF-8',
    ...options.program.variables,
    SANDBOX_LAYERS: layers,
    SANDBOX_EGRESS: options.egress.url,
    SANDBOX_EGRESS_TLS: options.egress.tls?.url,
    SANDBOX_HOSTS: options.hosts.join(','),
    SANDBOX_CLOCK: clock && `${clock.now()} ${clock.speed}`,
    AWS_ENDPOINT_URL: options.endpointUrl,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: configuration.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: configuration.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: options.logs.stream,
    AWS_LAMBDA_LOG_FORMAT: configuration.logFormat,
    AWS_LAMBDA_LOG_LEVEL: configuration.applicationLogLevel,
    AWS_LAMBDA_RUNTIME_API: runtimeApi,
    LAMBDA_TASK_ROOT: options.taskRoot,
    LAMBDA_RUNTIME_DIR: join(__dirname, 'runtime'),
    _HANDLER: configuration.handler,
  };
}
