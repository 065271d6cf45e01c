import type { ErasureSettings } from '../settings';
import type { ErasureBucket } from './bucket';

/** Folders that can have rows of a tenant. */
export interface Folders {
  /** Folders with files. */
  readonly data: readonly string[];
  /** Folders with what is left of rewriting files. */
  readonly rewrites: readonly string[];
  /** Those of `data` that no query reads. */
  readonly unread: readonly string[];
  /** Whether they have rows of this tenant only. */
  readonly areOfTenant: boolean;
}

type Settings = Pick<ErasureSettings, 'DATA_FOLDER' | 'REWRITES_FOLDER' | 'TENANT_NOUN' | 'HAS_TENANT_FOLDERS' | 'YEARS'>;

/** Finds the folders of a tenant's months in the bucket: there can be years that the table of the lake does not have. */
export async function monthFolders(bucket: Pick<ErasureBucket, 'folders'>, settings: Settings, tenant: string): Promise<Folders> {
  const { DATA_FOLDER, REWRITES_FOLDER, TENANT_NOUN, HAS_TENANT_FOLDERS, YEARS } = settings;
  const months = async (root: string) => {
    const found: string[] = [];
    for (const year of await bucket.folders(root)) found.push(...(await bucket.folders(year)));
    return found.map((month) => (HAS_TENANT_FOLDERS ? `${month}${TENANT_NOUN}=${tenant}/` : month));
  };
  const isRead = (folder: string) => {
    const [, year = '', month = ''] = /^year=(\d{4})\/month=(\d{2})\//.exec(folder.slice(DATA_FOLDER.length)) ?? [];
    return Number(year) >= YEARS.first && Number(year) <= YEARS.last && Number(month) >= 1 && Number(month) <= 12;
  };
  const data = await months(DATA_FOLDER);
  return {
    data,
    rewrites: await months(REWRITES_FOLDER),
    unread: data.filter((folder) => !isRead(folder)),
    areOfTenant: HAS_TENANT_FOLDERS,
  };
}
