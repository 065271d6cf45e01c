import { spawn } from 'node:child_process';
import { globSync } from 'glob';
import { REPOSITORY } from '../kit/repository';
import { OLDER_SCHEMA } from './synthesize';

const USAGE = 'Usage: npx projen integ:aws [name…] [--dry-run] [options of integ-runner]';
/** The same files as for `npx projen integ`. */
const TESTS = '^integ\\.[^/]+\\.ts$';

/**
 * `npx projen integ:aws [name…]`: runs the integration tests with integ-runner in the account of the shell's credentials. Names limit the
 * run to files whose name contains one of them. With `--dry-run`, nothing is deployed and no account is needed: integ-runner synthesizes
 * each test and compares it with its snapshot.
 */
export function runnerArguments(args: readonly string[]): string[] {
  const dryRun = args.includes('--dry-run');
  const names = args.filter((argument) => !argument.startsWith('-'));
  const options = args.filter((argument) => argument.startsWith('-') && argument !== '--dry-run');
  const tests = globSync('integ.*.ts', { cwd: `${REPOSITORY}/integ` }).sort();
  const chosen = tests.filter((test) => names.length === 0 || names.some((name) => test.includes(name)));
  if (chosen.length === 0) throw new Error(`No name of an integ/integ.*.ts contains ${names.join(' or ')}. ${USAGE}`);
  const given = (option: string) => options.some((argument) => argument.startsWith(`${option}=`));
  return [
    ...['--directory', 'integ', '--test-regex', TESTS, '--app', `node --require ${OLDER_SCHEMA} --import tsx {filePath}`, '--strict'],
    // One Region, so that tests with physical names do not conflict.
    ...(given('--parallel-regions') ? [] : [`--parallel-regions=${process.env.AWS_REGION ?? 'us-east-1'}`]),
    ...(given('--max-workers') ? [] : ['--max-workers=2']),
    // Deploys even if the snapshots are equal, as they usually are.
    ...(dryRun ? [] : ['--force', '--no-update-workflow']),
    ...options,
    ...chosen,
  ];
}

if (require.main === module) {
  try {
    const runner = require.resolve('@aws-cdk/integ-runner/bin/integ-runner');
    const child = spawn(process.execPath, [runner, ...runnerArguments(process.argv.slice(2))], { cwd: REPOSITORY, stdio: 'inherit' });
    child.on('close', (status) => process.exit(status ?? 1));
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
}
