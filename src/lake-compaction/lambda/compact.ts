import type { RewriteDependencies } from '../../lake-rewrite/lambda/dependencies';
import { isInTable, type LakeFolder, pathOf } from '../../lake-rewrite/lambda/lake-folder';
import { finishRewrite, type Rewrite, type RewriteResult, rewriteFolder } from '../../lake-rewrite/lambda/rewrite-folder';
import type { CompactionSettings } from '../settings';
import { countedFolders, isDue } from './folders';
import { noQueries } from './no-queries';
import { listRewrites } from './rewrites';

/** A folder that could not be compacted, and why. */
export interface FailedFolder {
  readonly folder: LakeFolder;
  readonly reason: string;
}

/** Folders that are left alone. */
export interface OutsideFolders {
  readonly folders: number;
  readonly years: readonly number[];
}

/** What one run did. */
export interface CompactionResult {
  readonly compacted: number;
  /** Folders that are due, or whose replaced files are still there, for the next run. */
  readonly left: number;
  readonly filesBefore: number;
  readonly filesAfter: number;
  readonly scannedBytes: number;
  readonly failed: readonly FailedFolder[];
  /** Folders of years that the table does not have. No query reads their files, and they stay as they are. */
  readonly outside: OutsideFolders;
}

/** No folder is begun with less time left: a query, its wait, and the copies. */
const SAFETY_MARGIN_MS = 180_000;
/** Of one run, for moments without a query. */
const LONGEST_WAIT_MS = 300_000;

/**
 * Compacts the folders that are due, after those whose compaction was interrupted. It ends when the time is up, and leaves the rest to the
 * next run. It also ends when files cannot be replaced now.
 *
 * @param until when this process ends, in milliseconds since 1970
 */
export async function compact(settings: CompactionSettings, given: RewriteDependencies, until: number): Promise<CompactionResult> {
  const { wait, dependencies } = noQueries(given, LONGEST_WAIT_MS);
  const { store, now } = dependencies;
  const results: RewriteResult[] = [];
  const failed: FailedFolder[] = [];
  let left = 0;
  let isWaiting = false;
  const rewriteOf = (folder: LakeFolder): Rewrite => ({
    table: settings,
    folder,
    kind: 'compaction',
    until,
    finishes: ['compaction'],
    withVersions: false,
    mayReplace: wait,
  });
  const hasTime = () => until - now() > SAFETY_MARGIN_MS && !isWaiting;

  async function one(folder: LakeFolder, run: (rewrite: Rewrite) => Promise<RewriteResult | undefined>): Promise<void> {
    if (!hasTime()) {
      left++;
      return;
    }
    try {
      const result = await run(rewriteOf(folder));
      if (result?.state === 'rewritten') results.push(result);
      else if (result !== undefined && result.state !== 'empty') left++;
      if (result?.state === 'waiting') isWaiting = true;
    } catch (error) {
      failed.push({ folder, reason: (error as Error).message });
    }
  }

  const { unfinished, orphans } = await listRewrites(store, settings);
  await store.remove(orphans);
  // A rewrite that ended before it changed anything is begun again.
  await inParallel(unfinished.values(), settings.CONCURRENCY, (folder) =>
    one(folder, async (rewrite) => (await finishRewrite(rewrite, dependencies)) ?? rewriteFolder(rewrite, dependencies)),
  );
  const outside = { folders: 0, years: new Set<number>() };
  const due = async function* () {
    for await (const counted of countedFolders(store, settings)) {
      const { folder } = counted;
      if (!isInTable(settings, folder)) {
        outside.folders++;
        outside.years.add(folder.year);
      } else if (!unfinished.has(pathOf(settings, folder)) && isDue(counted, settings, now())) yield folder;
    }
  };
  await inParallel(due(), settings.CONCURRENCY, (folder) => one(folder, (rewrite) => rewriteFolder(rewrite, dependencies)));

  const sum = (value: (result: RewriteResult) => number) => results.reduce((total, result) => total + value(result), 0);
  return {
    compacted: results.length,
    left,
    failed,
    outside: { folders: outside.folders, years: [...outside.years] },
    filesBefore: sum(({ filesBefore }) => filesBefore),
    filesAfter: sum(({ filesAfter }) => filesAfter),
    scannedBytes: sum(({ scannedBytes }) => scannedBytes),
  };
}

/** Runs a task for each value, a number of them at the same time. */
async function inParallel<T>(
  values: AsyncIterable<T> | Iterable<T>,
  concurrency: number,
  task: (value: T) => Promise<void>,
): Promise<void> {
  const running = new Set<Promise<void>>();
  for await (const value of values) {
    const work: Promise<void> = task(value).finally(() => running.delete(work));
    running.add(work);
    if (running.size >= concurrency) await Promise.race(running);
  }
  await Promise.all(running);
}
