import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { globSync } from 'glob';
import type { Break } from './breaks';

/** Changes the code of handlers in a cloud assembly. @throws if a text is not in any of them */
export function breakAssembly(folder: string, { what, replace }: Break): void {
  const files = globSync('asset.*/**/*.{js,mjs,cjs}', { cwd: folder }).map((file) => join(folder, file));
  for (const [from, to] of replace) {
    const found = files.filter((file) => readFileSync(file, 'utf8').includes(from));
    if (found.length === 0) throw new Error(`No handler has anything to break: ${what}. Expected the text ${from}`);
    for (const file of found) writeFileSync(file, readFileSync(file, 'utf8').replaceAll(from, to));
  }
}
