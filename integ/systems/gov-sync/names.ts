import type { Duplicates } from '../../government-api';

/** Names that the app and its runs share. */
export const NAMES = { stack: 'GovSync', grades: 'grades', source: 'source' } as const;

export type Mode = Duplicates['mode'];
export const MODES: readonly Mode[] = ['idempotencyKey', 'lookUp', 'neither'];

/** The public address of an API for each mode. The sandbox sends its requests to a server of this machine. */
export const hostOf = (mode: Mode): string => `https://${mode.toLowerCase()}.ministry.example`;

/** The id of the sync of a mode. */
export const syncId = (mode: Mode): string => `Sync${mode[0].toUpperCase()}${mode.slice(1)}`;

/** The id of the naive sync of a mode. */
export const naiveId = (mode: Mode): string => `Naive${syncId(mode)}`;

/** How long an accepted report can't be looked up, as the API promises. */
export const VISIBLE_AFTER_MINUTES = 5;

/**
 * The clock is slower than this machine, because waits are skipped anyway: a machine that stands still for a minute would otherwise let every
 * call time out, also those that the API is about to accept.
 */
export const SPEED = 0.1;

/** LATE: the data is not complete yet. WRONG: an answer that a source must not give. */
export type SourceAnswer = 'LATE' | 'WRONG';

/** What a run can choose; the app reads it from its context. */
export interface SyncSettings {
  /** @default all */
  readonly modes?: readonly Mode[];
  /** The most calls in any second. @default 50 */
  readonly maxPerSecond?: number;
  /** @default 20 */
  readonly maxConcurrency?: number;
  /** When the sync looks a report up. The API finds it after 5 minutes. @default 5 */
  readonly visibleAfterMinutes?: number;
  /** What the source answers when it is asked for a period, one answer after the other; then the period is ready. @default - it is ready */
  readonly source?: readonly SourceAnswer[];
  /** Whether each mode also has a naive sync to compare with. @default false */
  readonly naive?: boolean;
}

/** The name of a quarter by its number, counted from the year 0: 8104 is `2026Q1`. */
export function quarterNamed(number: number): string {
  return `${Math.floor(number / 4)}Q${(number % 4) + 1}`;
}
