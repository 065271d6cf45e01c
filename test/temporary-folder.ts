import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new folder for this file's tests, removed at their end (test/run/each-file.ts). */
export function temporaryFolder(name: string): string {
  return mkdtempSync(join(process.env.TEST_FOLDER ?? tmpdir(), `${name}-`));
}
