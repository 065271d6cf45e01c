import type { RewrittenTable } from '../rewritten-table';
import type { LakeStore } from './dependencies';
import { type LakeFolder, pathOf } from './lake-folder';

/** Why a folder is rewritten. */
export type RewriteKind = 'compaction' | 'erasure';

/** A new file: where the query wrote it, and its place in the folder. */
export interface AddedFile {
  readonly from: string;
  readonly to: string;
  readonly size: number;
}

/**
 * The state of a folder's rewrite, in an object of the bucket. There is at most one for each folder, so it also is the lock: only its owner
 * changes the folder until the time in `until`. Without `added`, nothing in the folder has changed yet.
 */
export interface Manifest {
  readonly id: string;
  readonly kind: RewriteKind;
  /** Milliseconds since 1970. */
  readonly until: number;
  /** Keys of the files that the new ones replace. */
  readonly replaced?: readonly string[];
  readonly added?: readonly AddedFile[];
}

/** A manifest that this process owns. */
export interface OwnManifest {
  readonly manifest: Manifest;
  readonly etag: string;
}

export function manifestKey(table: RewrittenTable, folder: LakeFolder): string {
  return `${table.REWRITES_FOLDER}${pathOf(table, folder)}manifest.json`;
}

/** The folder for the files of a rewrite that are not in their place yet. */
export function filesFolder(table: RewrittenTable, folder: LakeFolder, id: string): string {
  return `${table.REWRITES_FOLDER}${pathOf(table, folder)}${id}/`;
}

export async function readManifest(store: LakeStore, key: string): Promise<OwnManifest | undefined> {
  const found = await store.read(key);
  return found && { manifest: JSON.parse(found.text) as Manifest, etag: found.etag };
}

/** Writes a manifest over the one that was read. Undefined if another process was faster. */
export async function writeManifest(store: LakeStore, key: string, manifest: Manifest, etag?: string): Promise<OwnManifest | undefined> {
  const written = await store.write(key, JSON.stringify(manifest), etag);
  return written === undefined ? undefined : { manifest, etag: written };
}
