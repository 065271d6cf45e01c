import type { Answer } from '../../kit/load/load-client';
import { errorCount } from '../../kit/load/summary';
import type { Item } from '../../kit/observer';
import type { Sent } from './load';

/** The table at the end, compared with what the service has acknowledged. */
export interface Compared {
  readonly acknowledged: number;
  /** Acknowledged grades that are not in the table, or with another value. */
  readonly lost: number;
  /** Grades with another version than that of their acknowledgement: they were recorded again. */
  readonly doubled: number;
  /** Writes that were not acknowledged, and are in the table all the same: the answer was lost, not the grade. */
  readonly writtenWithoutAnswer: number;
  /** Writes that were repeated with their Idempotency-Key: all that failed, and some that were acknowledged. */
  readonly repeated: number;
  /** Those of them whose grade was in the table before. */
  readonly repeatedOfStored: number;
  /** Repeated writes that failed again, that are not in the table, or whose version is not the first one. */
  readonly repeatedWrong: number;
}

export interface Repeat {
  /** The first attempt. */
  readonly write: Sent;
  readonly answer: Answer;
}

/** A grade, and the revision that was recorded with it. */
interface Recorded {
  readonly grade: string;
  readonly version: string;
}

/** What the table holds of the writes, by their ids: each write is the only one of its student. */
export type Stored = ReadonlyMap<string, Recorded>;

/** Reads the grades whose current evaluation and revision are the same: the others count as not recorded. */
export function stored(items: readonly Item[]): Stored {
  const under = (prefix: string) =>
    new Map(
      items
        .filter(({ sk }) => sk?.S?.startsWith(prefix))
        .map(({ student, grade, version }): [string, Recorded] => [student?.S ?? '', { grade: grade?.N ?? '', version: version?.S ?? '' }]),
    );
  const [evaluations, revisions] = [under('STUDENT#'), under('REVISION#')];
  const isSame = (a: Recorded, b: Recorded | undefined) => a.grade === b?.grade && a.version === b.version;
  return new Map([...evaluations].filter(([id, evaluation]) => isSame(evaluation, revisions.get(id))));
}

interface Observed {
  readonly writes: readonly Sent[];
  readonly repeats: readonly Repeat[];
  /** The table before and after the repeats. */
  readonly before: Stored;
  readonly after: Stored;
}

/**
 * Compares versions, because keys can't show a second recording: it overwrites the items of the first one. Each recording has a version of
 * its own, which the answer contains.
 */
export function judge({ writes, repeats, before, after }: Observed): Compared {
  const acknowledged = writes.filter(({ isFailed }) => !isFailed);
  const gradeIn = ({ request }: Sent) => String((JSON.parse(request.body ?? '{}') as { grade?: number }).grade);
  const isStored = (table: Stored, write: Sent) => table.get(write.id)?.grade === gradeIn(write);
  const isAnother = (table: Stored, { id, answer }: Sent) => table.has(id) && table.get(id)?.version !== answer.captured;
  const isWrong = ({ write, answer }: Repeat) => {
    const version = after.get(write.id)?.version;
    const first = before.get(write.id)?.version ?? version;
    return errorCount([answer]) > 0 || !isStored(after, write) || version !== first || answer.captured !== first;
  };
  return {
    acknowledged: acknowledged.length,
    lost: acknowledged.filter((write) => !isStored(before, write) || !isStored(after, write)).length,
    doubled: acknowledged.filter((write) => isAnother(before, write) || isAnother(after, write)).length,
    writtenWithoutAnswer: writes.filter((write) => write.isFailed && isStored(before, write)).length,
    repeated: repeats.length,
    repeatedOfStored: repeats.filter(({ write }) => isStored(before, write)).length,
    repeatedWrong: repeats.filter(isWrong).length,
  };
}
