import type { Draw } from './draw';
import { escaped, NO_DATA } from './html';

/** The answer to a query of Logs Insights, as a table. */
export const logWidget: Draw = async ({ properties }, { source, range }) => {
  if (properties.view !== 'table') throw new Error(`the view ${properties.view} of log widgets is not supported`);
  const { groups, query } = sourcesOf(String(properties.query));
  const [startTime, endTime] = [Math.floor(range.from / 1_000), Math.ceil(range.to / 1_000)];
  const { queryId } = await source.logs('StartQuery', { queryString: query, logGroupNames: groups, startTime, endTime });
  const { results } = (await source.logs('GetQueryResults', { queryId })) as unknown as { results: Row[] };
  if (results.length === 0) return NO_DATA;
  const columns = [...new Set(results.flatMap((row) => row.map(({ field }) => field)))];
  const rows = results.map((row) => `<tr>${columns.map((column) => `<td>${escaped(cellOf(row, column))}</td>`).join('')}</tr>`);
  return `<table><tr>${columns.map((column) => `<th>${escaped(column)}</th>`).join('')}</tr>${rows.join('')}</table>`;
};

type Row = readonly { readonly field: string; readonly value: string }[];

/** `SOURCE 'a' | SOURCE 'b' | fields @message` */
function sourcesOf(text: string): { readonly groups: string[]; readonly query: string } {
  const groups: string[] = [];
  let query = text;
  for (;;) {
    const [, group] = /^SOURCE '([^']+)' \| /.exec(query) ?? [];
    if (group === undefined) return { groups, query };
    groups.push(group);
    query = query.slice(`SOURCE '${group}' | `.length);
  }
}

function cellOf(row: Row, column: string): string {
  return row.find(({ field }) => field === column)?.value ?? '';
}
