import type { StateCounts } from '../../sandbox';
import type { Row } from './rows';

export const NO_COUNTS: StateCounts = { entered: 0, exited: 0, calls: 0, failedCalls: 0, inside: 0 };

/** A column of figures. */
export interface Column {
  readonly title: string;
  /** Empty if it says nothing about a state of this type. */
  value(counts: StateCounts, type: string): string;
}

/** Where each execution ends that enters it. */
const ENDS: readonly string[] = ['Succeed', 'Fail'];

/** The first ones are shown where there is not room for all. */
const COLUMNS: readonly Column[] = [
  { title: 'entered', value: ({ entered }) => figure(entered) },
  { title: 'failed calls', value: ({ failedCalls }, type) => (type === 'Task' ? figure(failedCalls) : '') },
  { title: 'calls', value: ({ calls }, type) => (type === 'Task' ? figure(calls) : '') },
  { title: 'stopped here', value: ({ entered, exited, inside }, type) => (ENDS.includes(type) ? '' : figure(entered - exited - inside)) },
  { title: 'in it now', value: ({ inside }) => figure(inside) },
];

/** The columns that say something about these states, which `entered` always does. */
export function columnsOf(rows: readonly Row[], counts: Readonly<Record<string, StateCounts>>): readonly Column[] {
  const has = (column: Column, group: readonly Row[]): boolean =>
    group.some(
      ({ name, type, groups }) => /\d/.test(column.value(counts[name] ?? NO_COUNTS, type)) || groups.some((inner) => has(column, inner)),
    );
  return COLUMNS.filter((column, index) => index === 0 || has(column, rows));
}

function figure(value: number): string {
  return value === 0 ? '–' : value.toLocaleString('en-US');
}
