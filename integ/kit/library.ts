import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { globSync } from 'glob';

/** Compiles the library where `lib/` is missing or older than a source: the examples import what a consumer would get. */
export async function ensureLibrary(root: string, say: (line: string) => void): Promise<void> {
  const compiled = join(root, 'lib', 'index.js');
  const built = existsSync(compiled) ? statSync(compiled).mtimeMs : 0;
  if (globSync(join(root, 'src', '**', '*.ts')).every((file) => statSync(file).mtimeMs < built)) return;
  say('compiling the library (about 20 s)');
  await promisify(execFile)(process.execPath, [join(root, 'node_modules', 'projen', 'bin', 'projen'), 'library'], { cwd: root }).catch(
    (error: { stdout: string; stderr: string }) => {
      throw new Error(`npx projen library failed:\n${error.stdout}${error.stderr}`);
    },
  );
}
