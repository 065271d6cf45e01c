import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../testing/engines';
import { isAlive, ownIdentity, startOf } from './process-identity';
import { openKeptRun, openRun, sweepRuns } from './runs';

const root = temporaryFolder();
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) {
    child.kill('SIGKILL');
  }
});

/** A process in its own group, like an engine. */
function sleeper(): { pid: number; started: string } {
  const child = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
  children.push(child);
  const pid = child.pid as number;
  return { pid, started: startOf(pid) as string };
}

function record(name: string, content: object): string {
  const folder = join(root, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'run.json'), JSON.stringify({ folders: [], processes: [], ...content }));
  return folder;
}

const gone = { pid: 999_999_999, started: 'never' };
const reported: string[] = [];
const sweep = () => sweepRuns(root, (line) => reported.push(line));

test('engines and folders of a run whose owner has ended are removed and reported', async () => {
  const engine = sleeper();
  const database = join(root, '..', `${process.pid}-database`);
  mkdirSync(database);
  const folder = record('dead', { owner: gone, processes: [{ name: 'Engine', ...engine }], folders: [database] });
  const ended = once(children.at(-1) as ChildProcess, 'exit');
  sweep();
  await ended;
  expect(reported).toEqual([`Ending Engine (process ${engine.pid}) of a killed run`]);
  expect([folder, database].filter((path) => existsSync(path))).toEqual([]);
});

test('a process that reused the id of an engine is not ended', () => {
  const other = sleeper();
  record('reused', {
    owner: { pid: process.pid, started: 'another' },
    processes: [{ name: 'Engine', pid: other.pid, started: 'earlier' }],
  });
  sweep();
  expect(isAlive(other)).toBe(true);
  expect(readdirSync(root)).not.toContain('reused');
});

test('a run whose owner is running is not touched', () => {
  const run = openRun(root);
  const engine = sleeper();
  run.addProcess('Engine', engine);
  sweep();
  expect(isAlive(engine)).toBe(true);
  expect(existsSync(run.folder)).toBe(true);
  run.close();
  expect(existsSync(run.folder)).toBe(false);
});

test('a zombie process counts as ended', async () => {
  // The shell becomes a process that never waits for its child.
  const child = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  const pid = Number(String((await once(child.stdout, 'data'))[0]));
  for (let round = 0; round < 100 && startOf(pid) !== undefined; round++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(startOf(pid)).toBeUndefined();
  expect(isAlive(ownIdentity())).toBe(true);
});

describe('the data folder of a killed sandbox', () => {
  test('continues with its processes, and belongs to the process that continues', () => {
    const engine = sleeper();
    const folder = record('kept', { owner: gone, processes: [{ name: 'Engine', ...engine, url: 'http://127.0.0.1:1' }], complete: true });
    const { run, processes } = openKeptRun(folder);
    expect(processes).toEqual([{ name: 'Engine', ...engine, url: 'http://127.0.0.1:1' }]);
    expect(() => openKeptRun(folder)).toThrow(`The data in ${folder} is in use by the process ${process.pid}: choose another folder`);
    run.release();
    expect(openKeptRun(folder).processes).toHaveLength(1);
  });

  test('whose engine has ended is rejected, with what to do', () => {
    const folder = record('lost', { owner: gone, processes: [{ name: 'Engine', ...gone }], complete: true });
    expect(() => openKeptRun(folder)).toThrow(
      `The data in ${folder} is lost, because Engine has ended: it does so 10 minutes after the sandbox was killed. Remove the folder to start again`,
    );
    expect(existsSync(folder)).toBe(true);
  });

  test('that was killed during its start starts again, with nothing of it', async () => {
    const engine = sleeper();
    const folder = record('started', { owner: gone, processes: [{ name: 'Engine', ...engine }] });
    writeFileSync(join(folder, 'half'), '');
    const ended = once(children.at(-1) as ChildProcess, 'exit');
    expect(openKeptRun(folder).processes).toBeUndefined();
    await ended;
    expect(readdirSync(folder)).toEqual(['run.json']);
  });
});
