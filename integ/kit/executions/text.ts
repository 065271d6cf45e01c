import type { StateCounts } from '../../sandbox';
import { COLUMNS, NO_COUNTS } from './columns';
import type { Row } from './rows';

const INDENT = '│ ';
const GAP = '  ';

/** A picture for a terminal: a state in a line, with its figures and the states that follow it, but for the next line. */
export function textOf(rows: readonly Row[], counts: Readonly<Record<string, StateCounts>>): string {
  const lines = linesOf(rows, counts, '');
  const table = [['', ...COLUMNS.map(({ title }) => title), ''], ...lines];
  const widths = table[0].map((_, column) => Math.max(...table.map((line) => line[column].length)));
  return table
    .map(([name, ...rest]) => [
      name.padEnd(widths[0]),
      ...rest.map((cell, index) => (index < COLUMNS.length ? cell.padStart(widths[index + 1]) : cell)),
    ])
    .map((cells) => cells.join(GAP).trimEnd())
    .join('\n');
}

function linesOf(rows: readonly Row[], counts: Readonly<Record<string, StateCounts>>, indent: string): string[][] {
  return rows.flatMap(({ name, type, next, groups }, index) => {
    const cells = COLUMNS.map(({ value }) => value(counts[name] ?? NO_COUNTS, type));
    const others = next.filter((one) => one !== rows[index + 1]?.name);
    const isEnd = next.length === 0;
    const line = [`${indent}${name}`, ...cells, isEnd ? '■' : others.length === 0 ? '' : `→ ${others.join(', ')}`];
    return [line, ...groups.flatMap((group) => linesOf(group, counts, `${indent}${INDENT}`))];
  });
}
