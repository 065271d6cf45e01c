import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startOf } from '../process/process-identity';
import { temporaryFolder } from '../testing/engines';
import { installed } from './component';

const root = temporaryFolder();
const report = () => {};
const component = (name: string, build: (folder: string) => Promise<void> = fill, pins = { version: '1' }) => ({
  name,
  title: name,
  pins,
  build,
});
const fill = async (folder: string) => {
  await writeFile(join(folder, 'file'), 'content');
};
const left = (name: string) => readdirSync(root).filter((entry) => entry.startsWith(`${name}-`) && entry.endsWith('.tmp'));

test('a component is downloaded once, and again when a pinned version changes', async () => {
  let fetched = 0;
  const count = async () => {
    fetched++;
  };
  const folder = await installed(root, component('once', count), report);
  expect(await installed(root, component('once', count), report)).toBe(folder);
  expect(JSON.parse(await readFile(join(folder, 'stamp.json'), 'utf8'))).toEqual({ version: '1' });
  expect(await installed(root, component('once', count, { version: '2' }), report)).not.toBe(folder);
  expect(fetched).toBe(2);
});

test.each(['both', 'both-3.13'])('of two concurrent runs only one downloads %s: the other waits and names the process', async (name) => {
  let fetched = 0;
  const slow = async () => {
    fetched++;
    await sleep(300);
  };
  const reported: string[] = [];
  const first = installed(root, component(name, slow), report);
  await sleep(50);
  const second = installed(root, component(name, slow), (line) => reported.push(line));
  expect(await second).toBe(await first);
  expect(fetched).toBe(1);
  expect(reported).toEqual([`${name}: waiting for process ${process.pid}, which is downloading it`]);
});

test('two runs at the same instant end with one complete folder', async () => {
  const [first, second] = await Promise.all([installed(root, component('race'), report), installed(root, component('race'), report)]);
  expect(second).toBe(first);
  expect(await readFile(join(first, 'file'), 'utf8')).toBe('content');
  expect(left('race')).toEqual([]);
});

test('a failed download leaves nothing, and the next one is complete', async () => {
  const broken = async (folder: string) => {
    await writeFile(join(folder, 'half'), '');
    throw new Error('no network');
  };
  await expect(installed(root, component('broken', broken), report)).rejects.toThrow('no network');
  expect(left('broken')).toEqual([]);
  const folder = await installed(root, component('broken'), report);
  expect(existsSync(join(folder, 'half'))).toBe(false);
});

test('leftovers of a killed run are removed, even if another process has its id now', async () => {
  const folder = await installed(root, component('killed'), report);
  const leftovers = [`${folder}.999999999_never_0.tmp`, `${folder}.${process.pid}_another-start_0.tmp`];
  const busy = join(root, `other-0123456789ab.${process.pid}_${startOf(process.pid)}_0.tmp`);
  await Promise.all([...leftovers, busy].map((path) => mkdir(path)));
  await installed(root, component('killed', fill, { version: '2' }), report);
  expect(leftovers.filter((path) => existsSync(path))).toEqual([]);
  expect(existsSync(busy)).toBe(true);
});
