import { clearScreenDown, moveCursor } from 'node:readline';
import { chart } from './chart';
import type { Tally } from './tally';

/** Shows a recess while it runs. */
export interface View {
  /** Prints the step that begins. */
  step(line: string): void;
  draw(tally: Tally): void;
  end(): void;
}

/** The size of the picture. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** The shortest readable bar. */
const LEAST_BAR = 5;
/** Rows of the chart: the fewest that show both lines, and more than these do not make it clearer. */
const CHART_ROWS = { least: 2, most: 8 };
/** The width of the chart where no terminal has one. */
const PLAIN_COLUMNS = 100;
const GAP = '  ';
const LEGEND = '█ written  ▒ accepted, in the queue  · not yet sent';

/** A live picture on a terminal; elsewhere one line per second, and the chart at the end. */
export function createView(out: NodeJS.WriteStream): View {
  return out.isTTY ? terminalView(out) : plainView(out);
}

function plainView(out: NodeJS.WriteStream): View {
  let lessons: Tally['lessons'] = [];
  return {
    step: (line) => out.write(`${line}\n`),
    draw(tally) {
      lessons = tally.lessons;
      out.write(`${totals(tally)}\n`);
    },
    end() {
      if (lessons.length > 0) out.write(`\n${chart(lessons, PLAIN_COLUMNS, CHART_ROWS.most).join('\n')}\n`);
    },
  };
}

function terminalView(out: NodeJS.WriteStream): View {
  let drawn = 0;
  return {
    step: (line) => out.write(`${line}\n`),
    draw(tally) {
      // Lines that have scrolled out of view cannot be overwritten.
      const lines = picture(tally, { columns: out.columns ?? 80, rows: (out.rows ?? 24) - 2 });
      moveCursor(out, 0, -drawn);
      clearScreenDown(out);
      out.write(`${lines.join('\n')}\n`);
      drawn = lines.length;
    },
    end: () => {
      drawn = 0;
    },
  };
}

function totals(tally: Tally): string {
  return parts(tally).join(GAP);
}

function parts(tally: Tally): string[] {
  const { seconds, accepted, queued, written, duplicates, deadLetters, acceptedPerSecond, writtenPerSecond, lessons } = tally;
  const [p95] = lessons.flatMap((second) => second.p95 ?? []).slice(-1);
  return [
    `${String(seconds).padStart(4)} s`,
    `accepted ${accepted} (${acceptedPerSecond}/s)`,
    `queued ${queued}`,
    `written ${written} (${writtenPerSecond}/s)`,
    `duplicates ${duplicates}`,
    `dead letters ${deadLetters}`,
    ...(p95 === undefined ? [] : [`grades p95 ${Math.round(p95)} ms`]),
  ];
}

/** Puts texts into as many lines as they need. */
function wrapped(texts: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const text of texts) {
    const longer = lines.length === 0 ? text : `${lines[lines.length - 1]}${GAP}${text}`;
    if (lines.length > 0 && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(text);
  }
  return lines;
}

/**
 * The totals, the chart of the lessons, then one bar per school, in as few columns as the rows allow and over the full width. The legend is always shown. Schools
 * that do not fit are counted.
 */
export function picture(tally: Tally, { columns: width, rows }: Size): string[] {
  const { schools, lessons } = tally;
  const totals = [...wrapped(parts(tally), width), ''];
  const foot = ['', LEGEND];
  const name = Math.max(...schools.map(({ id }) => id.length));
  const digits = Math.max(...schools.map(({ students }) => String(students).length));
  const beside = name + digits * 2 + 3;
  const most = Math.max(Math.floor((width + GAP.length) / (beside + LEAST_BAR + GAP.length)), 1);
  const spare = rows - totals.length - foot.length - 1 - Math.ceil(schools.length / most);
  const chartRows = Math.min(Math.max(spare, CHART_ROWS.least), CHART_ROWS.most);
  const head = [...totals, ...(lessons.length === 0 ? [] : [...chart(lessons, width, chartRows), ''])];
  const room = Math.max(rows - head.length - foot.length, 1);
  const columns = Math.min(Math.max(Math.ceil(schools.length / room), 1), most);
  const bar = Math.max(Math.floor((width - GAP.length * (columns - 1)) / columns) - beside, LEAST_BAR);
  const shown = schools.length <= room * columns ? schools : schools.slice(0, (room - 1) * columns);
  const height = Math.ceil(shown.length / columns);
  const cells = shown.map(({ id, students, accepted, handled }) => {
    const filled = (count: number) => Math.round((Math.min(count, students) / students) * bar);
    const done = filled(handled);
    const waiting = Math.max(filled(accepted) - done, 0);
    const line = `${'█'.repeat(done)}${'▒'.repeat(waiting)}${'·'.repeat(bar - done - waiting)}`;
    return `${id.padEnd(name)} ${line} ${String(Math.min(handled, students)).padStart(digits)}/${String(students).padEnd(digits)}`;
  });
  const table = Array.from({ length: height }, (_, row) =>
    Array.from({ length: columns }, (_, column) => cells[column * height + row] ?? '').join(GAP),
  );
  const more = shown.length < schools.length ? [`and ${schools.length - shown.length} more schools`] : [];
  return [...head, ...table, ...more, ...foot].map((line) => line.slice(0, width).trimEnd());
}
