import { appendFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../../contracts';

/** A file to which lines of JSON are appended. A line is in the file when `write` returns, also if the process is killed right after it. */
export interface Journal {
  write(line: object): void;
  /** Replaces all lines, at once. */
  replace(lines: readonly object[]): void;
  remove(): void;
}

export interface KeptJournal {
  readonly journal: Journal;
  /** At least one. */
  readonly lines: readonly Json[];
}

/** The journals of a folder. */
export interface Journals {
  /** Those of earlier processes, the oldest first. */
  readonly kept: readonly KeptJournal[];
  create(): Journal;
}

const EXTENSION = '.jsonl';

export function openJournals(folder: string): Journals {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(EXTENSION))
    .sort();
  let last = Number.parseInt(files.at(-1) ?? '0', 10);
  return {
    kept: files.flatMap((name) => {
      const path = join(folder, name);
      const lines = readLines(path);
      if (lines.length > 0) return [{ journal: journalAt(path), lines }];
      rmSync(path);
      return [];
    }),
    create() {
      last += 1;
      return journalAt(join(folder, `${String(last).padStart(9, '0')}${EXTENSION}`));
    },
  };
}

function journalAt(path: string): Journal {
  return {
    write: (line) => appendFileSync(path, `${JSON.stringify(line)}\n`, { mode: 0o600 }),
    replace(lines) {
      writeFileSync(`${path}.new`, lines.map((line) => `${JSON.stringify(line)}\n`).join(''), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    },
    remove: () => rmSync(path, { force: true }),
  };
}

/** A last line without its end was cut off by a kill: nothing had followed from it, and it is removed. */
function readLines(path: string): Json[] {
  const bytes = readFileSync(path);
  const end = bytes.lastIndexOf('\n') + 1;
  if (end < bytes.length) truncateSync(path, end);
  return bytes
    .toString('utf8', 0, end)
    .split('\n')
    .slice(0, -1)
    .map((line, index) => {
      try {
        return JSON.parse(line) as Json;
      } catch (error) {
        throw new Error(`${path} is damaged in line ${index + 1}: ${(error as Error).message}. Remove the data folder to start again`);
      }
    });
}
