import { type Ask, athenaIn } from '../../kit/athena';
import { type Quarantined, quarantinedIn } from '../../kit/quarantine';
import type { Sandbox } from '../../sandbox';
import { NAMES } from './names';

/** What every row and each declared column of it has. */
export const COLUMNS = [
  ...['event_id', 'event_name', 'changed_at', 'sequence', 'partition_key', 'sort_key', 'correlation_id', 'deleted_at'],
  ...['student_id', 'course', 'score', 'official_number', 'graded_at', 'expires_at', 'clubs', 'school', 'year', 'month'],
] as const;

export type Row = Readonly<Record<(typeof COLUMNS)[number], string | null>>;

export interface Questions {
  /** The rows of a school, once for each event_id, with the number of rows that have it. */
  changes(school: string): Promise<{ readonly row: Row; readonly copies: number }[]>;
  current(school: string): Promise<Row[]>;
  quarantine(): Promise<Quarantined[]>;
}

/** Asks Athena, in the workgroup of the lake, with the role of the platform's reports. @param years that have changes */
export function createQuestions(sandbox: Sandbox, years: readonly number[]): Questions {
  const { endpoint, assembly } = sandbox;
  const ask: Ask = (sql) => {
    const role = `arn:aws:iam::${assembly.account}:role/${NAMES.reports}`;
    const session = endpoint.assumeAsService(role, 'lambda.amazonaws.com', 'reports');
    return athenaIn(sandbox, NAMES.lake, session)(sql);
  };
  const columns = COLUMNS.map((name) => `"${name}"`).join(', ');
  const rowOf = (values: readonly (string | null)[]) => Object.fromEntries(COLUMNS.map((name, index) => [name, values[index]])) as Row;
  const table = `${NAMES.lake}.${NAMES.table}`;

  return {
    async changes(school) {
      const { rows } = await ask(`SELECT ${columns}, copies
        FROM (SELECT *,
            row_number() OVER (PARTITION BY event_id ORDER BY changed_at) AS copy,
            count(*) OVER (PARTITION BY event_id) AS copies
          FROM ${table}_changes
          WHERE school = '${school}' AND year IN (${years.join(', ')}))
        WHERE copy = 1`);
      return rows.map((values) => ({ row: rowOf(values), copies: Number(values.at(-1)) }));
    },
    async current(school) {
      return (await ask(`SELECT ${columns} FROM ${table}_current WHERE school = '${school}'`)).rows.map(rowOf);
    },
    quarantine: () => quarantinedIn(ask, `${table}_quarantine`),
  };
}
