import { createHash } from 'node:crypto';
import type { LakeReportsSettings } from '../../lake-reports-settings';
import { type ArrivalDependencies, notArrived } from './arrival';
import { type CsvRow, csvRows } from './csv';
import type { SourceRequest, SourceResult } from './source-request';
import { reportSql } from './sql';
import { writeReports } from './write-reports';

/** A query of Athena. */
export interface QueryState {
  readonly state: 'QUEUED' | 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'CANCELLED';
  /** Athena's, if it did not succeed. */
  readonly reason?: string;
  /** `s3://bucket/results/….csv` */
  readonly location: string;
}

/** External dependencies, replaced in tests. */
export interface PrepareDependencies extends ArrivalDependencies {
  /** Milliseconds since the epoch, by the clock of the state machine. */
  readonly now: () => number;
  /** The tenants that have a report, in any order. */
  readonly tenants: () => Promise<readonly string[]>;
  /** Starts a query. @returns the id of the query that was started with the token before, if there is one */
  readonly start: (sql: string, token: string) => Promise<string>;
  readonly query: (id: string) => Promise<QueryState>;
  /** The bytes of an object. */
  readonly read: (location: string) => Promise<AsyncIterable<Uint8Array>>;
  /** Writes the report of a tenant, or why it cannot be made. */
  readonly put: (tenant: string, body: string, notMade?: string) => Promise<unknown>;
}

/**
 * Tenants of one query. Athena computes the location of a folder for each of them and each month, and fails with `CONSTRAINT_VIOLATION` for
 * lists of a few thousand.
 */
const TENANTS_OF_QUERY = 500;
const POLL_SECONDS = 10;
/** A failed query is started again, with the next token. */
const TRIES = 3;
/** A query is found again for as long, and a later attempt starts a new one. The schedule starts an attempt every 6 hours. */
const TOKEN_MS = 6 * 3_600_000;

/**
 * Makes the reports of a period: one file for each tenant. Called again after a failure, it finds its queries and writes the same bytes.
 *
 * @throws when a query fails each time that it is tried, or no tenant is registered
 */
export async function prepareReports(
  { period, run }: SourceRequest,
  settings: LakeReportsSettings,
  dependencies: PrepareDependencies,
): Promise<SourceResult> {
  const late = await notArrived(period, dependencies.now(), dependencies);
  if (late !== undefined) return late;
  const tenants = [...(await dependencies.tenants())].sort();
  if (tenants.length === 0) throw new Error('no tenant is registered in the directory: there is no report to make');
  const parts = partsOf(tenants);
  const found = await Promise.all(parts.map((part) => finishedQuery(reportSql(settings, period, part), run, dependencies)));
  if (found.includes(undefined)) {
    return { state: 'WAIT', reason: `Athena reads the rows of ${period.name} from the lake.`, seconds: POLL_SECONDS };
  }
  const { FIELDS: fields, TENANT_NOUN: tenantNoun } = settings;
  for (const [index, location] of found.entries()) {
    const rows = withoutNames(csvRows(await dependencies.read(location as string)));
    await writeReports({ period, tenants: parts[index], tenantNoun, fields, rows, put: dependencies.put });
  }
  return { state: 'DONE', reports: tenants.length };
}

/** Where the result of a query is; undefined while it runs. */
async function finishedQuery(
  sql: string,
  run: string | undefined,
  { start, query, now }: PrepareDependencies,
): Promise<string | undefined> {
  const reasons: string[] = [];
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const id = await start(sql, tokenOf(sql, Math.floor(now() / TOKEN_MS), attempt, ...(run === undefined ? [] : [run])));
    const { state, reason = 'Athena gives no reason', location } = await query(id);
    if (state === 'SUCCEEDED') return location;
    if (state === 'QUEUED' || state === 'RUNNING') return undefined;
    reasons.push(`${id} ended as ${state}: ${reason}`);
  }
  throw new Error(`the query of the reports failed ${TRIES} times. ${reasons.join(' ')}`);
}

/** Documented: StartQueryExecution, ClientRequestToken: 32 to 128 characters. */
function tokenOf(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function partsOf(tenants: readonly string[]): string[][] {
  const count = Math.ceil(tenants.length / TENANTS_OF_QUERY);
  return Array.from({ length: count }, (_, index) => tenants.slice(index * TENANTS_OF_QUERY, (index + 1) * TENANTS_OF_QUERY));
}

async function* withoutNames(rows: AsyncIterable<CsvRow>): AsyncIterable<CsvRow> {
  let isFirst = true;
  for await (const row of rows) {
    if (!isFirst) yield row;
    isFirst = false;
  }
}
