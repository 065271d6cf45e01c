import type { LakeStore } from '../../lake-rewrite/lambda/dependencies';
import { folderAt, type LakeFolder, pathOf } from '../../lake-rewrite/lambda/lake-folder';
import type { CompactionSettings } from '../settings';

/** A folder, with the number of its files. */
export interface CountedFolder {
  readonly folder: LakeFolder;
  readonly files: number;
  /** Those that were not written by a rewrite. */
  readonly newFiles: number;
}

/** The name of a file that a rewrite wrote. */
const REWRITTEN = /\/(compaction|erasure)-[0-9a-f-]{36}-[0-9]{4}\.parquet$/;
/** Firehose tries for up to a day to deliver a record. Documented: "Amazon Data Firehose data delivery". */
const SETTLED_MS = 24 * 3_600_000;

/** The folders of a table in the order of their names, which is that of the months, while they are listed. */
export async function* countedFolders(store: LakeStore, settings: CompactionSettings): AsyncGenerator<CountedFolder> {
  let current: { folder: LakeFolder; path: string; files: number; newFiles: number } | undefined;
  for await (const { key } of store.each(settings.DATA_FOLDER)) {
    const folder = folderAt(settings, key);
    if (folder === undefined) continue;
    const path = pathOf(settings, folder);
    if (current?.path !== path) {
      if (current !== undefined) yield current;
      current = { folder, path, files: 0, newFiles: 0 };
    }
    current.files++;
    if (!REWRITTEN.test(key)) current.newFiles++;
  }
  if (current !== undefined) yield current;
}

/**
 * Whether a folder is to be compacted: a month that ended a day ago, if it has a new file beside others; another one, if it has more new
 * files than the settings allow.
 */
export function isDue(
  { folder: { year, month }, files, newFiles }: CountedFolder,
  { MOST_NEW_FILES }: CompactionSettings,
  now: number,
): boolean {
  const hasEnded = Date.UTC(year, month) + SETTLED_MS <= now;
  return hasEnded ? newFiles > 0 && files > 1 : newFiles > MOST_NEW_FILES;
}
