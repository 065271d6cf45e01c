import type { Draw } from './draw';
import { escaped, NO_DATA } from './html';

/** `SOURCE 'a' | SOURCE 'b' | fields @message` */
const SOURCE = /^SOURCE '([^']+)'$/;

/** The answer to a query of Logs Insights, as a table. */
export const logWidget: Draw = async ({ properties }, { source, range }) => {
  if (properties.view !== 'table') throw new Error(`the view ${properties.view} of log widgets is not supported`);
  const commands = String(properties.query).split(' | ');
  const groups = commands.flatMap((command) => SOURCE.exec(command)?.[1] ?? []);
  const queryString = commands.slice(groups.length).join(' | ');
  const [startTime, endTime] = [Math.floor(range.from / 1_000), Math.ceil(range.to / 1_000)];
  const { queryId } = await source.logs('StartQuery', { queryString, logGroupNames: groups, startTime, endTime });
  const { results } = (await source.logs('GetQueryResults', { queryId })) as unknown as { results: { field: string; value: string }[][] };
  if (results.length === 0) return NO_DATA;
  const columns = [...new Set(results.flatMap((row) => row.map(({ field }) => field)))];
  const cell = (row: (typeof results)[number], column: string) => row.find(({ field }) => field === column)?.value ?? '';
  const rows = results.map((row) => `<tr>${columns.map((column) => `<td>${escaped(cell(row, column))}</td>`).join('')}</tr>`);
  return `<table><tr>${columns.map((column) => `<th>${escaped(column)}</th>`).join('')}</tr>${rows.join('')}</table>`;
};
