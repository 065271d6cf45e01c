import type { BatchLine } from '../batch-line';
import type { School } from '../population';
import type { Second } from './chart';

/** The state of the recess, updated each second. */
export interface Tally {
  readonly seconds: number;
  readonly accepted: number;
  readonly acceptedPerSecond: number;
  readonly queued: number;
  readonly written: number;
  readonly writtenPerSecond: number;
  readonly duplicates: number;
  readonly deadLetters: number;
  readonly schools: readonly (School & { readonly accepted: number; readonly handled: number })[];
  /** The seconds since the lessons began. */
  readonly lessons: readonly Second[];
}

/** Counts the responses of the API and the metrics of the writer. */
export interface Counter {
  accepted(school: string): void;
  batch(line: BatchLine): void;
  deadLetters(count: number): void;
  tally(): Tally;
}

/** @param lessons the seconds of the lessons beside the recess */
export function createCounter(schools: readonly School[], lessons: () => readonly Second[], now: () => number = Date.now): Counter {
  const start = now();
  const accepted = new Map<string, number>();
  const handled = new Map<string, number>();
  let written = 0;
  let duplicates = 0;
  let dead = 0;
  let before = { at: start, accepted: 0, written: 0 };
  const add = (counts: Map<string, number>, school: string, count: number) => counts.set(school, (counts.get(school) ?? 0) + count);
  const sum = (counts: Map<string, number>) => [...counts.values()].reduce((total, count) => total + count, 0);
  return {
    accepted: (school) => add(accepted, school, 1),
    batch(line) {
      written += line.Written;
      duplicates += line.Duplicates;
      for (const [school, count] of Object.entries(line.tenants)) add(handled, school, count);
    },
    deadLetters: (count) => {
      dead = count;
    },
    tally() {
      const current = { at: now(), accepted: sum(accepted), written };
      const elapsed = Math.max(current.at - before.at, 1) / 1000;
      const rate = (count: number) => Math.round(count / elapsed);
      const result: Tally = {
        seconds: Math.round((current.at - start) / 1000),
        accepted: current.accepted,
        acceptedPerSecond: rate(current.accepted - before.accepted),
        queued: Math.max(current.accepted - current.written - duplicates, 0),
        written: current.written,
        writtenPerSecond: rate(current.written - before.written),
        duplicates,
        deadLetters: dead,
        schools: schools.map((school) => ({ ...school, accepted: accepted.get(school.id) ?? 0, handled: handled.get(school.id) ?? 0 })),
        lessons: lessons(),
      };
      before = current;
      return result;
    },
  };
}
