import { startLoadClient } from '../../kit/load/load-client';
import { errorCount } from '../../kit/load/summary';
import { createObserver, type Item } from '../../kit/observer';
import type { Sent } from './load';
import type { Place } from './place';

/** The table at the end, compared with what the service has acknowledged. */
export interface Compared {
  readonly acknowledged: number;
  /** Acknowledged grades that are not in the table, or with another value. */
  readonly lost: number;
  /** Idempotency-Keys with more than one revision, and students with more than one evaluation. */
  readonly doubled: number;
  /** Writes that were not acknowledged, and are in the table all the same: the answer was lost, not the grade. */
  readonly writtenWithoutAnswer: number;
  /** Writes that were not acknowledged, and were repeated with their Idempotency-Key. */
  readonly repeated: number;
  /** Repeated writes that failed again, or are not in the table exactly once. */
  readonly repeatedWrong: number;
}

const PER_SECOND = 20;

/** Compares the table with the acknowledged writes, repeats the others with their keys, and compares again. */
export async function compare({ platform, sandbox, lessons: { origin } }: Place, sent: readonly Sent[]): Promise<Compared> {
  const observer = createObserver(sandbox);
  const client = startLoadClient();
  try {
    const writes = sent.filter(({ request }) => request.body !== undefined);
    const acknowledged = writes.filter(({ isFailed }) => !isFailed);
    const others = writes.filter(({ isFailed }) => isFailed);
    const before = stored(await observer.items(platform.tableName));
    const requests = others.map(({ request }, at) => ({ ...request, dueMs: (at / PER_SECOND) * 1000 }));
    const answers = await client.send({ origin, requests });
    const after = stored(await observer.items(platform.tableName));
    return {
      acknowledged: acknowledged.length,
      lost: acknowledged.filter((one) => !before.isStored(one) || !after.isStored(one)).length,
      doubled: before.doubled(writes) + after.doubled(writes),
      writtenWithoutAnswer: others.filter(before.isStored).length,
      repeated: others.length,
      repeatedWrong: others.filter((one, at) => errorCount([answers[at]]) > 0 || !after.isStored(one)).length,
    };
  } finally {
    client.close();
    observer.close();
  }
}

/** What the table holds of the writes: each is the only one of its student, and its id is student and Idempotency-Key. */
function stored(items: readonly Item[]) {
  const under = (prefix: string) => {
    const byStudent = new Map<string, Item[]>();
    for (const item of items.filter(({ sk }) => sk?.S?.startsWith(prefix))) {
      const student = (item.student ?? item.ofStudent)?.S ?? '';
      byStudent.set(student, [...(byStudent.get(student) ?? []), item]);
    }
    return byStudent;
  };
  const [evaluations, revisions] = [under('STUDENT#'), under('REVISION#')];
  const gradeIn = ({ request }: Sent) => String((JSON.parse(request.body ?? '{}') as { grade?: number }).grade);
  return {
    /** Whether a grade is stored, with its revision. */
    isStored: (one: Sent): boolean => {
      const [evaluation, revision] = [evaluations.get(one.id)?.[0], revisions.get(one.id)?.[0]];
      return evaluation?.grade?.N === gradeIn(one) && revision?.grade?.N === gradeIn(one);
    },
    doubled: (writes: readonly Sent[]): number =>
      writes.filter(({ id }) => (evaluations.get(id)?.length ?? 0) > 1 || (revisions.get(id)?.length ?? 0) > 1).length,
  };
}
