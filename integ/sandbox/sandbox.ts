import { knowledge as graph, loadAssembly } from './assembly';
import { createClock } from './clock';
import { closing } from './closing';
import type { Assembly, Clock, Engines, Ledger, Sandbox, SandboxOptions, TypeKnowledge } from './contracts';
import { knowledge as identities, type KeyFindings, keyFindings, openDoor } from './door';
import {
  installEngines,
  nodeRuntime,
  provision,
  problemsOf as queueProblems,
  startEngines,
  knowledge as stores,
  sweepExpired,
} from './engines';
import { knowledge as compute, createLogSink, problemsOf as functionProblems, runCustomResources, startFunctions } from './functions';
import {
  problemsOfAccount as accountProblems,
  problemsOf as apiProblems,
  knowledge as apis,
  openControlPlane,
  startGateway,
} from './gateway';
import { assess, knowledge as others } from './ledger';
import { sayOnce } from './once';
import { knowledge as accounts, startUsers, problemsOf as userProblems } from './users';
import { startWorkflows, knowledge as workflows } from './workflow';

/** What all boxes together know. */
export const knowledge: readonly TypeKnowledge[] = [
  ...graph,
  ...stores,
  ...identities,
  ...apis,
  ...compute,
  ...accounts,
  ...workflows,
  ...others,
];

/** Ten minutes of the system's time. */
const EXPIRY_INTERVAL = 600_000;

/**
 * Runs a cloud assembly on this machine until it is closed, or the process is told to end; then nothing of it is left.
 *
 * Throws an `AssemblyError` when there is no assembly to read, and an error that names everything that cannot be run faithfully;
 * nothing was started then.
 */
export async function startSandbox(directory: string, options: SandboxOptions = {}): Promise<Sandbox> {
  const say = options.say ?? (() => {});
  const clock = createClock(options.speed ?? 1);
  const assembly = loadAssembly(directory, knowledge);
  const ledger = assess(assembly, knowledge);
  const strict = options.strict ?? false;
  const leftOut = sayOnce((line) => say(`left out: ${line}`));
  const { without, failing, undecided } = refuse(assembly, ledger, { strict, freshAccount: options.freshAccount ?? false });
  for (const problem of without) {
    leftOut([problem], problem);
  }
  say(`${count(assembly.resources.length, 'resource')} of ${count(assembly.stacks.length, 'stack')} loaded`);
  for (const line of missing(ledger, assembly.madeUp())) {
    say(line);
  }
  for (const line of failing) {
    say(`will fail: ${line}`);
  }
  for (const line of undecided) {
    say(`not decided: ${line}`);
  }

  const running = closing();
  const node = runtimes(say);
  try {
    // A runtime that has to be fetched is fetched while the engines start.
    const programs = Promise.allSettled(runtimesOf(assembly).map(node));
    const engines = await running.add(await startEngines(await installEngines(say), say));
    await programs;
    const door = await running.add(await openDoor({ assembly, engines, clock }));
    const sayDenial = sayOnce(say);
    door.onDenial(({ principal, check, message }) => sayDenial([principal, check.action, check.resource], `denied: ${message}`));
    await provision(assembly, engines, clock);
    say('tables, queues and buckets are made');
    const logs = createLogSink();
    logs.onLine(options.onLog ?? (() => {}));
    const usage = openControlPlane({ assembly, door, clock });
    const functions = await running.add(await startFunctions({ assembly, door, clock, logs, node, say }));
    const users = await running.add(await startUsers({ assembly, engines, door, functions }));
    await running.add(await startWorkflows({ assembly, door, functions, clock, say }));
    await runCustomResources({
      assembly,
      functions,
      clock,
      select: options.customResources ?? ((resource) => !resource.type.startsWith('Custom::DeployAssert@')),
      keepGoing: !strict,
      done: ({ resource, status, reason, milliseconds }) =>
        say(
          `${resource.type} ${resource.logicalId} ${status === 'SUCCESS' ? `has run in ${(milliseconds / 1_000).toFixed(1)} s` : `failed: ${brief(reason)}`}`,
        ),
    });
    const gateway = await running.add(
      await startGateway({
        assembly,
        door,
        functions,
        usage,
        clock,
        logs,
        accessLog: options.accessLog,
        say,
        leftOut: (problem) => leftOut([problem], problem),
      }),
    );
    await functions.startEventSources();
    await running.add(expiry(assembly, engines, clock, say));
    say('APIs and event sources are up');
    return { assembly, ledger, clock, engines, door, logs, functions, users, gateway, close: running.close };
  } catch (error) {
    await running.close();
    throw error;
  }
}

