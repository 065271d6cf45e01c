import { setTimeout as sleep } from 'node:timers/promises';
import { type AthenaClient, GetQueryExecutionCommand, GetQueryResultsCommand, StartQueryExecutionCommand } from '@aws-sdk/client-athena';
import type { ErasureSettings } from '../settings';
import type { ErasureBucket } from './bucket';
import type { Month, Rows } from './erase';
import { rewriteFolder } from './rewrite-folder';

/** How often the state of a query is looked up. */
const POLL_MS = 500;
/** Queries do not need more than this after the last step has been started. */
const MOST_POLLS = 1_200;

/** Runs a query, and returns its rows without the names of columns. */
type Query = (sql: string) => Promise<string[][]>;

export function storedRows(client: AthenaClient, settings: ErasureSettings, bucket: ErasureBucket): Rows {
  const { BUCKET_NAME, COLUMNS, DATABASE, LAKE_TABLE, TENANT_COLUMN, FIRST_YEAR } = settings;
  const query = createQuery(client, settings);
  const table = `"${DATABASE}"."${LAKE_TABLE}"`;
  const folder = (tenant: string, { year, month }: Month) => {
    const own = TENANT_COLUMN === undefined ? '' : `${TENANT_COLUMN}=${tenant}/`;
    return `data/${LAKE_TABLE}/year=${year}/month=${String(month).padStart(2, '0')}/${own}`;
  };
  return {
    async count(tenant, condition) {
      const isTenant = TENANT_COLUMN === undefined ? '' : `"${TENANT_COLUMN}" = '${tenant}' AND `;
      const found = await query(
        `SELECT "year", "month", count(*) AS "found" FROM ${table} WHERE ${isTenant}${condition} GROUP BY "year", "month"`,
      );
      return found.map(([year, month, rows]) => ({ year: Number(year), month: Number(month), rows: Number(rows) }));
    },
    rewrite: (tenant, month, condition) =>
      rewriteFolder(folder(tenant, month), {
        bucket,
        async unload(location) {
          const isTenant = TENANT_COLUMN === undefined ? '' : `"${TENANT_COLUMN}" = '${tenant}' AND `;
          const where = `${isTenant}"year" = ${month.year} AND "month" = ${month.month} AND NOT ${condition}`;
          const columns = COLUMNS.map((name) => `"${name}"`).join(', ');
          await query(
            `UNLOAD (SELECT ${columns} FROM ${table} WHERE ${where}) TO 's3://${BUCKET_NAME}/${location}' WITH (format = 'PARQUET', compression = 'SNAPPY')`,
          );
        },
      }),
    folders(tenant) {
      const months: Month[] = [];
      const last = new Date().getUTCFullYear();
      for (let year = Number(FIRST_YEAR); year <= last; year++) for (let month = 1; month <= 12; month++) months.push({ year, month });
      return months.map((month) => folder(tenant, month));
    },
  };
}

function createQuery(client: AthenaClient, { WORKGROUP }: ErasureSettings): Query {
  return async (QueryString) => {
    const { QueryExecutionId = '' } = await client.send(new StartQueryExecutionCommand({ QueryString, WorkGroup: WORKGROUP }));
    for (let poll = 0; poll < MOST_POLLS; poll++) {
      const { QueryExecution } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId }));
      const { State, StateChangeReason = '' } = QueryExecution?.Status ?? {};
      if (State === 'SUCCEEDED') return rowsOf(client, QueryExecutionId);
      // The rest of the reason may contain what the query has: keys.
      if (State === 'FAILED' || State === 'CANCELLED') {
        throw new Error(
          `query ${QueryExecutionId} ${State === 'FAILED' ? 'failed' : 'was cancelled'}: ${StateChangeReason.split(':')[0].slice(0, 100)}`,
        );
      }
      await sleep(POLL_MS);
    }
    throw new Error(`query ${QueryExecutionId} did not end in time`);
  };
}

/** The first page holds the months of a tenant: it has up to 1,000 rows. */
async function rowsOf(client: AthenaClient, QueryExecutionId: string): Promise<string[][]> {
  const { ResultSet } = await client.send(new GetQueryResultsCommand({ QueryExecutionId }));
  return (ResultSet?.Rows ?? []).slice(1).map(({ Data = [] }) => Data.map(({ VarCharValue = '' }) => VarCharValue));
}
