import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { readArguments } from './cli';

const ROOT = resolve(__dirname, '..', '..');
const run = (...args: string[]) =>
  spawnSync(join(ROOT, 'node_modules', '.bin', 'tsx'), ['integ/sandbox/cli.ts', ...args], { cwd: ROOT, encoding: 'utf8' });

test.each([
  [[], 'Expected one folder, a cloud assembly: found 0'],
  [['a', 'b'], 'Expected one folder, a cloud assembly: found 2'],
  [['a', '--speed', 'fast'], 'Invalid --speed fast: expected a number above 0'],
  [['a', '--speed', '0'], 'Invalid --speed 0: expected a number above 0'],
  [['a', '--port', '70000'], 'Invalid --port 70000: expected an integer between 1 and 65535'],
  [['a', '--port', 'any'], 'Invalid --port any: expected an integer between 1 and 65535'],
  [
    ['a', '--map', 'api.example'],
    'Invalid --map api.example: expected https://host=http://127.0.0.1:port, or https://host to call the host itself',
  ],
])('%j is rejected with the usage', (args, message) => {
  expect(() => readArguments(args)).toThrow(`${message}. Usage: npx projen sandbox <cdk.out> [--strict] [--fresh-account] [--speed N]`);
});

test('the folder, --strict and --speed are read in any order', () => {
  expect(readArguments(['--speed', '10', 'cdk.out', '--strict'])).toEqual({
    directory: 'cdk.out',
    strict: true,
    freshAccount: false,
    speed: 10,
    port: expect.any(Number),
    portTaken: 'another',
    map: {},
    images: {},
  });
});

test('a folder gets the same port in every run, and another folder gets another port', () => {
  const [port, again, other] = ['a/cdk.out', 'b/../a/cdk.out', 'b/cdk.out'].map((folder) => readArguments([folder]).port);
  expect(again).toBe(port);
  expect(other).not.toBe(port);
  expect(port % 100).toBe(0);
  expect(readArguments(['a/cdk.out', '--port', '8000'])).toMatchObject({ port: 8000, portTaken: 'fail' });
});

test('--image gives the folder of a Dockerfile for an image that is only a name', () => {
  const { images } = readArguments(['a', '--image', 'public.ecr.aws/x/collector:v1=/images/collector']);
  expect(images).toEqual({ 'public.ecr.aws/x/collector:v1': '/images/collector' });
  expect(() => readArguments(['a', '--image', 'collector'])).toThrow(
    'Invalid --image collector: expected name=folder, the folder of a Dockerfile',
  );
});

test('--map sends a host to a local server, or to the host itself', () => {
  const { map } = readArguments(['a', '--map', 'https://Api.example=http://127.0.0.1:8080/', '--map', 'https://b.example']);
  expect(map).toEqual({ 'https://api.example': 'http://127.0.0.1:8080', 'https://b.example': 'https://b.example' });
});

test.each([
  [['--fast', 'cdk.out'], /^Unknown option '--fast'\. Usage: .*\n$/],
  [['no/such/folder'], /^.*no\/such\/folder: no such folder\n$/],
  [['integ'], /^.*integ is not a cloud assembly, because it has no manifest\.json: run cdk synth and pass the folder that it writes\n$/],
])('%j exits with status 2 and one line on standard error', (args, line) => {
  const { status, stderr, stdout } = run(...args);
  expect(stderr).toMatch(line);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
});
