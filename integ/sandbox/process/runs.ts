import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isAlive, ownIdentity, type ProcessIdentity } from './process-identity';

/** Records what a run has started and created, so that the next run can clean up after a kill. */
interface RunRecord {
  readonly owner: ProcessIdentity;
  readonly processes: readonly RunProcess[];
  /** A folder outside the run's own folder. */
  readonly folders: readonly string[];
  /** Set when another process can continue the run. */
  readonly complete?: true;
}

/** The leader of a process group. */
export interface RunProcess extends ProcessIdentity {
  readonly name: string;
  /** Of a server. */
  readonly url?: string;
}

export interface Run {
  readonly id: string;
  readonly folder: string;
  /** Call this before the folder is created. */
  addFolder(path: string): void;
  addProcess(name: string, process: ProcessIdentity & Pick<RunProcess, 'url'>): void;
  /** Records that a process has ended. */
  removeProcess(pid: number): void;
  /** Records that another process can continue the run. */
  complete(): void;
  /** Leaves the run to another process, which can continue it. */
  release(): void;
  /** Removes the folders and the record. The processes have been ended before. */
  close(): void;
}

/** The git-ignored folder with the records of all runs of this checkout. */
export const RUNS = resolve(__dirname, '..', '..', '..', '.tmp', 'runs');

const RECORD = 'run.json';
/** A folder that has no record after this time is not in use. */
const GRACE_MS = 60_000;

const NOBODY: ProcessIdentity = { pid: 0, started: '' };

/** Opens a run of this process in `root`. */
export function openRun(root: string): Run {
  const id = `${process.pid}-${randomBytes(4).toString('hex')}`;
  return runIn(join(root, id), id, { owner: ownIdentity(), processes: [], folders: [] });
}

/** A run whose folder the user gave. */
export interface KeptRun {
  readonly run: Run;
  /** The processes of a killed run, which this process continues. */
  readonly processes?: readonly RunProcess[];
}

/**
 * Opens a run in a folder, or continues the one of a killed process.
 *
 * @throws if another process uses the folder, if it has other files, or if a process of the killed run has ended
 */
export function openKeptRun(folder: string): KeptRun {
  const known = read(join(folder, RECORD));
  const id = randomBytes(4).toString('hex');
  if (known === undefined && entries(folder).length > 0) {
    throw new Error(
      `${folder} is not the data folder of a sandbox, and not empty: choose another folder, because it is removed at the end`,
    );
  }
  if (known === undefined) return { run: runIn(folder, id, { owner: ownIdentity(), processes: [], folders: [] }) };
  if (isAlive(known.owner)) throw new Error(`The data in ${folder} is in use by the process ${known.owner.pid}: choose another folder`);
  if (known.complete) {
    const gone = known.processes.find((one) => !isAlive(one));
    if (gone !== undefined) {
      throw new Error(
        `The data in ${folder} is lost, because ${gone.name} has ended: it does so 10 minutes after the sandbox was killed. Remove the folder to start again`,
      );
    }
    return { run: runIn(folder, id, { ...known, owner: ownIdentity() }), processes: known.processes };
  }
  // It was killed during its start.
  for (const process of known.processes.filter(isAlive)) endGroup(process.pid);
  remove(folder, known);
  return openKeptRun(folder);
}

function runIn(folder: string, id: string, given: RunRecord): Run {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let record = given;
  let closed = false;
  const write = (changed: RunRecord) => {
    if (closed) {
      return;
    }
    record = changed;
    writeFileSync(join(folder, `${RECORD}.new`), JSON.stringify(record, null, 2));
    renameSync(join(folder, `${RECORD}.new`), join(folder, RECORD));
  };
  write(record);
  return {
    id,
    folder,
    addFolder: (path) => write({ ...record, folders: [...record.folders, path] }),
    addProcess: (name, { pid, started, url }) => write({ ...record, processes: [...record.processes, { name, pid, started, url }] }),
    complete: () => write({ ...record, complete: true }),
    release: () => write({ ...record, owner: NOBODY }),
    removeProcess: (ended) => write({ ...record, processes: record.processes.filter(({ pid }) => pid !== ended) }),
    close: () => {
      closed = true;
      remove(folder, record);
    },
  };
}

/**
 * Ends the engines and functions of runs whose owner has ended, and removes their files. A process id that now belongs to another process
 * is ignored.
 */
export function sweepRuns(root: string, report: (line: string) => void): void {
  for (const name of entries(root)) {
    const folder = join(root, name);
    const record = read(join(folder, RECORD));
    if (record === undefined) {
      if (isOld(folder)) {
        rmSync(folder, { recursive: true, force: true });
      }
    } else if (!isAlive(record.owner)) {
      for (const process of record.processes.filter(isAlive)) {
        report(`Ending ${process.name} (process ${process.pid}) of a killed run`);
        endGroup(process.pid);
      }
      remove(folder, record);
    }
  }
}

/** Kills a process group. Engines and functions have no data worth keeping. */
export function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has already ended.
  }
}

function remove(folder: string, record: RunRecord): void {
  for (const path of [...record.folders, folder]) {
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  }
}

function entries(root: string): string[] {
  try {
    return readdirSync(root);
  } catch {
    return [];
  }
}

function read(file: string): RunRecord | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as RunRecord;
  } catch {
    return undefined;
  }
}

function isOld(folder: string): boolean {
  return (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? 0) < Date.now() - GRACE_MS;
}