/** Removes what is past its time to live again and again. AWS promises a few days; the engines' own sweeper does not know this clock. */
function expiry(assembly: Assembly, engines: Engines, clock: Clock, say: (line: string) => void): { close(): Promise<void> } {
  const stop = new AbortController();
  const sweeping = (async () => {
    while (!stop.signal.aborted) {
      await clock.sleep(EXPIRY_INTERVAL, stop.signal).catch(() => undefined);
      if (!stop.signal.aborted) {
        await sweepExpired(assembly, engines, clock).catch((error: Error) => say(`Items past their time to live stay: ${error.message}`));
      }
    }
  })();
  return {
    async close() {
      stop.abort();
      await sweeping;
    },
  };
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** The start of a message, on one line. */
function brief(message = ''): string {
  const line = message.replace(/\\n|\s+/g, ' ');
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}

/** Programs by runtime name, each looked up once. */
function runtimes(say: (line: string) => void): (runtime: string) => Promise<string> {
  const found = new Map<string, Promise<string>>();
  return (runtime) => {
    const program = found.get(runtime) ?? nodeRuntime(runtime, say);
    found.set(runtime, program);
    return program;
  };
}

/** The Node.js runtimes that functions of an assembly name; others are refused when such a function is invoked. */
function runtimesOf(assembly: Assembly): string[] {
  const names = assembly
    .ofType('AWS::Lambda::Function')
    .map((resource) => String(assembly.resolve(resource.stack, resource.properties.Runtime ?? '')));
  return [...new Set(names)].filter((name) => name.startsWith('nodejs'));
}

/**
 * Throws everything that stops a start at once: what is not understood of what would run, and values that CloudFormation could not deploy;
 * with `strict` also types that are not understood, what would be left out, and what would fail at each use. Returns what is reported of an assembly that starts.
 */
function refuse(assembly: Assembly, ledger: Ledger, { strict, freshAccount }: { strict: boolean; freshAccount: boolean }): Remarks {
  const unknown = new Set(
    ledger.entries.filter((entry) => !entry.understood).map(({ resource }) => `${resource.type} is not understood (${resource.id})`),
  );
  const understood = ledger.problems.filter((problem) => strict || !unknown.has(problem));
  // An expression without a value is told by the ledger; who reads values would stop at it.
  const values = (read: (from: Assembly) => string[]) => attempt(() => read(assembly), [], ledger.problems.length > 0);
  const without = [...values(apiProblems), ...values(functionProblems), ...values(userProblems)];
  const { rejected, failing, undecided } = attempt(() => keyFindings(assembly), NOTHING_FOUND, ledger.problems.length > 0);
  const ofAccount = freshAccount ? values(accountProblems) : [];
  const problems = new Set([
    ...understood,
    ...values(queueProblems),
    ...rejected,
    ...ofAccount,
    ...(strict ? [...without, ...failing] : []),
  ]);
  if (problems.size > 0) {
    throw new Error(`This assembly cannot be run faithfully:\n${[...problems].map((problem) => `  ${problem}`).join('\n')}`);
  }
  return { without, failing, undecided };
}

/** What is reported of an assembly that starts. */
interface Remarks {
  readonly without: readonly string[];
  readonly failing: readonly string[];
  readonly undecided: readonly string[];
}

const NOTHING_FOUND: KeyFindings = { rejected: [], failing: [], undecided: [] };

/** What a reader of values finds; nothing where it fails and what it fails at is told already. */
function attempt<T>(read: () => T, nothing: T, told: boolean): T {
  try {
    return read();
  } catch (error) {
    if (told) {
      return nothing;
    }
    throw error;
  }
}

/** What an assembly with unknown types has to do without. */
function missing(ledger: Ledger, madeUp: readonly string[]): string[] {
  const types = new Map<string, number>();
  for (const { resource } of ledger.entries.filter((entry) => !entry.understood)) {
    types.set(resource.type, (types.get(resource.type) ?? 0) + 1);
  }
  return [
    ...[...types].map(([type, count]) => `${type} is not understood: ${count === 1 ? 'it is' : `${count} are`} missing here`),
    ...madeUp.map((value) => `made up: ${value}`),
  ];
}
