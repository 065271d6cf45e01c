import { LAKE_FOLDERS } from '../../runtime/lake-folders';
import type { ErasureBucket, Version } from './bucket';
import { type KeyNames, sqlCondition } from './erased-items';
import { type Remainder, withoutLines } from './lines';
import type { Folders } from './month-folders';
import { type Counts, type Left, type OpenErasure, type Records, sum } from './record';
import type { SourceTable } from './source-table';

/** A month of the lake. */
export interface Month {
  readonly year: number;
  readonly month: number;
}

/** The stored rows. */
export interface Rows {
  /** Months with rows that a condition selects, and how many. */
  count(tenant: string, condition: string): Promise<(Month & { readonly rows: number })[]>;
  /** Writes the files of a month again without the rows, and removes the replaced files. @returns false if it needs more time */
  rewrite(tenant: string, month: Month, condition: string): Promise<boolean>;
  /** Folders that the bucket has of a tenant. */
  folders(tenant: string): Promise<Folders>;
  /** What belongs to a rewrite of the folder that can be continued: prefixes of keys. */
  rewriting(folder: string): Promise<readonly string[]>;
}

export interface ErasureDependencies {
  readonly bucket: ErasureBucket;
  readonly records: Records;
  readonly table: SourceTable;
  readonly rows: Rows;
  readonly keys: KeyNames;
  /** How long changes may still arrive after the table has none of the items, in milliseconds. */
  readonly arrivalTime: number;
  readonly now: () => number;
  /** Whether there is time for another step. */
  readonly hasTime: () => boolean;
}

/**
 * - `incomplete`: the time of the invocation was not enough; the next one goes on.
 * - `waiting`: nothing is left, but changes of the items may still arrive. A last pass after `nextPass` decides.
 * - `finished`: the last pass found nothing, and the record is written.
 */
export type ErasureState = 'incomplete' | 'waiting' | 'finished';

/** The result of an invocation for one erasure. It contains no keys. */
export interface Outcome {
  readonly id: string;
  readonly tenant: string;
  readonly state: ErasureState;
  readonly startedAt: string;
  readonly passes: number;
  readonly erased: Counts;
  /** What the pass found after it had erased. */
  readonly left?: Left;
  /** When a pass can be the last one; ISO 8601. */
  readonly nextPass?: string;
  /** The object with the record. */
  readonly record?: string;
}

const NONE: Left = { rows: 0, versions: 0, unread: 0 };
/** Folders whose objects are lines of JSON. */
const LINES = [LAKE_FOLDERS.quarantine, LAKE_FOLDERS.backfill];

/** What a pass has done so far. It is stored also if the pass fails. */
interface Progress {
  erased: Counts;
  lastInTable: string;
  /** When the pass began, also if it was interrupted since. */
  readonly passBegan: string;
  cursors: Readonly<Record<string, string>>;
  left?: Left;
}

/** One pass over all places. Each of its steps can be repeated, so that a pass that was interrupted starts again. */
export async function pass(erasure: OpenErasure, dependencies: ErasureDependencies): Promise<Outcome> {
  const { records, arrivalTime, now } = dependencies;
  const { erased, lastInTable, cursors, id, startedAt, request } = erasure;
  const passBegan = (erasure.isInterrupted ? erasure.passBegan : undefined) ?? new Date(now()).toISOString();
  const progress: Progress = { erased, lastInTable, cursors, passBegan };
  const current = (isInterrupted: boolean): OpenErasure => ({
    ...erasure,
    erased: progress.erased,
    lastInTable: progress.lastInTable,
    isInterrupted,
    passBegan: isInterrupted ? passBegan : undefined,
    passes: erasure.passes + (isInterrupted ? 0 : 1),
    cursors: isInterrupted ? progress.cursors : {},
  });
  const state = await erasePlaces(erasure, progress, dependencies, () => records.save(current(true))).catch(async (error: Error) => {
    await records.save(current(true));
    throw error;
  });
  const { passes } = current(state === 'incomplete');
  const outcome = { id, tenant: request.tenant, state, startedAt, passes, erased: progress.erased, left: progress.left };
  if (state === 'finished') {
    return { ...outcome, record: await records.close(current(false), progress.left ?? NONE, new Date(now()).toISOString()) };
  }
  await records.save(current(state === 'incomplete'));
  return { ...outcome, nextPass: new Date(Date.parse(progress.lastInTable) + arrivalTime).toISOString() };
}

