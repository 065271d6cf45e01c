import type { Figures, Goal } from './figures';

const thousands = (value: number | string) =>
  typeof value === 'number' ? value.toLocaleString('en-US', { maximumFractionDigits: 2 }) : value;
const columns = ({ rows }: Figures) => [...new Set(rows.flatMap(({ values }) => Object.keys(values)))];
const cells = (figures: Figures) => {
  const names = columns(figures);
  return [['', ...names], ...figures.rows.map(({ name, values }) => [name, ...names.map((column) => thousands(values[column] ?? '–'))])];
};

const verdict = ({ name, figure, relation, goal, met }: Goal) =>
  `${met ? 'met   ' : 'MISSED'} ${name}: ${thousands(figure)} (goal: ${relation} ${thousands(goal)})`;

/** For a terminal. */
export function printed(figures: Figures): string {
  const table = cells(figures);
  const widths = table[0].map((_, column) => Math.max(...table.map((line) => line[column].length)));
  const lines = table.map((line) =>
    line.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('   '),
  );
  return ['', figures.title, ...lines, ...figures.goals.map(verdict)].join('\n');
}

/** For docs/benchmarks.md. */
export function rendered(figures: Figures): string {
  const [head, ...body] = cells(figures);
  const line = (cell: readonly string[]) => `| ${cell.join(' | ')} |`;
  const goals = figures.goals.map(
    ({ name, figure, relation, goal, met }) =>
      `| ${name} | ${thousands(figure)} | ${relation} ${thousands(goal)} | ${met ? 'met' : '**missed**'} |`,
  );
  return [
    `## ${figures.title}`,
    '',
    ...figures.method.map((sentence) => `- ${sentence}`),
    '',
    line(head),
    `|---|${head
      .slice(1)
      .map(() => '---:|')
      .join('')}`,
    ...body.map(line),
    '',
    '| goal | figure | limit | |',
    '|---|---:|---:|---|',
    ...goals,
    '',
  ].join('\n');
}
