import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { globSync } from 'glob';
import { findHadolint } from '../integ/sandbox/engines';

// Part of `npx projen lint`: hadolint finds nothing, not even a hint, in the Dockerfiles of the examples.

const ROOT = resolve(__dirname, '..');

async function main(): Promise<void> {
  const files = globSync('examples/**/{Dockerfile,*.Dockerfile}', { cwd: ROOT, ignore: '**/{node_modules,cdk.out}/**' }).sort();
  if (files.length === 0) throw new Error('No Dockerfile was found in examples/');
  const { status, error } = spawnSync(await findHadolint(console.log), ['--no-color', '--failure-threshold', 'style', ...files], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  if (error !== undefined) throw error;
  console.log(`Checked ${files.length} Dockerfiles of the examples: ${status === 0 ? 'no findings' : 'see above'}`);
  process.exitCode = status ?? 1;
}

main().catch((error: Error) => {
  console.error(error.message);
  process.exitCode = 1;
});
