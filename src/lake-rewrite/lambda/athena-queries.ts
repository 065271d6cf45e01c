import {
  type AthenaClient,
  BatchGetQueryExecutionCommand,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  ListQueryExecutionsCommand,
  StartQueryExecutionCommand,
  StopQueryExecutionCommand,
} from '@aws-sdk/client-athena';
import type { LakeQueries, QueryState } from './dependencies';

/** Documented: ListQueryExecutions, the most that one request returns. BatchGetQueryExecution takes as many. */
const PAGE = 50;
/** Documented: "Service Quotas" of Athena, the most that the DML query timeout can be raised to. Its default is 30 minutes. */
const LONGEST_QUERY_MS = 240 * 60_000;

/** Where queries are run. */
export interface QueryPlace {
  readonly workgroup: string;
  readonly database: string;
}

/** The queries of a workgroup. */
export function athenaQueries(
  client: AthenaClient,
  { workgroup: WorkGroup, database }: QueryPlace,
  now: () => number = Date.now,
): LakeQueries {
  return {
    async start(QueryString) {
      const { QueryExecutionId = '' } = await client.send(
        new StartQueryExecutionCommand({ QueryString, WorkGroup, QueryExecutionContext: { Database: database } }),
      );
      return QueryExecutionId;
    },
    async state(QueryExecutionId) {
      const { QueryExecution } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId }));
      const { State = 'QUEUED', StateChangeReason } = QueryExecution?.Status ?? {};
      return {
        state: State as QueryState['state'],
        ...(StateChangeReason === undefined ? {} : { reason: StateChangeReason }),
        scannedBytes: QueryExecution?.Statistics?.DataScannedInBytes ?? 0,
      };
    },
    async stop(QueryExecutionId) {
      await client.send(new StopQueryExecutionCommand({ QueryExecutionId }));
    },
    async count(QueryExecutionId) {
      const { ResultSet } = await client.send(new GetQueryResultsCommand({ QueryExecutionId }));
      // The first row has the names of the columns.
      const count = Number(ResultSet?.Rows?.[1]?.Data?.[0]?.VarCharValue);
      if (!Number.isInteger(count)) throw new Error(`query ${QueryExecutionId} returned no number`);
      return count;
    },
    async unfinished() {
      const found: string[] = [];
      let NextToken: string | undefined;
      for (;;) {
        const list = await client.send(new ListQueryExecutionsCommand({ WorkGroup, MaxResults: PAGE, NextToken }));
        const { QueryExecutionIds = [] } = list;
        if (QueryExecutionIds.length === 0) break;
        const { QueryExecutions = [] } = await client.send(new BatchGetQueryExecutionCommand({ QueryExecutionIds }));
        for (const { QueryExecutionId = '', Status } of QueryExecutions) {
          if (Status?.State === 'QUEUED' || Status?.State === 'RUNNING') found.push(QueryExecutionId);
        }
        const submitted = QueryExecutions.map(({ Status }) => Status?.SubmissionDateTime?.getTime() ?? 0);
        NextToken = list.NextToken;
        if (NextToken === undefined || submitted.every((at) => at < now() - LONGEST_QUERY_MS)) break;
      }
      return found;
    },
  };
}
