/** One second of lessons beside a recess. */
export interface Second {
  /** The 95th percentile of the teachers' requests of the last five seconds, in milliseconds. Undefined until they are answered. */
  readonly p95?: number;
  /** The visits that the API accepted in this second. */
  readonly visits: number;
}

/** What teachers wait at most, see README.md of the example. */
export const LIMIT_MS = 120;

const BLOCKS = ' ▁▂▃▄▅▆▇█';
const LABEL = 11;
/** A demo on a quiet machine takes less: its lines then use the full width. */
const EXPECTED_SECONDS = 40;

/**
 * Draws the 95th percentile over time, from 0 to the limit, and the accepted visits below it on the same time axis. The line of the limit is
 * the top one; seconds above the limit reach into it. In two rows, there is neither that line nor a gap.
 */
export function chart(seconds: readonly Second[], columns: number, rows: number): string[] {
  const width = Math.max(columns - LABEL, 1);
  const each = Math.max(Math.floor(width / Math.max(EXPECTED_SECONDS, seconds.length)), 1);
  const shown = seconds.slice(-Math.floor(width / each));
  const line = (cell: (second: Second) => string) => shown.map((second) => cell(second).repeat(each)).join('');
  const labelled = (label: string, text: string) => `${label.padStart(LABEL - 1)} ${text}`;
  const area = Math.max(rows - 3, 1);
  const level = ({ p95 }: Second, row: number) => {
    if (p95 === undefined) return ' ';
    const height = (Math.min(p95, LIMIT_MS) / LIMIT_MS) * area;
    // Every second leaves a trace in the lowest row.
    return block(height - row, row === 0 ? 1 : 0);
  };
  const limit = line(({ p95 = 0 }) => (p95 > LIMIT_MS ? '█' : '┄')).padEnd(width, '┄');
  const most = Math.max(1, ...shown.map(({ visits }) => visits));
  return [
    ...(rows > 2 ? [labelled(`${LIMIT_MS} ms`, limit)] : []),
    ...Array.from({ length: area }, (_, index) => {
      const row = area - 1 - index;
      return labelled(
        row === 0 ? 'grades p95' : '',
        line((second) => level(second, row)),
      );
    }),
    ...(rows > 3 ? [''] : []),
    labelled(
      'visits',
      line(({ visits }) => block(visits / most, visits > 0 ? 1 : 0)),
    ),
  ];
}

/** @param share how much of the cell is filled */
function block(share: number, least: number): string {
  return BLOCKS[Math.max(Math.min(Math.round(share * 8), 8), least)];
}
