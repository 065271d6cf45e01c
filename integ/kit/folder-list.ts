import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { globSync } from 'glob';

/** The default exports of a folder's subfolders. `npx projen prove` and `npx projen start` list them. */
export interface FolderList<T> {
  readonly names: readonly string[];
  load(name: string): T;
}

/** @throws if the name of an export differs from its folder */
export function folderList<T extends { readonly name: string }>(folder: string): FolderList<T> {
  const names = globSync('*/index.ts', { cwd: folder }).map(dirname).sort();
  return {
    names,
    load(name) {
      const { default: found } = createRequire(__filename)(join(folder, name, 'index.ts')) as { default?: T };
      if (found?.name !== name) {
        throw new Error(
          `${basename(folder)}/${name}/index.ts: invalid name '${found?.name}' of the default export: expected '${name}', the name of its folder`,
        );
      }
      return found;
    },
  };
}

/** Returns one line for each name. A command without a name prints it. */
export function printList<T extends { readonly name: string }>({ names, load }: FolderList<T>, describe: (one: T) => string): string {
  const width = Math.max(...names.map((name) => name.length));
  return names.map((name) => `${name.padEnd(width)}  ${describe(load(name))}`).join('\n');
}
