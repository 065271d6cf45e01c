import { basename } from 'node:path';
import type { LogLine } from '../sandbox';
import { startSandbox } from '../sandbox';
import { runCustomResources } from '../sandbox/services/cloudformation/custom-resources';
import { type AssertionResult, isAssertion, readAssertion } from './assertions';
import { compareSnapshot, writeSnapshot } from './snapshot';
import { synthesizeTest } from './synthesize';

export interface TestOptions {
  /** Write the snapshot instead of comparing with it. */
  readonly update: boolean;
  /** How fast the sandbox's clock runs, for tests that wait for the intervals of services. @default 1 */
  readonly speed?: number;
  /** Called with each assertion as soon as it has run. */
  onResult(result: AssertionResult): void;
  /** Called with each line of progress. */
  report?(line: string): void;
}

/**
 * Runs one integration test on this machine: synthesizes its app, compares the templates with the snapshot, and runs the assertions in a
 * sandbox, with the provider functions of the assembly.
 *
 * @param app path of an IntegTest app, `integ.<name>.ts`
 */
export async function runTest(app: string, { update, speed, onResult, report }: TestOptions): Promise<AssertionResult[]> {
  const results: AssertionResult[] = [];
  const add = (result: AssertionResult) => {
    results.push(result);
    onResult(result);
  };
  const assembly = await synthesizeTest(app);
  add(snapshotResult(app, assembly, update));
  const sandbox = await startSandbox(assembly, { strict: true, speed, report, customResources: (resource) => !isAssertion(resource) });
  try {
    const log: LogLine[] = [];
    sandbox.logs.onLine((line) => log.push(line));
    await runCustomResources({
      assembly: sandbox.assembly,
      functions: sandbox.functions,
      clock: sandbox.clock,
      keepGoing: true,
      select: isAssertion,
      done: (result) => add(readAssertion(result, propertiesOf(result.resource), log)),
    });
    return results;

    function propertiesOf(resource: Parameters<typeof sandbox.assembly.properties>[0]) {
      try {
        return sandbox.assembly.properties(resource);
      } catch {
        // The assertion that it refers to has failed and is reported already.
        return {};
      }
    }
  } finally {
    await sandbox.close();
  }
}

function snapshotResult(app: string, assembly: string, update: boolean): AssertionResult {
  const started = performance.now();
  if (update) {
    writeSnapshot(app, assembly);
  }
  const differences = compareSnapshot(app, assembly);
  return {
    name: `the templates are those of ${basename(app)}.snapshot`,
    passed: differences.length === 0,
    ...(differences.length === 0 ? {} : { problem: differences.join('\n') }),
    milliseconds: performance.now() - started,
  };
}
