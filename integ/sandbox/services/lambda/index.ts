import type { Assembly } from '../../contracts';
import { nodeRuntime } from '../../engines';
import type { ServiceModule } from '../../service-module';
import { startFunctions } from './functions';
import { functionPolicies } from './permissions';
import { problemsOf } from './problems';
import { lambdaTypes } from './resource-types';

/** The Node.js executable of each runtime. */
const executables = new Map<string, Promise<string>>();

/** Functions, each in processes of its own, and event source mappings. */
export const lambda: ServiceModule = {
  types: lambdaTypes,
  late: ['Function', 'EventSourceMapping', 'EventInvokeConfig', 'LayerVersion', 'Version', 'Alias'].map((kind) => `AWS::Lambda::${kind}`),
  invalid: problemsOf,
  resourcePolicies: functionPolicies,
  async prepare(assembly, report) {
    await Promise.allSettled(nodeRuntimes(assembly).map((runtime) => executable(runtime, report)));
  },
  async start({ assembly, endpoint, clock, use, offer, report, reject, hosts }) {
    const node = (runtime: string) => executable(runtime, report);
    const functions = await startFunctions({ assembly, endpoint, clock, logs: use('logs'), node, report, reject, hosts });
    offer('functions', functions);
    return { ready: () => functions.startEventSources(), close: () => functions.close() };
  },
};

function executable(runtime: string, report: (line: string) => void): Promise<string> {
  const found = executables.get(runtime) ?? nodeRuntime(runtime, report);
  executables.set(runtime, found);
  return found;
}

/** The Node.js runtimes of the functions of an assembly. */
function nodeRuntimes(assembly: Assembly): string[] {
  const names = assembly
    .ofType('AWS::Lambda::Function')
    .map((resource) => String(assembly.resolve(resource.stack, resource.properties.Runtime ?? '')));
  return [...new Set(names)].filter((name) => name.startsWith('nodejs'));
}
