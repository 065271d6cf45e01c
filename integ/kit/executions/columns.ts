import type { StateCounts } from '../../sandbox';

export const NO_COUNTS: StateCounts = { entered: 0, exited: 0, calls: 0, failedCalls: 0, inside: 0 };

/** The columns of figures. */
export const COLUMNS: readonly { readonly title: string; value(counts: StateCounts, type: string): string }[] = [
  { title: 'entered', value: ({ entered }) => figure(entered) },
  { title: 'calls', value: ({ calls }, type) => (type === 'Task' ? figure(calls) : '') },
  { title: 'failed calls', value: ({ failedCalls }, type) => (type === 'Task' ? figure(failedCalls) : '') },
  { title: 'ended here', value: ({ entered, exited, inside }) => figure(entered - exited - inside) },
  { title: 'in it now', value: ({ inside }) => figure(inside) },
];

function figure(value: number): string {
  return value === 0 ? '–' : value.toLocaleString('en-US');
}
