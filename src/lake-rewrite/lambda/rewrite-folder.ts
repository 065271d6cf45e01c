import type { RewrittenTable } from '../rewritten-table';
import { KEYS_PER_REQUEST, type LakeStore, type RewriteDependencies, type StoredObject } from './dependencies';
import { isFile, isInTable, type LakeFolder, leftOutSql, pathOf, unloadSql } from './lake-folder';
import { filesFolder, type Manifest, manifestKey, type OwnManifest, type RewriteKind, readManifest, writeManifest } from './manifest';
import { rowsOf } from './parquet-rows';
import { finishedQuery } from './query';

/** How a folder is rewritten. */
export interface Rewrite {
  readonly table: RewrittenTable;
  readonly folder: LakeFolder;
  readonly kind: RewriteKind;
  /** Condition of the rows that are kept, in SQL. All of them by default. */
  readonly keep?: string;
  /** When this process ends, in milliseconds since 1970. Nobody else changes the folder before. */
  readonly until: number;
  /** Kinds of unfinished rewrites that this one may finish. */
  readonly finishes: readonly RewriteKind[];
  /**
   * Waits until files of the folder may be replaced; false if that is not now. Called before the first copy, and before each request that
   * removes files.
   */
  readonly mayReplace: () => Promise<boolean>;
  /** Whether replaced files are deleted with all their versions, for good. */
  readonly withVersions: boolean;
}

/**
 * What happened to a folder.
 *
 * - rewritten: its files are the new ones
 * - empty: it has no files
 * - busy: another process rewrites it, or left a rewrite that this one may not finish
 * - waiting: the new files are written, but could not replace the old ones yet, or not all of them: then rows appear twice until a later
 *   call
 * - changed: new files arrived in each attempt
 */
export type RewriteState = 'rewritten' | 'empty' | 'busy' | 'waiting' | 'changed';

export interface RewriteResult {
  readonly state: RewriteState;
  readonly filesBefore: number;
  readonly filesAfter: number;
  readonly scannedBytes: number;
}

/** A file is copied in one request. Documented: CopyObject (Amazon S3 API Reference). */
const LARGEST_COPY_BYTES = 5 * 1024 ** 3;
const ATTEMPTS = 3;

const nothing = (state: RewriteState, files = 0): RewriteResult => ({ state, filesBefore: files, filesAfter: files, scannedBytes: 0 });

/**
 * Writes the rows of a folder into new files, and replaces the old ones. A rewrite of this folder that was interrupted is finished first.
 *
 * Each step can be interrupted, and a later call continues. Rows are in the folder once, or twice between the copy of the new files and the
 * removal of the old ones. Rows are never missing: files are replaced only if the new ones have as many rows, apart from those left out.
 *
 * @throws when the table does not have the year of the folder, or the new files have another number of rows than expected
 */
export async function rewriteFolder(rewrite: Rewrite, dependencies: RewriteDependencies): Promise<RewriteResult> {
  const unfinished = await finishRewrite(rewrite, dependencies);
  checkYear(rewrite);
  if (unfinished?.state === 'busy' || unfinished?.state === 'waiting') return unfinished;
  const { store, newId } = dependencies;
  const { table, folder, kind, until } = rewrite;
  const key = manifestKey(table, folder);
  const own = await writeManifest(store, key, { id: newId(), kind, until });
  if (own === undefined) return nothing('busy');
  return owned(store, key, own, async () => {
    const files = `${table.DATA_FOLDER}${pathOf(table, folder)}`;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const before = (await store.list(files)).filter(({ key: one }) => isFile(one));
      if (before.length === 0) return nothing('empty');
      const rowsBefore = await rowsOf(store, before);
      const place = `${filesFolder(table, folder, own.manifest.id)}${attempt}/`;
      const { written, scannedBytes } = await unload(rewrite, dependencies, place);
      // A file that arrived meanwhile may be in the new files or not. Nothing has changed yet, so the rows are read again.
      const leftOut = await rowsLeftOut(rewrite, dependencies);
      if (
        !isSame(
          before,
          (await store.list(files)).filter(({ key: one }) => isFile(one)),
        )
      ) {
        await removeFiles(store, place, rewrite.withVersions);
        continue;
      }
      checkRows(rewrite, { before: rowsBefore, leftOut, after: await rowsOf(store, written), files: written.length });
      const added = written.map(({ key: from, size }, index) => ({
        from,
        size,
        to: `${files}${kind}-${own.manifest.id}-${String(index).padStart(4, '0')}.parquet`,
      }));
      const manifest = { ...own.manifest, replaced: before.map((one) => one.key), added };
      const decided = await writeManifest(store, key, manifest, own.etag);
      if (decided === undefined) {
        // Another process took over the rewrite, which had changed nothing yet, and begins again: no manifest names these files.
        await removeFiles(store, place, rewrite.withVersions);
        return nothing('busy', before.length);
      }
      const state = await replace(rewrite, dependencies, manifest);
      return state === 'discarded'
        ? nothing('changed', before.length)
        : { state, filesBefore: before.length, filesAfter: added.length, scannedBytes };
    }
    return nothing('changed');
  });
}

