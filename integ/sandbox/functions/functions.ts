import { randomBytes, randomUUID } from 'node:crypto';
import type { Assembly, Clock, Door, Functions, Invocation, Json, LogSink } from '../contracts';
import { type FunctionConfiguration, readFunction } from './configuration';
import { openEgress } from './egress';
import { launch } from './environment';
import { type EventSource, openEventSources } from './event-sources';
import { openLogs } from './function-logs';
import { lambdaService } from './lambda-service';
import { type AccountConcurrency, createPool, type Pool, TooManyRequests } from './pool';
import { createWorkspace } from './workspace';

export interface FunctionsOptions {
  readonly assembly: Assembly;
  readonly door: Door;
  readonly clock: Clock;
  readonly logs: LogSink;
  /** The node binary of a runtime name such as `nodejs24.x`. */
  node(runtime: string): Promise<string>;
  /** Problems of event source mappings, for people; standard error by default. */
  say?(line: string): void;
  /** Events under way in the account, by AWS's default. @default 1000 */
  readonly concurrency?: number;
  /** Processes for one function on this machine; further events wait for one. @default 4 */
  readonly processes?: number;
}

/** Documented: "Error handling for asynchronous invocation": twice more, after one minute and after two. */
const RETRIES = [60_000, 120_000];
const THROTTLED_WAIT = { first: 1000, longest: 300_000 };

/** The functions of an assembly, and Lambda's Invoke at the door. Nothing is started until an event comes. */
export async function startFunctions(options: FunctionsOptions): Promise<Functions> {
  const { assembly, door, clock, logs, say = (line: string) => process.stderr.write(`${line}\n`) } = options;
  const egress = await openEgress(door.url);
  const workspace = createWorkspace(assembly, say);
  const account: AccountConcurrency = { limit: options.concurrency ?? 1000, inFlight: 0 };
  const running = new Map<string, { readonly configuration: FunctionConfiguration; readonly pool: Pool }>();
  const closing = new AbortController();
  let sources: EventSource[] = [];

  /** `…:function:name` of a name, a partial ARN, or an ARN with a version or an alias. */
  function arnOf(nameOrArn: string): string {
    const parts = nameOrArn.split(':');
    const name = (nameOrArn.startsWith('arn:') ? parts[6] : parts.length > 2 ? parts[2] : parts[0]) ?? nameOrArn;
    return `arn:${assembly.partition}:lambda:${assembly.region}:${assembly.account}:function:${name}`;
  }

  function started(nameOrArn: string) {
    const arn = arnOf(nameOrArn);
    const known = running.get(arn);
    if (known !== undefined) {
      return known;
    }
    const resource = assembly.byArn(arn);
    if (resource?.type !== 'AWS::Lambda::Function') {
      return undefined;
    }
    const configuration = readFunction(assembly, resource);
    const pool = createPool({
      launch: () => environment(configuration),
      isFresh: ({ expiration }) => expiration - Date.now() > configuration.timeoutSeconds * 1000 + 60_000,
      account,
      reserved: configuration.reservedConcurrency,
      processes: options.processes ?? 4,
    });
    const entry = { configuration, pool };
    running.set(arn, entry);
    return entry;
  }

  async function environment(configuration: FunctionConfiguration) {
    return launch({
      configuration,
      node: await options.node(configuration.runtime),
      taskRoot: workspace.taskRoot(configuration),
      modules: workspace.modules,
      temporary: workspace.temporary,
      region: assembly.region,
      doorUrl: door.url,
      egressUrl: egress.url,
      credentials: door.assumeAsService(configuration.roleArn, 'lambda.amazonaws.com', configuration.name),
      logs: openLogs(configuration, logs, clock),
      run: workspace.run,
    });
  }

  async function invoke(functionArn: string, event: Json): Promise<Invocation> {
    const target = started(functionArn);
    if (target === undefined) {
      throw new Error(`${functionArn} is not a function of this assembly`);
    }
    const requestId = randomUUID();
    const outcome = await target.pool.run({ requestId, functionArn, body: JSON.stringify(event), traceId: traceId(clock) });
    return {
      requestId,
      payload: JSON.parse(outcome.body) as Json,
      ...(outcome.failed ? { functionError: 'Unhandled' as const } : {}),
      milliseconds: outcome.milliseconds,
    };
  }

  async function untilDone(functionArn: string, event: Json): Promise<void> {
    let failures = 0;
    let wait = THROTTLED_WAIT.first;
    while (!closing.signal.aborted) {
      try {
        const invocation = await invoke(functionArn, event);
        const pause = RETRIES[failures];
        if (invocation.functionError === undefined || pause === undefined) {
          return;
        }
        failures += 1;
        await clock.sleep(pause, closing.signal);
      } catch (error) {
        if (!(error instanceof TooManyRequests)) {
          throw error;
        }
        await clock.sleep(wait, closing.signal);
        wait = Math.min(THROTTLED_WAIT.longest, wait * 2);
      }
    }
  }

  const functions: Functions = {
    invoke,
    invokeLater(functionArn, event) {
      untilDone(functionArn, event).catch((error: unknown) => {
        if (!closing.signal.aborted) {
          say(`${functionArn}: ${error instanceof Error ? error.message : String(error)}`);
        }
      });
    },
    async startEventSources() {
      sources = await openEventSources({ assembly, door, clock, invoke, say, find: (arn) => started(arn)?.configuration });
    },
    async pauseEventSources(functionArn) {
      await Promise.all(sources.filter((source) => source.functionArn === arnOf(functionArn)).map((source) => source.pause()));
    },
    resumeEventSources(functionArn) {
      for (const source of sources.filter((one) => one.functionArn === arnOf(functionArn))) {
        source.resume();
      }
    },
    forward: egress.forward,
    kill: (functionArn) => running.get(arnOf(functionArn))?.pool.kill() ?? 0,
    async close() {
      closing.abort(new Error('The sandbox is closing'));
      const polls = sources.map((source) => source.close());
      await Promise.all([...running.values()].map(({ pool }) => pool.close()));
      await Promise.all(polls);
      await egress.close();
      workspace.remove();
    },
  };
  door.register(lambdaService({ functions, logs, arnOf, find: (name) => started(name)?.configuration }));
  return functions;
}

/** Documented: "AWS X-Ray concepts", tracing header; nothing is traced here, so nothing is sampled. */
function traceId(clock: Clock): string {
  const seconds = Math.floor(clock.now() / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
}
