import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isAlive, ownIdentity, type ProcessIdentity } from './process-identity';

/** What a run started and made, so that the next one can tidy up when it is killed. */
interface RunRecord {
  readonly owner: ProcessIdentity;
  readonly processes: readonly (ProcessIdentity & { readonly name: string })[];
  /** Outside of the run's own folder. */
  readonly folders: readonly string[];
}

export interface Run {
  readonly id: string;
  readonly folder: string;
  /** Call it before the folder is made. */
  addFolder(path: string): void;
  /** Of one that leads a process group. */
  addProcess(name: string, process: ProcessIdentity): void;
  /** It has ended. */
  removeProcess(pid: number): void;
  /** Removes the folders and the record. The processes have been ended before. */
  close(): void;
}

/** Git-ignored: the records of all runs of this checkout. */
export const RUNS = resolve(__dirname, '..', '..', '..', '.tmp', 'runs');

const RECORD = 'run.json';
/** A folder without a record for this long is not one that is being made. */
const GRACE_MS = 60_000;

/** Opens a run of this process in `root`. */
export function openRun(root: string): Run {
  const id = `${process.pid}-${randomBytes(4).toString('hex')}`;
  const folder = join(root, id);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let record: RunRecord = { owner: ownIdentity(), processes: [], folders: [] };
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
    addProcess: (name, { pid, started }) => write({ ...record, processes: [...record.processes, { name, pid, started }] }),
    removeProcess: (ended) => write({ ...record, processes: record.processes.filter(({ pid }) => pid !== ended) }),
    close: () => {
      closed = true;
      remove(folder, record);
    },
  };
}

/** Ends the engines and functions of runs whose owner is gone, and removes what they left. A process id that belongs to another process by now is left alone. */
export function sweepRuns(root: string, say: (line: string) => void): void {
  for (const name of entries(root)) {
    const folder = join(root, name);
    const record = read(join(folder, RECORD));
    if (record === undefined) {
      if (isOld(folder)) {
        rmSync(folder, { recursive: true, force: true });
      }
    } else if (!isAlive(record.owner)) {
      for (const process of record.processes.filter(isAlive)) {
        say(`Ending ${process.name} (process ${process.pid}), which a killed run left`);
        endGroup(process.pid);
      }
      remove(folder, record);
    }
  }
}

/** Ends a process that leads a group, and the group. Nothing that an engine or a function holds is worth keeping. */
export function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
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
