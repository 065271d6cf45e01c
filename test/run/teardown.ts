import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { leftIn } from './folder';

/** After all tests: removes the run's temporary folder, and fails the run when tests left something there. */
export default function teardown(): void {
  const folder = tmpdir();
  const left = leftIn(folder);
  rmSync(folder, { recursive: true, force: true });
  if (left.length > 0) {
    throw new Error(
      `Tests left ${left.length} entries in the temporary folder: ${left.slice(0, 10).join(', ')}. Write below temporaryFolder() or process.env.TEST_FOLDER`,
    );
  }
}