async function erasePlaces(
  erasure: OpenErasure,
  progress: Progress,
  dependencies: ErasureDependencies,
  save: () => Promise<void>,
): Promise<ErasureState> {
  const { bucket, table, rows, keys, arrivalTime, now, hasTime } = dependencies;
  const { tenant, items } = erasure.request;
  const condition = sqlCondition(items, keys);
  const count = (counts: Partial<Counts>) => {
    progress.erased = sum(progress.erased, counts);
  };

  // The items may have been written again since the last pass, and their changes may still arrive. This is saved before they are deleted:
  // if the function ended in between, nothing would be left to show that they were there.
  let before = 0;
  const inTable = async (deleted: number) => {
    count({ items: deleted - before });
    before = deleted;
    progress.lastInTable = new Date(now()).toISOString();
    await save();
  };
  const deleted = await table.erase(items, inTable);
  if (deleted > 0) await inTable(deleted);
  // A pass that began earlier than this could miss what arrived behind it.
  const mayBeLast = erasure.passes > 0 && Date.parse(progress.passBegan) >= Date.parse(progress.lastInTable) + arrivalTime;

  for (const { rows: found, ...month } of await rows.count(tenant, condition)) {
    if (!hasTime() || !(await rows.rewrite(tenant, month, condition))) return 'incomplete';
    count({ rows: found, folders: 1 });
  }
  const rewritten = now();
  const { data, rewrites, unread, areOfTenant } = await rows.folders(tenant);
  const isWhole = items.some(({ wholeTenant }) => wholeTenant);
  for (const folder of data) {
    if (!hasTime()) return 'incomplete';
    // No query reads these files, but all that they have is the tenant's.
    const isErased = isWhole && areOfTenant && unread.includes(folder);
    count({ versions: await removeVersions(bucket, folder, async (version) => isErased || !version.isLatest) });
  }
  for (const folder of rewrites) {
    if (!hasTime()) return 'incomplete';
    count({ versions: await removeVersions(bucket, folder, leftover(folder, rows)) });
  }
  for (const folder of LINES) {
    if (!(await eraseLines(folder, erasure, progress, dependencies))) return 'incomplete';
  }
  // Queries that ended before the files were written again may have read the rows.
  count({
    results: await removeVersions(bucket, LAKE_FOLDERS.results, async ({ isLatest, modified }) => !isLatest || modified < rewritten),
  });
  progress.left = await verify(tenant, condition, dependencies);
  if (Object.values(progress.left).some((found) => found > 0)) return 'incomplete';
  return mayBeLast ? 'finished' : 'waiting';
}

/** Removes lines from the objects of a folder. @returns false if there was not enough time for all of them */
async function eraseLines(folder: string, erasure: OpenErasure, progress: Progress, dependencies: ErasureDependencies): Promise<boolean> {
  const { bucket, keys, hasTime } = dependencies;
  for await (const page of bucket.versions(folder, progress.cursors[folder])) {
    for (const version of page) {
      if (!hasTime()) return false;
      const removed = await removeLines(bucket, version, (body) =>
        withoutLines(body, erasure.request.items, keys, folder === LAKE_FOLDERS.backfill),
      );
      progress.erased = sum(progress.erased, folder === LAKE_FOLDERS.backfill ? { exported: removed } : { quarantined: removed });
    }
    // The versions of the last key may continue on the next page.
    const last = page.at(-1)?.key;
    const before = page.filter(({ key }) => key !== last).at(-1)?.key;
    if (before !== undefined) progress.cursors = { ...progress.cursors, [folder]: before };
  }
  return true;
}

/** What a query and a listing still find. */
async function verify(tenant: string, condition: string, { rows, bucket }: ErasureDependencies): Promise<Left> {
  const found = await rows.count(tenant, condition);
  let versions = 0;
  let unread = 0;
  const folders = await rows.folders(tenant);
  for (const folder of folders.data) {
    for await (const page of bucket.versions(folder)) {
      versions += page.filter(({ isLatest }) => !isLatest).length;
      if (folders.unread.includes(folder)) unread += page.filter(({ isLatest, isMarker }) => isLatest && !isMarker).length;
    }
  }
  for (const folder of folders.rewrites) versions += (await listed(bucket, folder, leftover(folder, rows))).length;
  return { rows: found.reduce((total, month) => total + month.rows, 0), versions, unread };
}

/** Selects all objects of a folder in `rewrites/` and their old versions, except what a rewrite needs that can be continued. */
function leftover(folder: string, rows: Rows): Selection {
  let needed: Promise<readonly string[]> | undefined;
  return async ({ key, isLatest }) => {
    if (!isLatest) return true;
    // Read after the listing: an object that was listed belongs to this rewrite, or to one that ended.
    needed ??= rows.rewriting(folder);
    return !(await needed).some((prefix) => key.startsWith(prefix));
  };
}

/** Whether a version, or a delete marker, is one of those that are removed. */
type Selection = (version: Version) => Promise<boolean>;

async function listed(bucket: ErasureBucket, folder: string, isSelected: Selection): Promise<Version[]> {
  const versions: Version[] = [];
  for await (const page of bucket.versions(folder)) versions.push(...page);
  const selected: Version[] = [];
  for (const version of versions) if (await isSelected(version)) selected.push(version);
  return selected;
}

/**
 * Removes versions of a folder for good. A delete marker is removed after the versions below it, which would otherwise be current again.
 *
 * @returns how many were removed
 */
async function removeVersions(bucket: ErasureBucket, folder: string, isSelected: Selection): Promise<number> {
  const selected = await listed(bucket, folder, async (version) => (version.isLatest && version.isMarker) || isSelected(version));
  // Not in one request, which can fail for a version and succeed for the marker above it.
  await bucket.remove(selected.filter(({ isMarker }) => !isMarker));
  await bucket.remove(selected.filter(({ isMarker }) => isMarker));
  return selected.length;
}

/** Replaces an object by one without lines, and removes the version that had them. */
async function removeLines(bucket: ErasureBucket, version: Version, without: (body: Buffer) => Remainder | undefined): Promise<number> {
  const { key, versionId, isLatest, isMarker } = version;
  if (isMarker) return 0;
  const content = await bucket.read(key, versionId);
  const remainder = content && without(content.body);
  if (content === undefined || remainder === undefined) return 0;
  if (isLatest && remainder.body.length > 0) await bucket.replace(key, { ...content, body: remainder.body });
  await bucket.remove([version]);
  return remainder.removed;
}
