import { lstatSync, readdirSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, join, posix } from 'node:path';

/** The file of a path as the topmost layer has it. */
export interface Found {
  /** On this machine. */
  readonly file: string;
  readonly stats: Stats;
}

/** Looks a path up from the top layer down. A device with the number 0 is how an overlay marks a deleted file. */
export function lookUp(layers: readonly string[], path: string): Found | undefined {
  for (const layer of [...layers].reverse()) {
    const file = join(layer, path);
    const stats = lstatSync(file, { throwIfNoEntry: false });
    if (stats?.isCharacterDevice()) return undefined;
    if (stats !== undefined) return { file, stats };
    if (isDeleted(layer, path)) return undefined;
  }
  return undefined;
}

function isDeleted(layer: string, path: string): boolean {
  const above = dirname(path);
  if (above === path || above === '.') return false;
  return lstatSync(join(layer, above), { throwIfNoEntry: false })?.isCharacterDevice() === true || isDeleted(layer, above);
}

/** The names in a folder, of all layers together. */
export function listFolder(layers: readonly string[], path: string): string[] {
  const names = layers.flatMap((layer) => {
    const stats = lstatSync(join(layer, path), { throwIfNoEntry: false });
    return stats?.isDirectory() ? readdirSync(join(layer, path)) : [];
  });
  return [...new Set(names)].filter((name) => lookUp(layers, posix.join(path, name)) !== undefined).sort();
}

/** The path with its links followed, within the image. */
export function followLinks(layers: readonly string[], path: string, depth = 0): string {
  const found = lookUp(layers, path);
  if (found === undefined || !found.stats.isSymbolicLink() || depth > 8) return path;
  return followLinks(layers, posix.resolve(posix.dirname(path), readlinkSync(found.file)), depth + 1);
}
