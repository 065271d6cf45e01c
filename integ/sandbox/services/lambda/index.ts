import type { Assembly } from '../../contracts';
import { findIsolation, lambdaPython, nodeRuntime, sdkPackages } from '../../engines';
import { attempt } from '../../process/attempt';
import type { ServiceModule } from '../../service-module';
import { isRuntime, runsOn } from './configuration';
import { startFunctions } from './functions';
import { functionPolicies } from './permissions';
import { problemsOf } from './problems';
import { isPython } from './programs';
import { lambdaTypes } from './resource-types';
import { sdkImports } from './sdk-imports';
import { isInstalled } from './workspace';

/** The Node.js or Python executable of each runtime. */
const executables = new Map<string, Promise<string>>();
/** The program for an own /opt, for each assembly with layers. */
const isolations = new WeakMap<Assembly, Promise<string | undefined>>();
/** The packages of the AWS SDK for each assembly. */
const packages = new WeakMap<Assembly, Promise<string | undefined>>();

/** Functions, each in processes of its own, and event source mappings. */
export const lambda: ServiceModule = {
  types: lambdaTypes,
  late: ['Function', 'EventSourceMapping', 'EventInvokeConfig', 'LayerVersion', 'Version', 'Alias'].map((kind) => `AWS::Lambda::${kind}`),
  invalid: problemsOf,
  resourcePolicies: functionPolicies,
  async prepare(assembly, report) {
    await Promise.allSettled([
      ...runtimes(assembly).map((runtime) => executable(runtime, report)),
      sdkOf(assembly, report),
      bwrapOf(assembly, report),
    ]);
  },
  async start({ assembly, endpoint, clock, use, offer, report, reject, hosts, functionsOnClock }) {
    const program = (runtime: string) => executable(runtime, report);
    const programs = { node: program, python: program };
    const sdk = await sdkOf(assembly, report);
    const bwrap = await bwrapOf(assembly, report);
    const functions = await startFunctions({
      assembly,
      endpoint,
      clock,
      logs: use('logs'),
      metrics: use('metrics'),
      ...programs,
      network: () => use('network'),
      sdk,
      bwrap,
      report,
      reject,
      hosts,
      functionsOnClock,
    });
    offer('functions', functions);
    return { ready: () => functions.startEventSources(), close: () => functions.close() };
  },
};

function executable(runtime: string, report: (line: string) => void): Promise<string> {
  const found = executables.get(runtime) ?? (isPython(runtime) ? lambdaPython(runtime, report) : nodeRuntime(runtime, report));
  executables.set(runtime, found);
  return found;
}

/** The packages of the SDK that functions import, downloaded on first use, if this repository lacks one of them. */
function sdkOf(assembly: Assembly, report: (line: string) => void): Promise<string | undefined> {
  const found = packages.get(assembly) ?? findSdk(sdkImports(assembly), report);
  packages.set(assembly, found);
  return found;
}

/** Bubblewrap for functions with layers, where this machine allows namespaces. */
function bwrapOf(assembly: Assembly, report: (line: string) => void): Promise<string | undefined> {
  const found = isolations.get(assembly) ?? findBwrap(assembly, report);
  isolations.set(assembly, found);
  return found;
}

async function findBwrap(assembly: Assembly, report: (line: string) => void): Promise<string | undefined> {
  if (assembly.ofType('AWS::Lambda::LayerVersion').length === 0) return undefined;
  const isolation = await findIsolation(report);
  if (isolation.kind === 'namespaces') return isolation.bwrap;
  report(`functions find files of layers in $SANDBOX_LAYERS instead of /opt: ${isolation.reason}`);
  return undefined;
}

async function findSdk(names: readonly string[], report: (line: string) => void): Promise<string | undefined> {
  if (names.every(isInstalled)) return undefined;
  try {
    return await sdkPackages(names, report);
  } catch (error) {
    report(`functions cannot import ${names.filter((name) => !isInstalled(name)).join(', ')}: ${(error as Error).message}`);
    return undefined;
  }
}

/** The runtimes on which the functions of an assembly run. */
function runtimes(assembly: Assembly): string[] {
  const names = assembly
    .ofType('AWS::Lambda::Function')
    .map(({ stack, properties }) => runsOn(String(attempt(() => assembly.resolve(stack, properties.Runtime ?? '')))));
  return [...new Set(names)].filter(isRuntime);
}
