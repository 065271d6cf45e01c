import type { Figures, Goal, Table } from './figures';

const thousands = (value: number | string) =>
  typeof value === 'number' ? value.toLocaleString('en-US', { maximumFractionDigits: 2 }) : value;
const columns = ({ rows }: Table) => [...new Set(rows.flatMap(({ values }) => Object.keys(values)))];
const cells = (table: Table) => {
  const names = columns(table);
  return [['', ...names], ...table.rows.map(({ name, values }) => [name, ...names.map((column) => thousands(values[column] ?? '–'))])];
};

const verdict = ({ name, figure, relation, goal, met }: Goal) =>
  `${met ? 'met   ' : 'MISSED'} ${name}: ${thousands(figure)} (goal: ${relation} ${thousands(goal)})`;

/** For a terminal. */
export function printed(figures: Figures): string {
  const { details = [], goals } = figures;
  return [figures, ...details].flatMap(aligned).concat(goals.map(verdict)).join('\n');
}

function aligned(of: Table): string[] {
  const table = cells(of);
  const widths = table[0].map((_, column) => Math.max(...table.map((line) => line[column].length)));
  const lines = table.map((line) =>
    line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('   '),
  );
  return ['', of.title, ...lines];
}

/** For docs/benchmarks.md. */
export function rendered(figures: Figures): string {
  const goals = figures.goals.map(
    ({ name, figure, relation, goal, met }) =>
      `| ${name} | ${thousands(figure)} | ${relation} ${thousands(goal)} | ${met ? 'met' : '**missed**'} |`,
  );
  return [
    `## ${figures.title}`,
    '',
    ...figures.method.map((sentence) => `- ${sentence}`),
    '',
    ...lines(figures),
    ...(figures.details ?? []).flatMap((table) => [`### ${table.title}`, '', ...lines(table)]),
    '| goal | figure | limit | |',
    '|---|---:|---:|---|',
    ...goals,
    '',
  ].join('\n');
}

function lines(table: Table): string[] {
  const [head, ...body] = cells(table);
  const line = (cell: readonly string[]) => `| ${cell.join(' | ')} |`;
  return [line(head), `|---|${'---:|'.repeat(head.length - 1)}`, ...body.map(line), ''];
}
