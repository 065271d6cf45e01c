import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// One folder for what the tests of a file write, removed at its end.
const folder = mkdtempSync(join(tmpdir(), 'file-'));
process.env.TEST_FOLDER = folder;
afterAll(() => rmSync(folder, { recursive: true, force: true }));
