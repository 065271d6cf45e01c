import { generator, shuffled } from '../../kit/random';

/** The kinds of faults of a day. */
export const KINDS = ['engineRestarts', 'kills', 'clockJumps', 'fullQueues', 'slowOrThrottled'] as const;
export type DayKind = (typeof KINDS)[number];

/** A fault of the day: which one of its kind, and when. */
export interface Planned {
  readonly kind: DayKind;
  /** Between 0 and 1: which of the faults of the kind. */
  readonly choice: number;
  /** Minutes after the start of the day. */
  readonly minute: number;
}

/**
 * The faults of a day, the same for the same seed: as many of each kind, in any order, at any minute of their part of the day.
 *
 * @param count a multiple of the number of kinds
 */
export function planDay(seed: number, count: number, minutes: number): Planned[] {
  const random = generator(seed);
  const perKind = count / KINDS.length;
  if (!Number.isInteger(perKind)) throw new Error(`Invalid count ${count}: expected a multiple of ${KINDS.length}`);
  // The choices of a kind are spread, so that each of its faults has its turn.
  const all = KINDS.flatMap((kind) => Array.from({ length: perKind }, (_, index) => ({ kind, choice: (index + random()) / perKind })));
  const part = minutes / count;
  return shuffled(all, random).map((one, index) => ({ ...one, minute: Math.floor((index + random() / 2) * part) }));
}
