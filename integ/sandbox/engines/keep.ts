import { type ChildProcess, spawn } from 'node:child_process';
import { utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAlive, type ProcessIdentity, startOf } from '../process/process-identity';
import { endGroup, type Run } from '../process/runs';
import { EngineError } from './command';

/** How long engines run on after the sandbox was killed. */
export const KEPT_SECONDS = 600;
const TOUCHED = 'alive';
const TOUCH_MS = 5_000;
const PAUSE_MS = 20;

/** What keeps engines running after a kill of this process. */
export interface Keeper {
  /** Their standard input. */
  readonly input: NonNullable<ChildProcess['stdout']>;
  close(): Promise<void>;
}

/** Starts a process that holds the standard input of engines open. */
export function keepInput(python: string, run: Run, database: string): Keeper {
  const file = join(run.folder, TOUCHED);
  writeFileSync(file, '');
  const program = join(__dirname, 'keeper.py');
  const keeper = spawn(python, ['-I', program, file, String(KEPT_SECONDS), database], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  keeper.unref();
  const { pid } = keeper;
  if (pid === undefined) throw new EngineError(`The data cannot be kept: there is no ${python}`);
  const process = { pid, started: startOf(pid) ?? '' };
  run.addProcess('Keeper', process);
  const { stop } = keepAlive(run);
  return {
    input: keeper.stdout,
    async close() {
      stop();
      endGroup(pid);
      await ended(process);
    },
  };
}

/** Keeps the engines of a run alive as long as this process is. */
export function keepAlive(run: Run): { stop(): void } {
  const file = join(run.folder, TOUCHED);
  const touch = () => {
    const now = new Date();
    utimesSync(file, now, now);
  };
  touch();
  const timer = setInterval(touch, TOUCH_MS).unref();
  return { stop: () => clearInterval(timer) };
}

/** Resolves when a process that is no child of this one has ended. */
export async function ended(process: ProcessIdentity): Promise<void> {
  while (isAlive(process)) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