/**
 * Finishes a rewrite of a folder that was interrupted.
 *
 * @returns undefined if there was none, or if it had changed nothing for good, so that another one can begin
 */
export async function finishRewrite(rewrite: Rewrite, dependencies: RewriteDependencies): Promise<RewriteResult | undefined> {
  const { store, now } = dependencies;
  const { table, folder, finishes, until } = rewrite;
  const key = manifestKey(table, folder);
  const found = await readManifest(store, key);
  if (found === undefined) return undefined;
  const { id, kind, replaced = [], added } = found.manifest;
  if (found.manifest.until > now() || !finishes.includes(kind)) return nothing('busy');
  const own = await writeManifest(store, key, { ...found.manifest, until }, found.etag);
  if (own === undefined) return nothing('busy');
  return owned(store, key, own, async () => {
    if (added === undefined) {
      await removeFiles(store, filesFolder(table, folder, id), rewrite.withVersions);
      return undefined;
    }
    const state = await replace(rewrite, dependencies, own.manifest);
    if (state === 'discarded') return undefined;
    return { state, filesBefore: replaced.length, filesAfter: added.length, scannedBytes: 0 };
  });
}

/**
 * Runs the steps of a rewrite as its owner. The manifest stays if they ended before the old files were removed, so that another process
 * can continue at once.
 */
async function owned<T extends RewriteResult | undefined>(
  store: LakeStore,
  key: string,
  { manifest }: OwnManifest,
  steps: () => Promise<T>,
): Promise<T> {
  try {
    const result = await steps();
    if (result?.state === 'waiting') await release(store, key, manifest.id);
    else if (result?.state !== 'busy') await store.remove([key]);
    return result;
  } catch (error) {
    await release(store, key, manifest.id).catch(() => undefined);
    throw error;
  }
}

async function release(store: LakeStore, key: string, id: string): Promise<void> {
  const current = await readManifest(store, key);
  if (current?.manifest.id === id) await writeManifest(store, key, { ...current.manifest, until: 0 }, current.etag);
}

interface Unloaded {
  readonly written: readonly StoredObject[];
  readonly scannedBytes: number;
}

/** Writes the rows of the folder as new files, in a place of their own: the destination of UNLOAD must be empty. */
async function unload({ table, folder, keep, until }: Rewrite, dependencies: RewriteDependencies, to: string): Promise<Unloaded> {
  const { store } = dependencies;
  const { scannedBytes } = await finishedQuery(dependencies, unloadSql(table, folder, to, keep), until);
  const written = await store.list(to);
  const large = written.find(({ size }) => size > LARGEST_COPY_BYTES);
  if (large !== undefined) throw new Error(`${large.key} has ${large.size} bytes: files of more than 5 GiB cannot be copied`);
  return { written, scannedBytes };
}

function checkYear({ table, folder }: Rewrite): void {
  if (isInTable(table, folder)) return;
  const { first, last } = table.YEARS;
  throw new Error(`${pathOf(table, folder)} is not in the table, which has the years ${first} to ${last}: its files stay as they are`);
}

