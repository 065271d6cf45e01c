import { execFileSync, spawnSync } from 'node:child_process';
import { globSync } from 'glob';
import { REPOSITORY } from '../kit/repository';
import { runnerArguments } from './aws';

const runner = require.resolve('@aws-cdk/integ-runner/bin/integ-runner');

test('integ-runner runs the same tests as npx projen integ, or the named ones', () => {
  const list = (...args: string[]) =>
    execFileSync(process.execPath, [runner, ...runnerArguments(args), '--list'], { cwd: REPOSITORY, encoding: 'utf8' })
      .trim()
      .split('\n');
  expect(list().sort()).toEqual(globSync('integ.*.ts', { cwd: `${REPOSITORY}/integ` }).sort());
  expect(list('secure-function')).toEqual(['integ.secure-function.default.ts']);
  expect(() => runnerArguments(['nothing'])).toThrow('No name of an integ/integ.*.ts contains nothing');
});

test('a dry run deploys nothing; without it everything is deployed', () => {
  expect(runnerArguments(['--dry-run'])).not.toContain('--force');
  expect(runnerArguments([])).toContain('--force');
});

test('integ-runner is too old for the schema that aws-cdk-lib writes: when this fails, delete older-schema.cjs', () => {
  const args = runnerArguments(['--dry-run', 'secure-function']).map((argument) => argument.replace(/--require \S+ /, ''));
  const { stdout, stderr, status } = spawnSync(process.execPath, [runner, ...args], { cwd: REPOSITORY, encoding: 'utf8' });
  expect(`${stdout}${stderr}`).toContain('Cloud assembly schema version mismatch: Maximum schema version supported is 53');
  expect(status).toBe(1);
});
