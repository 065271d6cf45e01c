import { type AthenaClient, type BatchGetQueryExecutionCommand, ListQueryExecutionsCommand } from '@aws-sdk/client-athena';
import { athenaQueries } from '../../src/lake-rewrite/lambda/athena-queries';

const NOW = Date.UTC(2026, 5, 2);
const PAGE = 50;

/** A workgroup with a query for each number of minutes since it was submitted, the newest first; one of them runs. */
function workgroup(minutes: readonly number[], running: number) {
  const pages: string[] = [];
  const send = async (command: unknown) => {
    if (command instanceof ListQueryExecutionsCommand) {
      const from = Number(command.input.NextToken ?? 0);
      pages.push(String(from));
      const to = from + PAGE;
      const QueryExecutionIds = minutes.slice(from, to).map((_, index) => String(from + index));
      return { QueryExecutionIds, NextToken: to < minutes.length ? String(to) : undefined };
    }
    const { input } = command as BatchGetQueryExecutionCommand;
    const QueryExecutions = (input.QueryExecutionIds ?? []).map((QueryExecutionId) => ({
      QueryExecutionId,
      Status: {
        State: Number(QueryExecutionId) === running ? 'RUNNING' : 'SUCCEEDED',
        SubmissionDateTime: new Date(NOW - minutes[Number(QueryExecutionId)] * 60_000),
      },
    }));
    return { QueryExecutions };
  };
  return { pages, queries: athenaQueries({ send } as unknown as AthenaClient, { workgroup: 'lake', database: 'lake' }, () => NOW) };
}

test('a query that may run for hours is found behind many short ones', async () => {
  const minutes = Array.from({ length: 1_200 }, (_, index) => index / 6);
  const { queries } = workgroup(minutes, 1_180);
  expect(await queries.unfinished()).toEqual(['1180']);
});

test('queries that were submitted before any that can still run are not listed', async () => {
  const minutes = Array.from({ length: 1_000 }, (_, index) => index * 2);
  const { queries, pages } = workgroup(minutes, 10);
  expect(await queries.unfinished()).toEqual(['10']);
  expect(pages).toHaveLength(4);
});
