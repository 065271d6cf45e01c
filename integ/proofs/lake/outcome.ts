import type { Run } from './run';
import { KILLS_OF, MONTHS, THROTTLED } from './timeline';
import type { Verdict } from './verdict';

export type Observed = Pick<Run, 'kills' | 'throttled' | 'path' | 'expired'>;

export function figuresOf(verdict: Verdict, { kills, throttled, path, expired }: Observed): object {
  const { changes, lost, currentWrong, rowsAfterDedupe, quarantined, ttlRows, deletedShown, betweenExports, ...rest } = verdict;
  return {
    ...{ changes, lost, currentWrong, rowsAfterDedupe, quarantined, ttlRows, deletedShown, betweenExports },
    ...{ months: MONTHS, expired, ...rest, kills, throttled, path },
  };
}

/** @param planned the changes that can be found in the lake, and those that cannot be stored */
export function promisesOf(
  verdict: Verdict,
  { kills, throttled, path, expired }: Observed,
  planned: { readonly changes: number; readonly bad: number },
): Readonly<Record<string, boolean>> {
  const { copies } = verdict;
  return {
    'every change that was accepted is a row or in quarantine, but for states between two exports':
      verdict.lost === 0 && verdict.changes === planned.changes,
    'an export has the last state of an item only, and what it lacks is counted': verdict.betweenExports > 0,
    'the last state of each item is that of the table': verdict.currentWrong === 0 && verdict.deletedShown === 0,
    'each change is one row, in the folder of its school and month': verdict.rowsAfterDedupe === planned.changes && verdict.rowsWrong === 0,
    'what cannot be stored is in quarantine with its reason': verdict.quarantined === planned.bad && verdict.reasonsWrong === 0,
    'removals by TTL happened and are no rows': expired > 0 && verdict.ttlRows === 0,
    'a kill of the pipe delivers rows again': kills.pipe === KILLS_OF.pipe && copies.pipeKilled > 0,
    'a kill of the delivery delivers rows again': kills.delivery === KILLS_OF.delivery && copies.deliveryKilled > 0,
    'Firehose was too busy for records and for calls': throttled.partly >= THROTTLED && throttled.whole >= THROTTLED,
    'the hours that the stream no longer had were backfilled': verdict.backfilled > 0 && verdict.tooOld > 0,
    'changes go in batches': path.changesPerBatch >= 10,
  };
}
