import { readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'andamio-tests-';

/** The temporary folder of the run that a process leads: whatever its tests and what they start put into the temporary folder is here. */
export const folderOfRun = (pid: number) => `${PREFIX}${pid}`;

/** What tools keep in the temporary folder from one run to the next, as their caches. */
const CACHES = /^(tsx-\d+|node-compile-cache|hsperfdata_.+)$/;

/** What a run has left in its folder, sorted; caches of tools apart. */
export function leftIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !CACHES.test(name))
    .sort();
}

/** Removes the folders of runs that were killed. */
export function sweep(parent = tmpdir()): void {
  for (const name of readdirSync(parent)) {
    if (name.startsWith(PREFIX) && !isRunning(Number(name.slice(PREFIX.length))))
      // Repeated, because another run that starts at the same moment removes it, too.
      rmSync(join(parent, name), { recursive: true, force: true, maxRetries: 5 });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
