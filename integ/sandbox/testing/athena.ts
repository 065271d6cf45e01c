import { setTimeout as pause } from 'node:timers/promises';
import type { JsonObject } from '../contracts';

/** Calls an operation of Athena with a JSON body. */
export type AthenaCall = (operation: string, input: JsonObject) => Promise<unknown>;

export interface Execution {
  readonly QueryExecutionId: string;
  readonly Status: { readonly State: string; readonly StateChangeReason?: string };
  readonly Statistics: { readonly DataScannedInBytes: number };
  readonly ResultConfiguration: JsonObject & { readonly OutputLocation: string };
}

/** Waits until a query has ended, whether it succeeded or not. */
export async function endedQuery(athena: AthenaCall, QueryExecutionId: string): Promise<Execution> {
  for (;;) {
    const { QueryExecution } = (await athena('GetQueryExecution', { QueryExecutionId })) as { QueryExecution: Execution };
    if (!['QUEUED', 'RUNNING'].includes(QueryExecution.Status.State)) return QueryExecution;
    await pause(30);
  }
}

export interface QueryAnswer {
  readonly id: string;
  /** The names of the columns, then the rows. */
  readonly rows: (string | null)[][];
}

/**
 * Runs a query and reads the first page of its results.
 *
 * @throws with Athena's reason if the query fails
 */
export async function askAthena(athena: AthenaCall, input: JsonObject): Promise<QueryAnswer> {
  const { QueryExecutionId: id } = (await athena('StartQueryExecution', input)) as { QueryExecutionId: string };
  const { Status } = await endedQuery(athena, id);
  if (Status.State !== 'SUCCEEDED') throw new Error(Status.StateChangeReason);
  const { ResultSet } = (await athena('GetQueryResults', { QueryExecutionId: id })) as {
    ResultSet: { Rows: { Data: { VarCharValue?: string }[] }[] };
  };
  return { id, rows: ResultSet.Rows.map(({ Data }) => Data.map(({ VarCharValue }) => VarCharValue ?? null)) };
}
