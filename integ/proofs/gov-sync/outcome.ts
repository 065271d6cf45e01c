import type { Outcome } from '../../kit/proof';
import type { Mode } from '../../systems/gov-sync/names';
import { sumOf, type Verdict } from '../../systems/gov-sync/verdict';
import type { Run } from './run';

/** The figures of the runs of a mode, or of all modes. */
export interface Figures extends Omit<Verdict, 'altered' | 'rowsAccepted'> {
  readonly mode: Mode | 'all';
  readonly runs: number;
}

export function figuresOf(mode: Figures['mode'], runs: readonly Run[]): Figures {
  const { reports, confirmed, unknown, deadLettered, lost, doubled, deadLetteredWrongly, maxRate, attempts, rows } = sumOf(runs);
  return {
    ...{ mode, runs: runs.length, reports, confirmed, unknown, deadLettered, lost, doubled, deadLetteredWrongly, maxRate, attempts, rows },
  };
}

export interface Planned {
  readonly schools: number;
  readonly invalid: number;
  /** Grades that the platform accepted. */
  readonly grades: number;
  readonly maxPerSecond: number;
}

export function promisesOf(runs: ReadonlyMap<Mode, readonly Run[]>, planned: Planned): Outcome['promises'] {
  const all = [...runs.values()].flat();
  const known = [...runs].filter(([mode]) => mode !== 'neither').flatMap(([, of]) => of);
  const sum = sumOf(all);
  return {
    'every report has an end: confirmed, dead-lettered or unknown': sum.reports === sum.confirmed + sum.deadLettered + sum.unknown,
    'no report is lost': sum.lost === 0,
    'no report is accepted twice': sum.doubled === 0,
    'no report is dead-lettered wrongly, and all invalid ones are': all.every(
      ({ deadLettered, deadLetteredWrongly, unknown }) =>
        deadLetteredWrongly === 0 && deadLettered <= planned.invalid && deadLettered + unknown >= planned.invalid,
    ),
    'with a key or a look-up, no outcome stays unknown': sumOf(known).unknown === 0,
    'each confirmed report has the content and the receipt that the API has': sum.altered === 0,
    'the rows of all reports are the grades that the platform accepted': all.every(({ rows }) => rows === planned.grades),
    'the rate is never above what was stated': sum.maxRate <= planned.maxPerSecond,
  };
}