/** How many rows of the folder are not kept. */
async function rowsLeftOut({ table, folder, keep, until }: Rewrite, dependencies: RewriteDependencies): Promise<number> {
  if (keep === undefined) return 0;
  const { id } = await finishedQuery(dependencies, leftOutSql(table, folder, keep), until);
  return dependencies.queries.count(id);
}

interface RowCounts {
  readonly before: number;
  readonly leftOut: number;
  readonly after: number;
  readonly files: number;
}

/** A query reads what the table has, which can be less than the files: with another year range, a wrong schema, or a file it cannot see. */
function checkRows({ table, folder, kind }: Rewrite, { before, leftOut, after, files }: RowCounts): void {
  const where = pathOf(table, folder);
  if (after !== before - leftOut) {
    throw new Error(`${where} has ${before} rows, of which ${leftOut} are left out, but the new files have ${after}: no file is replaced`);
  }
  if (kind === 'compaction' && files === 0) throw new Error(`${where} has files, but the query wrote none: no file is replaced`);
}

function isSame(before: readonly StoredObject[], after: readonly StoredObject[]): boolean {
  const etags = new Map(before.map(({ key, etag }) => [key, etag]));
  return before.length === after.length && after.every(({ key, etag }) => etags.get(key) === etag);
}

/** Discarded: the new files are gone, and the folder has its old ones only. */
type Replacement = 'rewritten' | 'waiting' | 'discarded';

/** Copies the new files into the folder, and removes the old ones. Each step is left out if it was done before. */
async function replace(rewrite: Rewrite, { store }: RewriteDependencies, manifest: Manifest): Promise<Replacement> {
  const { table, folder, mayReplace, withVersions } = rewrite;
  const { id, replaced = [], added = [] } = manifest;
  const folderPrefix = `${table.DATA_FOLDER}${pathOf(table, folder)}`;
  const present = new Map((await store.list(folderPrefix)).map(({ key, size }) => [key, size]));
  const missing = added.filter(({ to, size }) => present.get(to) !== size);
  if (missing.length > 0 && !(await mayReplace())) return 'waiting';
  if (missing.length > 0) {
    const written = new Set((await store.list(filesFolder(table, folder, id))).map(({ key }) => key));
    const gone = missing.find(({ from }) => !written.has(from));
    if (gone !== undefined) {
      await discard(rewrite, store, manifest, { gone: gone.from, present: new Set(present.keys()) });
      return 'discarded';
    }
  }
  for (const { from, to } of missing) await store.copy(from, to);
  const left = withVersions ? replaced : replaced.filter((key) => present.has(key));
  for (let at = 0; at < left.length; at += KEYS_PER_REQUEST) {
    if (!(await mayReplace())) return 'waiting';
    await store.remove(left.slice(at, at + KEYS_PER_REQUEST));
  }
  if (withVersions) for (const key of replaced) await store.removeVersions(key);
  await removeFiles(store, filesFolder(table, folder, id), withVersions);
  return 'rewritten';
}

/**
 * Undoes a rewrite whose new files are gone before all of them were copied, such as by a lifecycle rule. It removed no old file yet.
 *
 * @throws if an old file is missing, too: its rows could be in the new files only
 */
async function discard(
  { table, folder, withVersions }: Rewrite,
  store: LakeStore,
  { id, replaced = [], added = [] }: Manifest,
  { gone, present }: { readonly gone: string; readonly present: ReadonlySet<string> },
): Promise<void> {
  const lost = replaced.find((key) => !present.has(key));
  if (lost !== undefined) throw new Error(`${gone} is gone, and so is ${lost}, which it replaces: restore a version of one of them`);
  const copied = added.map(({ to }) => to).filter((key) => present.has(key));
  await store.remove(copied);
  if (withVersions) for (const key of copied) await store.removeVersions(key);
  await removeFiles(store, filesFolder(table, folder, id), withVersions);
}

async function removeFiles(store: LakeStore, prefix: string, withVersions: boolean): Promise<void> {
  if (withVersions) {
    await store.removeVersions(prefix);
    return;
  }
  await store.remove((await store.list(prefix)).map(({ key }) => key));
}
