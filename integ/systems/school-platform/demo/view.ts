import { clearScreenDown, moveCursor } from 'node:readline';
import type { Tally } from './tally';

/** Shows a recess while it runs. */
export interface View {
  /** Something that takes a while has begun or gone on. */
  step(line: string): void;
  draw(tally: Tally): void;
  end(): void;
}

const BAR = 14;
const COLUMNS = 2;

/** A live picture on a terminal, a line a second elsewhere. */
export function createView(out: NodeJS.WriteStream): View {
  return out.isTTY ? terminalView(out) : plainView(out);
}

function plainView(out: NodeJS.WriteStream): View {
  return {
    step: (line) => out.write(`${line}\n`),
    draw: (tally) => out.write(`${totals(tally)}\n`),
    end: () => undefined,
  };
}

function terminalView(out: NodeJS.WriteStream): View {
  let drawn = 0;
  return {
    step: (line) => out.write(`${line}\n`),
    draw(tally) {
      // Lines that have scrolled away cannot be drawn over.
      const lines = picture(tally, out.columns ?? 80).slice(0, (out.rows ?? 24) - 2);
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
  const { seconds, accepted, queued, written, duplicates, deadLetters, acceptedPerSecond, writtenPerSecond } = tally;
  return (
    `${String(seconds).padStart(4)} s  accepted ${accepted} (${acceptedPerSecond}/s)  queued ${queued}  ` +
    `written ${written} (${writtenPerSecond}/s)  duplicates ${duplicates}  dead letters ${deadLetters}`
  );
}

/** A line of totals, then the schools in columns: a bar of what is written within what its students sent. */
export function picture(tally: Tally, width: number): string[] {
  const rows = Math.ceil(tally.schools.length / COLUMNS);
  const cells = tally.schools.map(({ id, students, accepted, handled }) => {
    const filled = (count: number) => Math.round((Math.min(count, students) / students) * BAR);
    const done = filled(handled);
    const waiting = Math.max(filled(accepted) - done, 0);
    const bar = `${'█'.repeat(done)}${'▒'.repeat(waiting)}${'·'.repeat(BAR - done - waiting)}`;
    return `${id} ${bar} ${String(Math.min(handled, students)).padStart(4)}/${students}`.padEnd(36);
  });
  const table = Array.from({ length: rows }, (_, row) =>
    Array.from({ length: COLUMNS }, (_, column) => cells[column * rows + row] ?? '').join('  '),
  );
  return [totals(tally), '', ...table, '', '█ written  ▒ accepted, in the queue  · not yet sent'].map((line) => line.slice(0, width));
}
