import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderOfRun, sweep } from './folder';

/** Before all tests: gives the run a temporary folder of its own, which its workers and their processes inherit. */
export default function setup(): void {
  sweep();
  const folder = join(tmpdir(), folderOfRun(process.pid));
  mkdirSync(folder, { recursive: true });
  process.env.TMPDIR = folder;
  process.env.TEMP = folder;
}
