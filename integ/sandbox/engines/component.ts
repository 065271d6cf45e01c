import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive, ownIdentity } from '../process/process-identity';

/** Something that is downloaded once. */
export interface Component {
  /** The name of its folder. */
  readonly name: string;
  /** The name in messages. */
  readonly title: string;
  /** @default 'downloading' */
  readonly action?: 'downloading' | 'building';
  /** The pinned versions. When they change, the component is installed again. */
  readonly pins: Readonly<Record<string, string>>;
  /** Installs into a temporary folder, which is then renamed. */
  build(folder: string): Promise<void>;
}

let attempts = 0;
/** `<folder>.<process id>_<its start>_<attempt>.tmp`. The name of the folder may have dots, as versions do. */
const TEMPORARY = /\.(\d+)_([^_]+)_\d+\.tmp$/;

/**
 * The folder of a component in `root`, installed if it is missing. It is filled under a temporary name with the process id, and renamed at
 * the end, so that a folder with the final name is always complete. A killed run therefore leaves no incomplete component. If two runs
 * install at the same time, the second one waits for the first or uses its result.
 */
export async function installed(root: string, component: Component, report: (line: string) => void): Promise<string> {
  const pins = JSON.stringify(component.pins, null, 2);
  const folder = join(root, `${component.name}-${createHash('sha256').update(pins).digest('hex').slice(0, 12)}`);
  if (existsSync(folder)) {
    return folder;
  }
  await mkdir(root, { recursive: true });
  await othersAreDone(root, folder, component.title, report);
  if (existsSync(folder)) {
    return folder;
  }
  const { pid, started } = ownIdentity();
  const temporary = `${folder}.${pid}_${started}_${attempts++}.tmp`;
  const began = Date.now();
  report(`${component.title}: ${component.action ?? 'downloading'} (first use only)`);
  try {
    await mkdir(temporary);
    await component.build(temporary);
    await writeFile(join(temporary, 'stamp.json'), `${pins}\n`);
    await rename(temporary, folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') {
        throw error;
      }
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  report(`${component.title}: ready after ${((Date.now() - began) / 1000).toFixed(0)} s`);
  return folder;
}

/** Removes leftovers of killed runs, and waits for a run that is installing the same component. */
async function othersAreDone(root: string, folder: string, title: string, report: (line: string) => void): Promise<void> {
  let reported = false;
  while (!existsSync(folder)) {
    let busy = false;
    for (const name of (await readdir(root)).filter((entry) => entry.endsWith('.tmp'))) {
      const [, pid, started] = TEMPORARY.exec(name) ?? [];
      if (!isAlive({ pid: Number(pid), started })) {
        await rm(join(root, name), { recursive: true, force: true });
      } else if (join(root, name).startsWith(`${folder}.`)) {
        busy = true;
        if (!reported) {
          report(`${title}: waiting for process ${pid}, which is downloading it`);
          reported = true;
        }
      }
    }
    if (!busy) {
      return;
    }
    await sleep(200);
  }
}
