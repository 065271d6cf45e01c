import { type AthenaClient, GetQueryResultsCommand } from '@aws-sdk/client-athena';
import type { RewriteDependencies } from '../../lake-rewrite/lambda/dependencies';
import type { LakeFolder } from '../../lake-rewrite/lambda/lake-folder';
import { readManifest } from '../../lake-rewrite/lambda/manifest';
import { finishedQuery } from '../../lake-rewrite/lambda/query';
import { rewriteFolder } from '../../lake-rewrite/lambda/rewrite-folder';
import type { ErasureSettings } from '../settings';
import type { ErasureBucket } from './bucket';
import type { Month, Rows } from './erase';
import { monthFolders } from './month-folders';

export interface RowsDependencies extends RewriteDependencies {
  readonly athena: AthenaClient;
  readonly bucket: ErasureBucket;
  /** When this invocation ends, in milliseconds since 1970. */
  readonly end: () => number;
}

/** Name of the object with the state of a folder's rewrite. */
const MANIFEST = 'manifest.json';

/** The rows of a lake, by queries of Athena. */
export function storedRows(settings: ErasureSettings, dependencies: RowsDependencies): Rows {
  const { DATABASE, TABLE, TENANT_NOUN, HAS_TENANT_FOLDERS } = settings;
  const { athena, bucket, end, now } = dependencies;
  const folderOf = (tenant: string, { year, month }: Month): LakeFolder => ({ year, month, ...(HAS_TENANT_FOLDERS ? { tenant } : {}) });
  return {
    async count(tenant, condition) {
      const isTenant = HAS_TENANT_FOLDERS ? `"${TENANT_NOUN}" = '${tenant}' AND ` : '';
      const sql = `SELECT "year", "month", count(*) AS "found" FROM "${DATABASE}"."${TABLE}" WHERE ${isTenant}${condition} GROUP BY "year", "month"`;
      const found = await rowsOf(athena, await finished(dependencies, sql, end()));
      return found.map(([year, month, rows]) => ({ year: Number(year), month: Number(month), rows: Number(rows) }));
    },
    async rewrite(tenant, month, condition) {
      const { state } = await withoutDetails(
        rewriteFolder(
          {
            ...{
              table: settings,
              folder: folderOf(tenant, month),
              kind: 'erasure',
              keep: `NOT ${condition}`,
              until: end(),
              withVersions: true,
            },
            // A compaction that was interrupted must not bring back what it read before.
            finishes: ['compaction', 'erasure'],
            mayReplace: async () => true,
          },
          dependencies,
        ),
      );
      return state === 'rewritten' || state === 'empty';
    },
    folders: (tenant) => monthFolders(bucket, settings, tenant),
    async rewriting(folder) {
      const manifest = `${folder}${MANIFEST}`;
      const found = await readManifest(dependencies.store, manifest);
      // Without new files and an owner, it is an interrupted rewrite that starts again.
      const isAlive = found !== undefined && (found.manifest.added !== undefined || found.manifest.until > now());
      return [manifest, ...(isAlive ? [`${folder}${found.manifest.id}/`] : [])];
    },
  };
}

/** Runs a query. @returns its id */
async function finished(dependencies: RowsDependencies, sql: string, until: number): Promise<string> {
  let id = '';
  const { queries } = dependencies;
  const start = async (text: string) => {
    id = await queries.start(text);
    return id;
  };
  await withoutDetails(finishedQuery({ ...dependencies, queries: { ...queries, start } }, sql, until));
  return id;
}

/** The reason of Athena may quote the query, which has keys, and Lambda logs errors. */
async function withoutDetails<T>(query: Promise<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    const { message } = error as Error;
    throw message.startsWith('query ')
      ? new Error(`${message.split(':').slice(0, 2).join(':').slice(0, 200)}: see the query in Athena`)
      : error;
  }
}

/** The first page holds the months of a tenant: it has up to 1,000 rows. */
async function rowsOf(client: AthenaClient, QueryExecutionId: string): Promise<string[][]> {
  const { ResultSet } = await client.send(new GetQueryResultsCommand({ QueryExecutionId }));
  return (ResultSet?.Rows ?? []).slice(1).map(({ Data = [] }) => Data.map(({ VarCharValue = '' }) => VarCharValue));
}
