import { setTimeout as pause } from 'node:timers/promises';
import type { Credentials, QueryInput, Sandbox } from '../sandbox';
import { jsonCaller } from './aws-json';

/** What a query answered, and what it read. */
export interface Answer extends QueryInput {
  readonly columns: readonly string[];
  /** The rows, without the names of the columns. */
  readonly rows: readonly (readonly (string | null)[])[];
  readonly milliseconds: number;
}

export interface AskOptions {
  /** The database of tables without one. @default - `default` */
  readonly database?: string;
  /** The values of the question marks, texts as `quoted` writes them. @default [] */
  readonly parameters?: readonly string[];
}

/** Runs a query in a workgroup, and reads all pages of its results. @throws with Athena's reason if it fails */
export type Ask = (sql: string, options?: AskOptions) => Promise<Answer>;

interface Execution {
  readonly Status: { readonly State: string; readonly StateChangeReason?: string };
}

interface Page {
  readonly ResultSet: { readonly Rows: readonly { readonly Data: readonly { readonly VarCharValue?: string }[] }[] };
  readonly NextToken?: string;
}

const POLL_MS = 30;

/** A text as a value of SQL. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** @param credentials of the caller, whose permissions apply. @default - those of the administrator */
export function athenaIn(sandbox: Pick<Sandbox, 'endpoint' | 'assembly' | 'queries'>, workgroup: string, credentials?: Credentials): Ask {
  const call = jsonCaller(sandbox, { service: 'athena', target: 'AmazonAthena' }, credentials);

  async function ended(QueryExecutionId: string): Promise<Execution['Status']> {
    for (;;) {
      const { QueryExecution } = (await call('GetQueryExecution', { QueryExecutionId })) as unknown as { QueryExecution: Execution };
      if (!['QUEUED', 'RUNNING'].includes(QueryExecution.Status.State)) return QueryExecution.Status;
      await pause(POLL_MS);
    }
  }

  async function resultsOf(QueryExecutionId: string): Promise<(string | null)[][]> {
    const rows: (string | null)[][] = [];
    for (let token: string | undefined; ; ) {
      const page = (await call('GetQueryResults', {
        QueryExecutionId,
        ...(token === undefined ? {} : { NextToken: token }),
      })) as unknown as Page;
      rows.push(...page.ResultSet.Rows.map(({ Data }) => Data.map(({ VarCharValue }) => VarCharValue ?? null)));
      token = page.NextToken;
      if (token === undefined) return rows;
    }
  }

  return async (QueryString, { database, parameters = [] } = {}) => {
    const began = performance.now();
    const { QueryExecutionId } = await call('StartQueryExecution', {
      ...{ QueryString, WorkGroup: workgroup },
      ...(database === undefined ? {} : { QueryExecutionContext: { Database: database } }),
      ...(parameters.length === 0 ? {} : { ExecutionParameters: [...parameters] }),
    });
    const id = String(QueryExecutionId);
    const { State, StateChangeReason } = await ended(id);
    const milliseconds = performance.now() - began;
    const input = sandbox.queries.input(id);
    if (State !== 'SUCCEEDED' || input === undefined) throw new Error(StateChangeReason ?? State);
    const [columns, ...rows] = await resultsOf(id);
    return { ...input, columns: columns.map(String), rows, milliseconds };
  };
}
