import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A hash of the names, modes and contents of the files in a folder. */
export function contentHash(folder: string, ignored: (path: string) => boolean): string {
  const hash = createHash('sha256');
  const visit = (path: string) => {
    for (const entry of readdirSync(join(folder, path), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const own = path === '' ? entry.name : `${path}/${entry.name}`;
      const file = join(folder, own);
      if (entry.isDirectory()) visit(own);
      else if (!ignored(own)) {
        hash.update(`${JSON.stringify(own)}\n`);
        if (entry.isSymbolicLink()) hash.update(readlinkSync(file));
        else hash.update(`${statSync(file).mode}\n`).update(createHash('sha256').update(readFileSync(file)).digest());
      }
    }
  };
  visit('');
  return hash.digest('hex');
}
