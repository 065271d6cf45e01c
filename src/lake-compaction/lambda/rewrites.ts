import type { LakeStore } from '../../lake-rewrite/lambda/dependencies';
import { folderAt, type LakeFolder, pathOf } from '../../lake-rewrite/lambda/lake-folder';
import type { CompactionSettings } from '../settings';

/** What earlier rewrites left. */
export interface Rewrites {
  /** Folders with a manifest, by their paths. */
  readonly unfinished: ReadonlyMap<string, LakeFolder>;
  /** Files of folders without a manifest, which nobody uses: of a query that wrote after it was stopped, for example. */
  readonly orphans: readonly string[];
}

const MANIFEST = 'manifest.json';

/**
 * Lists what is in `rewrites/`. A manifest is written before its files, and comes after them in the list: so files without a manifest in the
 * list are not those of a rewrite that runs.
 */
export async function listRewrites(store: LakeStore, settings: CompactionSettings): Promise<Rewrites> {
  const { REWRITES_FOLDER, DATA_FOLDER, HAS_TENANT_FOLDERS } = settings;
  const keys = (await store.list(REWRITES_FOLDER)).map(({ key }) => key);
  const unfinished = new Map<string, LakeFolder>();
  for (const key of keys) {
    const folder = key.endsWith(`/${MANIFEST}`) ? folderAt(settings, `${DATA_FOLDER}${key.slice(REWRITES_FOLDER.length)}`) : undefined;
    if (folder !== undefined) unfinished.set(pathOf(settings, folder), folder);
  }
  const depth = HAS_TENANT_FOLDERS ? 3 : 2;
  const pathAt = (key: string) => `${key.slice(REWRITES_FOLDER.length).split('/').slice(0, depth).join('/')}/`;
  return { unfinished, orphans: keys.filter((key) => !unfinished.has(pathAt(key))) };
}
