import { cpSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { patternOf } from './dockerignore';
import { followLinks, listFolder, lookUp } from './layers';

/** What COPY reads: a build folder or an image. Paths begin with `/`. */
export interface Source {
  /** The file of this machine; undefined if there is none, or if it is ignored. */
  file(path: string): { readonly file: string; readonly folder: boolean } | undefined;
  list(path: string): readonly string[];
}

export function folderSource(folder: string, ignored: (path: string) => boolean): Source {
  const file = (path: string) => {
    const own = join(folder, path);
    const stats = lstatSync(own, { throwIfNoEntry: false });
    if (stats === undefined || (path !== '/' && !stats.isDirectory() && ignored(path.slice(1)))) return undefined;
    return { file: own, folder: stats.isDirectory() };
  };
  return { file, list: (path) => readdirSync(join(folder, path)).sort() };
}

export function imageSource(layers: readonly string[]): Source {
  return {
    file(path) {
      const found = lookUp(layers, followLinks(layers, path));
      return found && { file: found.file, folder: found.stats.isDirectory() };
    },
    list: (path) => listFolder(layers, followLinks(layers, path)),
  };
}

/**
 * Copies files into a layer. A folder's contents are copied, not the folder itself. Documented: "Dockerfile reference", COPY.
 *
 * @param to absolute; with a slash at its end, it is a folder
 * @returns the paths that were created, relative to the layer
 * @throws where a source does not exist
 */
export function copyInto(
  source: Source,
  sources: readonly string[],
  layer: string,
  to: string,
  isFolder: (path: string) => boolean,
): string[] {
  const found = sources.flatMap((pattern) => {
    const matched = matching(source, posix.resolve('/', pattern));
    if (matched.length === 0) throw new Error(`${pattern} does not exist there`);
    return matched;
  });
  const intoFolder = to.endsWith('/') || found.length > 1 || isFolder(to);
  return found.flatMap((path) => {
    const entry = source.file(path);
    if (entry?.folder) return source.list(path).flatMap((name) => copyOne(source, posix.join(path, name), layer, posix.join(to, name)));
    return copyOne(source, path, layer, intoFolder ? posix.join(to, posix.basename(path)) : to);
  });
}

function copyOne(source: Source, path: string, layer: string, to: string): string[] {
  const entry = source.file(path);
  if (entry === undefined) return [];
  const target = join(layer, to);
  if (entry.folder) {
    const names = source.list(path);
    const made = names.flatMap((name) => copyOne(source, posix.join(path, name), layer, posix.join(to, name)));
    // A folder of which all files are ignored is not part of the build folder.
    if (made.length === 0 && names.length > 0) return [];
    mkdirSync(target, { recursive: true });
    return [to];
  }
  mkdirSync(dirname(target), { recursive: true });
  rmSync(target, { force: true });
  cpSync(entry.file, target, { verbatimSymlinks: true, preserveTimestamps: true });
  return [to];
}

/** The paths that a pattern stands for: `package*.json`. */
function matching(source: Source, pattern: string): string[] {
  if (!/[*?]/.test(pattern)) return source.file(pattern) === undefined ? [] : [pattern];
  let found = ['/'];
  for (const segment of pattern.split('/').filter((part) => part !== '')) {
    const isMatch = patternOf(segment);
    found = found.flatMap((folder) => {
      if (!source.file(folder)?.folder) return [];
      return source
        .list(folder)
        .filter(isMatch)
        .map((name) => posix.join(folder, name));
    });
  }
  return found.filter((path) => source.file(path) !== undefined);
}
