import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { globSync } from 'glob';

/** What the folders of a folder export by default: the list of commands is made from them. */
export interface Rooms<T> {
  readonly names: readonly string[];
  load(name: string): T;
}

/** @throws when something has another name than its folder */
export function rooms<T extends { readonly name: string }>(folder: string): Rooms<T> {
  const names = globSync('*/index.ts', { cwd: folder }).map(dirname).sort();
  return {
    names,
    load(name) {
      const { default: found } = createRequire(__filename)(join(folder, name, 'index.ts')) as { default?: T };
      if (found?.name !== name) {
        throw new Error(`${basename(folder)}/${name}/index.ts must export by default what has the name '${name}': it has '${found?.name}'`);
      }
      return found;
    },
  };
}

/** One line for each, for a command that was given no name. */
export function printRooms<T extends { readonly name: string }>({ names, load }: Rooms<T>, describe: (one: T) => string): string {
  const width = Math.max(...names.map((name) => name.length));
  return names.map((name) => `${name.padEnd(width)}  ${describe(load(name))}`).join('\n');
}
