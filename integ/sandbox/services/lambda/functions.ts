import { randomBytes, randomUUID } from 'node:crypto';
import { LeftOut, rejectNothing } from '../../assembly/errors';
import type { Assembly, Clock, Endpoint, Functions, Invocation, Json, LogSink, Metrics, Network, Resource } from '../../contracts';
import type { Hosts } from '../../process/hosts';
import { NO_METRICS } from '../../process/no-metrics';
import { reportOnce } from '../../process/once';
import { type AsynchronousParts, untilDone } from './asynchronous';
import { type FunctionConfiguration, findFunction, functionArnOf, readFunction } from './configuration';
import { checkDeadLetters } from './dead-letters';
import { type EgressPort, openEgress } from './egress';
import { launch } from './environment';
import { type EventSource, openEventSources } from './event-sources/index';
import { concurrencyOf } from './event-sources/mapping';
import { openLogs } from './function-logs';
import { KmsAccessDenied } from './kms-access-denied';
import { lambdaService } from './lambda-service';
import { invokedAgain, type Lineage, lineageField } from './lineage';
import { measuredInvocations } from './metrics';
import { type AccountConcurrency, createPool, type Pool } from './pool';
import { isPython, programOf } from './programs';
import { openVpc } from './vpc';
import { createWorkspace } from './workspace';

export interface FunctionsOptions {
  readonly assembly: Assembly;
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  readonly logs: LogSink;
  /** @default none */
  readonly metrics?: Metrics;
  /** The node binary of a runtime name such as `nodejs24.x`. */
  node(runtime: string): Promise<string>;
  /** The Python binary of a runtime name such as `python3.12`. */
  python?(runtime: string): Promise<string>;
  /** A `node_modules` folder with packages of the AWS SDK that functions import, beside those of this repository. */
  readonly sdk?: string;
  /** The program that gives functions with layers an /opt of their own, where this machine allows it. */
  readonly bwrap?: string;
  /** The network that functions in a VPC ask before they connect. */
  network?(): Network;
  /** Reports problems that do not stop the start. @default standard error */
  report?(line: string): void;
  /** Hosts outside this machine that functions may call, each with the origin that receives the requests. */
  readonly hosts?: Hosts;
  /** Handles a function or a mapping that AWS would reject; by default the start fails. */
  reject?(resource: Resource, reason: Error): void;
  /** Functions whose `Date` and timers follow the clock. @default none */
  functionsOnClock?(resource: Resource): boolean;
  /** The account's limit of concurrent events. @default 1000, as on AWS */
  readonly concurrency?: number;
  /**
   * Processes of one function on this machine; further events wait for one.
   *
   * @default the concurrency of its mappings or its reserved concurrency, from 4 to 10
   */
  readonly processes?: number;
}

const PROCESSES = { minimum: 4, maximum: 10 };
const WRITE_LOGS = ['logs:CreateLogStream', 'logs:PutLogEvents'];

