import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { globSync } from 'glob';
import { eachOf } from '../kit/each-of';
import type { AssertionResult } from './assertions';
import { runTest } from './run-test';

/** Tests that wait for buffering intervals, or visibility timeouts, of a minute and more. */
const SPEEDS: Readonly<Record<string, number>> = {
  'integ.audit-trail.default': 30,
  'integ.streaming-data-lake.default': 30,
  'integ.buffered-ingest-path.poison': 5,
};

/** Tests that run at the same time: they wait for services longer than they compute. */
const AT_ONCE = 2;

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
  await eachOf(apps, AT_ONCE, async (app) => {
    const name = basename(app, '.ts');
    const own: AssertionResult[] = [];
    const onResult = (result: AssertionResult) => void own.push(result);
    const report = values.verbose ? (line: string) => console.log(`    ${name}: ${line}`) : undefined;
    await runTest(app, { update: values.update, speed: SPEEDS[name], onResult, report }).catch((error: Error) =>
      onResult({ name: 'the test runs', passed: false, problem: error.message, milliseconds: 0 }),
    );
    console.log(name);
    for (const result of own) print(result);
    results.push(...own);
  });
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
