import type { StateCounts } from '../../sandbox';
import { type Column, columnsOf, NO_COUNTS } from './columns';
import type { Row } from './rows';

const INDENT = '│ ';
const GAP = '  ';
/** Longer bars do not make it clearer. */
const LONGEST_BAR = 24;

interface Line {
  /** The states of branches and of items are below their own state. */
  readonly label: string;
  readonly entered: number;
  readonly figures: readonly string[];
  /** The lines that can follow, other than the next one. Undefined for an end. */
  readonly next?: readonly number[];
}

/**
 * A picture for a terminal: a state in a line with its number, how often it was entered, and the numbers of the states that follow it, but for
 * the next line. Columns without any figure are left out, and so are the last ones if the terminal is too narrow for all.
 *
 * @param columns the width of the terminal
 */
export function textOf(rows: readonly Row[], counts: Readonly<Record<string, StateCounts>>, columns: number): string {
  const known = columnsOf(rows, counts);
  const lines = numbered(rows, counts, known);
  const tables = known.map((_, left) => tableOf(lines, known.slice(0, known.length - left)));
  const { cells, widths, width } = tables.find((table) => table.width <= columns) ?? tables[tables.length - 1];
  const room = columns - width - GAP.length;
  const bar = Math.max(0, Math.min(LONGEST_BAR, room));
  const most = Math.max(1, ...lines.map(({ entered }) => entered));
  return cells
    .map(([number, label, entered, ...rest], line) => [
      ...[number.padStart(widths[0]), label.padEnd(widths[1]), entered.padStart(widths[2])],
      ...(bar === 0 ? [] : [barOf(line === 0 ? 0 : lines[line - 1].entered / most, bar)]),
      ...rest.map((cell, index) => (index === rest.length - 1 ? cell : cell.padStart(widths[index + 3]))),
    ])
    .map((line) => line.join(GAP).slice(0, columns).trimEnd())
    .join('\n');
}

interface Table {
  readonly cells: readonly (readonly string[])[];
  readonly widths: readonly number[];
  /** Of the whole line. */
  readonly width: number;
}

/** The texts of all lines, with these columns of figures. */
function tableOf(lines: readonly Line[], shown: readonly Column[]): Table {
  const cells = [
    ['', '', ...shown.map(({ title }) => title), ''],
    ...lines.map(({ label, figures, next }, number) => [
      ...[String(number + 1), label, ...figures.slice(0, shown.length)],
      next === undefined ? '■' : next.length === 0 ? '' : `→ ${next.join(', ')}`,
    ]),
  ];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  return { cells, widths, width: widths.reduce((sum, width) => sum + width + GAP.length, -GAP.length) };
}

function barOf(share: number, length: number): string {
  const filled = share === 0 ? 0 : Math.max(1, Math.round(share * length));
  return '█'.repeat(filled).padEnd(length);
}

function numbered(rows: readonly Row[], counts: Readonly<Record<string, StateCounts>>, columns: readonly Column[]): Line[] {
  const numbers = new Map(namesOf(rows).map((name, index) => [name, index + 1]));
  const linesOf = (group: readonly Row[], indent: string): Line[] =>
    group.flatMap(({ name, type, next, groups }, index) => {
      const own = counts[name] ?? NO_COUNTS;
      const others = next.filter((one) => one !== group[index + 1]?.name).map((one) => numbers.get(one) ?? 0);
      const line: Line = {
        ...{ label: `${indent}${name}`, entered: own.entered, figures: columns.map(({ value }) => value(own, type)) },
        ...(next.length === 0 ? {} : { next: others.sort((one, other) => one - other) }),
      };
      return [line, ...groups.flatMap((inner) => linesOf(inner, `${indent}${INDENT}`))];
    });
  return linesOf(rows, '');
}

/** From the top down, as lines are. */
function namesOf(rows: readonly Row[]): string[] {
  return rows.flatMap(({ name, groups }) => [name, ...groups.flatMap(namesOf)]);
}
