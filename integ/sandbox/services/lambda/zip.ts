import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { inflateRawSync } from 'node:zlib';

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;

/** One file of an archive. */
export interface ZipEntry {
  readonly name: string;
  /** Its permissions, or 0 where the archive has none. */
  readonly mode: number;
  content(): Buffer;
}

/**
 * Extracts a zip archive into a folder.
 *
 * @throws if it is not such an archive, or if an entry would be outside the folder
 */
export function unzip(archive: Buffer, folder: string): void {
  for (const { name, mode, content } of entriesOf(archive)) write(folder, name, content(), mode);
}

/**
 * The files of a zip archive (PKWARE's APPNOTE; stored and deflated entries, which Lambda accepts).
 *
 * @throws if it is not such an archive
 */
export function* entriesOf(archive: Buffer): Iterable<ZipEntry> {
  const end = findEnd(archive);
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (archive.readUInt32LE(at) !== DIRECTORY_ENTRY) {
      throw new Error('The archive is damaged: its central directory is not at its offset');
    }
    const entry = at;
    const nameLength = archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    const mode = (archive.readUInt32LE(at + 38) >>> 16) & 0o777;
    if (!name.endsWith('/')) {
      yield { name, mode, content: () => contentOf(archive, entry, name) };
    }
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
}

function findEnd(archive: Buffer): number {
  for (let at = archive.length - 22; at >= Math.max(0, archive.length - 22 - 0xffff); at -= 1) {
    if (archive.readUInt32LE(at) === END_OF_DIRECTORY) {
      return at;
    }
  }
  throw new Error('The file is not a zip archive');
}

function contentOf(archive: Buffer, entry: number, name: string): Buffer {
  const method = archive.readUInt16LE(entry + 10);
  const size = archive.readUInt32LE(entry + 20);
  const local = archive.readUInt32LE(entry + 42);
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const data = archive.subarray(start, start + size);
  if (method === 0) {
    return data;
  }
  if (method === 8) {
    return inflateRawSync(data);
  }
  throw new Error(`${name} has compression method ${method}: only stored and deflated entries are supported`);
}

function write(folder: string, name: string, data: Buffer, mode: number): void {
  const path = resolve(folder, name);
  if (!path.startsWith(resolve(folder) + sep)) {
    throw new Error(`${name} would be written outside the function's folder`);
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, data, { mode: mode === 0 ? 0o644 : mode | 0o400 });
}
