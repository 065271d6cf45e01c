import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Git-ignored. */
const RUNS = resolve(__dirname, '..', '..', '.tmp', 'sandbox');

/** Where one run keeps what must not outlive it. Its name begins with the process id, so that the next run can tell who is gone. */
export interface RunFolder {
  readonly path: string;
  remove(): void;
}

/** Makes the folder of this run, and removes those of runs whose process is gone; `swept` is called for each before. */
export function createRunFolder(swept: (folder: string) => void = () => {}): RunFolder {
  mkdirSync(RUNS, { recursive: true });
  for (const name of readdirSync(RUNS).filter((entry) => !isRunning(Number(entry.split('-')[0])))) {
    const folder = join(RUNS, name);
    swept(folder);
    rmSync(folder, { recursive: true, force: true });
  }
  const path = join(RUNS, `${process.pid}-${randomBytes(4).toString('hex')}`);
  mkdirSync(path, { mode: 0o700 });
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
