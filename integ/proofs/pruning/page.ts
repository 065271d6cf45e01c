import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { REPOSITORY } from '../../kit/repository';
import type { ManySchools } from './many-schools';
import type { QueryRow } from './queries';

/** The page with the tables of this proof. */
export const PAGE = join('src', 'streaming-data-lake', 'README.md');

export const readPage = (): string => readFileSync(join(REPOSITORY, PAGE), 'utf8');

/** The tables of this proof, by their names in the comments around them. */
export type Tables = Readonly<Record<'buffers' | 'requests', string>>;

/** The page with tables in place of those between their comments. @throws if the page has no such comments */
export function pageWith(page: string, tables: Partial<Tables>): string {
  return Object.entries(tables).reduce((text, [name, table]) => {
    const [begin, end] = [`<!-- ${name}: npx projen prove pruning --write -->`, `<!-- ${name}: end -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from === -1 || to < from) throw new Error(`${PAGE}: found no ${begin} before ${end}`);
    return `${text.slice(0, from + begin.length)}\n\n${table}\n${text.slice(to)}`;
  }, page);
}

const count = (value: number) => value.toLocaleString('en-US');
const percent = (share: number) => (share === 0 ? '0' : share < 0.001 ? '< 0.1 %' : `${(share * 100).toFixed(1)} %`);

export function bufferTable(rows: readonly ManySchools[]): string {
  return table(
    ['buffer interval', 'active partitions', 'beyond 500: quarantine', 'files a month, `perTenant`', 'rows in a file', '`perMonth`'],
    rows.map(({ minutes, changes, active, activeAtMost, beyondQuota, filesPerMonth, filesPerMonthOfAll }) => [
      minutes === 1 ? '1 minute' : `${minutes} minutes`,
      `${count(active)} to ${count(activeAtMost)}`,
      percent(beyondQuota),
      count(filesPerMonth),
      // Files of a month are those of 20 days.
      (changes / (filesPerMonth / 20)).toFixed(0),
      count(filesPerMonthOfAll),
    ]),
  );
}

export function requestTable(rows: readonly QueryRow[]): string {
  return table(
    ['layout and query', '40 schools: partitions', 'LIST', 'files', 'bytes', '4,000 schools: partitions', 'LIST', 'files'],
    rows.map(({ query: { layout, title }, measured, many }) => [
      `\`${layout}\`: ${title}`,
      ...[measured.partitions, measured.lists, measured.files, measured.bytes, many.partitions, many.lists, many.files].map(count),
    ]),
  );
}

/** As prettier writes it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |`;
  return `${[line(head), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(line)].join('\n')}\n`;
}