/** Starts the functions of an assembly, and Invoke at the endpoint. A process starts with its first event. */
export async function startFunctions(options: FunctionsOptions): Promise<Functions> {
  const { assembly, endpoint, clock, logs, report = (line: string) => process.stderr.write(`${line}\n`) } = options;
  const reject = options.reject ?? rejectNothing;
  for (const [resource, configuration] of readable(assembly)) {
    if (configuration.runsOn !== configuration.runtime) report(olderRuntime(configuration));
    try {
      checkDeadLetters(configuration, endpoint);
    } catch (error) {
      reject(resource, error as Error);
    }
  }
  const egress = await openEgress(
    endpoint.url,
    readable(assembly).some(([, { runsOn }]) => isPython(runsOn)),
  );
  const mapped = new Map([...(options.hosts ?? [])].map(([from, to]) => [new URL(from).hostname, to]));
  for (const [host, origin] of mapped) egress.forward(host, origin);
  const workspace = createWorkspace(assembly, report, { sdk: options.sdk });
  const authority = egress.tls && workspace.write('authority.pem', egress.tls.certificateAuthority);
  const account: AccountConcurrency = { limit: options.concurrency ?? 1000, inFlight: 0 };
  const measured = measuredInvocations(options.metrics ?? NO_METRICS, account);
  const running = new Map<string, { readonly configuration: FunctionConfiguration; readonly pool: Pool }>();
  /** Functions whose log lines are dropped. */
  const silent = new Set<string>();
  /** The ways out of functions in a VPC, by function. */
  const vpcs = new Map<string, Promise<readonly EgressPort[]>>();
  let environments = 0;
  const once = reportOnce(report);
  const reported = (line: string) => once([line], line);
  const closing = new AbortController();
  let sources: EventSource[] = [];

  const arnOf = (nameOrArn: string) => functionArnOf(assembly, nameOrArn);

  function started(nameOrArn: string) {
    const arn = arnOf(nameOrArn);
    const known = running.get(arn);
    if (known !== undefined) {
      return known;
    }
    const resource = findFunction(assembly, arn);
    if (resource === undefined) {
      return undefined;
    }
    const configuration = assembly.read(resource, readFunction);
    const pool = createPool({
      launch: () => environment(configuration, options.functionsOnClock?.(resource) ?? false),
      isFresh: ({ freshUntil }) => Date.now() < freshUntil,
      account,
      reserved: configuration.reservedConcurrency,
      processes: processesFor(configuration),
    });
    const entry = { configuration, pool };
    running.set(arn, entry);
    return entry;
  }

  function processesFor({ name, arn, reservedConcurrency }: FunctionConfiguration): number {
    const concurrency = Math.max(reservedConcurrency ?? 0, concurrencyOf(assembly, arn));
    const processes = options.processes ?? Math.min(PROCESSES.maximum, Math.max(PROCESSES.minimum, concurrency));
    if (concurrency > processes) {
      report(`${name}: its concurrency is ${concurrency}; on this machine ${processes} events run at a time, and others wait`);
    }
    return processes;
  }

  async function environment(configuration: FunctionConfiguration, isOnClock: boolean) {
    decryptVariables(configuration);
    const layers = workspace.layers(configuration);
    const way = await wayOut(configuration);
    return launch({
      configuration,
      program: programOf({
        configuration,
        executable: await executableOf(configuration),
        modules: workspace.modules,
        temporary: workspace.temporary,
        layers,
        authority,
        bwrap: options.bwrap,
      }),
      taskRoot: workspace.taskRoot(configuration),
      temporary: workspace.temporary,
      region: assembly.region,
      endpointUrl: way === egress ? endpoint.url : way.url,
      egress: way,
      hosts: [...mapped.keys()],
      // Documented: "Using source function ARN to control function access behavior", for requests from within the environment.
      credentials: endpoint.assumeAsService(configuration.roleArn, 'lambda.amazonaws.com', configuration.name, undefined, {
        'lambda:SourceFunctionArn': configuration.arn,
      }),
      logs: openLogs(configuration, writableLogs(configuration), clock),
      run: workspace.run,
      clock: isOnClock ? clock : undefined,
    });
  }

  /** Where the connections of a new environment start: in one of the subnets of its VPC, or outside. */
  async function wayOut(configuration: FunctionConfiguration): Promise<EgressPort> {
    const { network } = options;
    if (configuration.vpc === undefined || network === undefined) return egress;
    const known =
      vpcs.get(configuration.arn) ??
      openVpc({ assembly, egress, hosts: options.hosts ?? new Map(), network, report: reported }, configuration);
    vpcs.set(configuration.arn, known);
    const ways = await known.catch((error: Error): readonly EgressPort[] => {
      reported(`${configuration.id}: its connections are not checked: ${error.message}`);
      return [egress];
    });
    environments += 1;
    return ways[environments % ways.length];
  }

  async function executableOf({ runsOn }: FunctionConfiguration): Promise<string> {
    if (!isPython(runsOn)) return options.node(runsOn);
    if (options.python === undefined) throw new Error(`There is no program for ${runsOn}`);
    return options.python(runsOn);
  }

  /**
   * Documented: "Securing Lambda environment variables". Lambda decrypts them with the role when an environment starts. The encryption
   * context is the function, and lambda:SourceFunctionArn is not set ("Using source function ARN to control function access behavior").
   */
  function decryptVariables({ arn, roleArn, environment, environmentKeyArn: resource }: FunctionConfiguration): void {
    if (resource === undefined || Object.keys(environment).length === 0) return;
    const context = { 'kms:EncryptionContext:aws:lambda:FunctionArn': arn };
    const denied = endpoint.denial({ roleArn }, { action: 'kms:Decrypt', resource, context });
    if (denied !== undefined) throw new KmsAccessDenied(denied);
  }

  /**
   * The log sink, or one that drops the lines if the role may not write them (documented: "View CloudWatch logs", required permissions).
   */
  function writableLogs({ name, roleArn, logGroup }: FunctionConfiguration): Pick<LogSink, 'write'> {
    const resource = `arn:${assembly.partition}:logs:${assembly.region}:${assembly.account}:log-group:${logGroup}:log-stream:*`;
    const denied = WRITE_LOGS.find((action) => endpoint.denial({ roleArn }, { action, resource, context: {} }) !== undefined);
    if (denied === undefined) {
      return logs;
    }
    if (!silent.has(name)) {
      silent.add(name);
      report(`${name}: its log lines are dropped, because ${roleArn} is not allowed ${denied} on ${resource}`);
    }
    return { write: () => undefined };
  }

  async function invoke(functionArn: string, event: Json): Promise<Invocation> {
    const target = started(functionArn);
    if (target === undefined) {
      const why = assembly.whyLeftOut(arnOf(functionArn));
      throw why === undefined ? new Error(`${functionArn} is not a function of this assembly`) : new LeftOut(why);
    }
    const lineage = invokedAgain(event, target.configuration.arn, target.configuration.allowsLoops);
    const requestId = randomUUID();
    const { configuration, pool } = target;
    const run = () => pool.run({ requestId, functionArn, body: JSON.stringify(event), traceId: traceId(clock, lineage) });
    const outcome = await measured(configuration.name, run);
    return {
      requestId,
      payload: JSON.parse(outcome.body) as Json,
      ...(outcome.failed ? { functionError: 'Unhandled' as const } : {}),
      milliseconds: outcome.milliseconds,
    };
  }

  const asynchronous: AsynchronousParts = {
    ...{ assembly, endpoint, clock, invoke, signal: closing.signal },
    invokeLater: (functionArn, event) => functions.invokeLater(functionArn, event),
    configurationOf: (functionArn) => started(functionArn)?.configuration,
  };
  const functions: Functions = {
    invoke,
    invokeLater(functionArn, event) {
      untilDone(asynchronous, functionArn, event).catch((error: unknown) => {
        if (!closing.signal.aborted) {
          report(`${functionArn}: ${error instanceof Error ? error.message : String(error)}`);
        }
      });
    },
    async startEventSources() {
      sources = await openEventSources({ assembly, endpoint, clock, invoke, report, reject: options.reject });
    },
    async pauseEventSources(functionArn, queueUrl) {
      const isPaused = (source: EventSource) =>
        source.functionArn === arnOf(functionArn) && (queueUrl ?? source.queueUrl) === source.queueUrl;
      await Promise.all(sources.filter(isPaused).map((source) => source.pause()));
    },
    resumeEventSources(functionArn) {
      for (const source of sources.filter((one) => one.functionArn === arnOf(functionArn))) {
        source.resume();
      }
    },
    forward: egress.forward,
    egress,
    get inFlight() {
      return account.inFlight;
    },
    get waiting() {
      let waiting = 0;
      for (const { pool } of running.values()) waiting += pool.waiting;
      return waiting;
    },
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
  endpoint.register(lambdaService({ functions, logs, arnOf, find: (name) => started(name)?.configuration }));
  return functions;
}

/** Documented: "Lambda runtimes", deprecation; up to nodejs16.x the runtime had the AWS SDK for JavaScript v2. */
function olderRuntime({ id, runtime, runsOn }: FunctionConfiguration): string {
  const sdk = /nodejs1[0-6]/.test(runtime) ? ', without the AWS SDK v2 of that runtime' : '';
  return `${id}: AWS has deprecated ${runtime}: the function runs on ${runsOn}${sdk}`;
}

/** Documented: "AWS X-Ray concepts", tracing header. The sandbox records no traces, so nothing is sampled. */
function traceId(clock: Clock, lineage: Lineage): string {
  const seconds = Math.floor(clock.now() / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=0;${lineageField(lineage)}`;
}

/** The functions that the sandbox can run; the others return the reason for each event. */
function readable(assembly: Assembly): [Resource, FunctionConfiguration][] {
  return assembly.ofType('AWS::Lambda::Function').flatMap((resource): [Resource, FunctionConfiguration][] => {
    try {
      return [[resource, assembly.read(resource, readFunction)]];
    } catch {
      return [];
    }
  });
}
