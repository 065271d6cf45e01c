import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { globSync } from 'glob';
import type { AssertionResult } from './assertions';
import { runTest } from './run-test';

/** Tests that wait for buffering intervals of a minute and more. */
const SPEEDS: Readonly<Record<string, number>> = { 'integ.streaming-data-lake.default': 30 };

/**
 * `npx projen integ [name…] [--update] [--verbose]`: runs the integration tests on this machine. Names limit the run to files whose name
 * contains one of them. `--update` writes the snapshots.
 */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { update: { type: 'boolean', default: false }, verbose: { type: 'boolean', default: false } },
  });
  const apps = globSync(join(__dirname, '..', 'integ.*.ts'))
    .filter((app) => positionals.length === 0 || positionals.some((name) => basename(app).includes(name)))
    .sort();
  if (apps.length === 0) {
    throw new Error(`No name of an integ/integ.*.ts contains ${positionals.join(' or ')}`);
  }
  const results: AssertionResult[] = [];
  for (const app of apps) {
    console.log(basename(app, '.ts'));
    const onResult = (result: AssertionResult) => {
      results.push(result);
      print(result);
    };
    const report = values.verbose ? (line: string) => console.log(`    ${line}`) : undefined;
    await runTest(app, { update: values.update, speed: SPEEDS[basename(app, '.ts')], onResult, report }).catch((error: Error) =>
      onResult({ name: 'the test runs', passed: false, problem: error.message, milliseconds: 0 }),
    );
  }
  const failed = results.filter(({ passed }) => !passed).length;
  console.log(`\n${results.length - failed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

function print({ name, passed, problem, milliseconds }: AssertionResult): void {
  console.log(`  ${passed ? 'ok    ' : 'FAILED'} ${name} (${(milliseconds / 1000).toFixed(1)} s)`);
  for (const line of problem?.split('\n') ?? []) {
    console.log(`         ${line}`);
  }
}

// Fails unless the end is reached: a process may run out of work early.
process.exitCode = 1;
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
main().catch((error: Error) => {
  console.error(error.message);
});
