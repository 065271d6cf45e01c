import { athenaIn } from '../../kit/athena';
import { jsonCaller } from '../../kit/aws-json';
import type { QueryInput, Sandbox } from '../../sandbox';

/** The names that the example gives its lake. */
export const WORKGROUP = 'luca-lake';
export const DATABASE = 'luca_lake';

/** The rows of an answer by the names of its columns, and what the query read. */
export interface BoardAnswer extends QueryInput {
  readonly description: string;
  readonly rows: readonly Readonly<Record<string, string | null>>[];
  readonly milliseconds: number;
}

/** Runs a saved query of the platform by its name. @throws if there is none, or with Athena's reason */
export async function askBoard(sandbox: Sandbox, name: string, parameters: readonly string[], workgroup = WORKGROUP): Promise<BoardAnswer> {
  const call = jsonCaller(sandbox, { service: 'athena', target: 'AmazonAthena' });
  const { NamedQueryIds } = await call('ListNamedQueries', { WorkGroup: workgroup });
  const { NamedQueries } = await call('BatchGetNamedQuery', { NamedQueryIds });
  const saved = NamedQueries as { Name: string; Description: string; QueryString: string; Database: string }[];
  const query = saved.find(({ Name }) => Name === name);
  if (query === undefined) throw new Error(`There is no saved query ${name}: there are ${saved.map(({ Name }) => Name).join(', ')}`);
  const { columns, rows, ...read } = await athenaIn(sandbox, workgroup)(query.QueryString, { database: query.Database, parameters });
  return {
    ...read,
    description: query.Description,
    rows: rows.map((row) => Object.fromEntries(row.map((value, index) => [columns[index], value]))),
  };
}
