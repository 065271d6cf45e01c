import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { readArguments } from './cli';

const ROOT = resolve(__dirname, '..', '..');
const run = (...args: string[]) =>
  spawnSync(join(ROOT, 'node_modules', '.bin', 'tsx'), ['integ/sandbox/cli.ts', ...args], { cwd: ROOT, encoding: 'utf8' });

test.each([
  [[], 'No folder is given'],
  [['a', 'b'], '2 folders are given, one is run'],
  [['a', '--speed', 'fast'], '--speed fast is not a number above 0'],
  [['a', '--speed', '0'], '--speed 0 is not a number above 0'],
])('%j is rejected with the usage', (args, message) => {
  expect(() => readArguments(args)).toThrow(`${message}. Usage: npx projen sandbox <cdk.out> [--strict] [--fresh-account] [--speed N]`);
});

test('the folder, --strict and --speed are read in any order', () => {
  expect(readArguments(['--speed', '10', 'cdk.out', '--strict'])).toEqual({
    directory: 'cdk.out',
    strict: true,
    freshAccount: false,
    speed: 10,
  });
});

test.each([
  [['--fast', 'cdk.out'], /^Unknown option '--fast'\. Usage: .*\n$/],
  [['no/such/folder'], /^.*no\/such\/folder: no such folder\n$/],
  [['integ'], /^.*integ is not a cloud assembly, it has no manifest\.json: run cdk synth and give the folder that it wrote\n$/],
])('%j ends with one line on standard error and the status 2', (args, line) => {
  const { status, stderr, stdout } = run(...args);
  expect(stderr).toMatch(line);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
});
