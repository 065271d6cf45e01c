import type { Waiting } from './places';
import type { Grounds } from './request';
import type { StoreOutcome } from './stores';

/**
 * The state of a removal.
 *
 * - `counting`: what the tenant has is being counted, and nothing is removed.
 * - `counted`: the removal can be requested.
 * - `removing`: data is being removed, a sync waits for a report, or a lake for changes that are on their way.
 * - `removed`: a pass over all tables and folders found nothing. The record remains.
 */
export type RemovalState = 'counting' | 'counted' | 'removing' | 'removed';

/** How many items or versions of objects, by place. */
export type Counts = Readonly<Record<string, number>>;

/** One removal of a tenant's data, as it is stored. It is never deleted. */
export interface Removal extends Partial<Grounds> {
  readonly tenant: string;
  readonly state: RemovalState;
  /** When it was counted first, ISO 8601. */
  readonly startedAt: string;
  readonly requestedAt?: string;
  readonly finishedAt?: string;
  /** What was counted before the removal. */
  readonly found: Counts;
  readonly removed: Counts;
  /** The pass over all places, from 1. */
  readonly pass: number;
  /** Places that this pass is done with. */
  readonly done: readonly string[];
  /** Where the place that is next continues. */
  readonly position?: string;
  /** How many this pass has found. */
  readonly foundInPass: number;
  /** Ids of open erasures, by lake. */
  readonly erasures: Readonly<Record<string, string>>;
  /** Periods whose reports are not final, by sync. */
  readonly waiting?: Readonly<Record<string, readonly Waiting[]>>;
  /** When it was finished: what becomes of each store. */
  readonly stores?: readonly StoreOutcome[];
  /** When something was last counted, removed or finished; ISO 8601. */
  readonly progressAt: string;
  /** Until when one invocation works on it alone, in milliseconds since 1970. */
  readonly leaseUntil: number;
  /** Counts the changes: a change is written only if the version is still the one that was read. */
  readonly version: number;
}

export const isOpen = ({ state }: Removal): boolean => state === 'counting' || state === 'removing';

export function countIn(counts: Counts, place: string, more: number): Counts {
  return { ...counts, [place]: (counts[place] ?? 0) + more };
}

/** @returns undefined if no place waits for anything */
export function waitingIn(all: Removal['waiting'], place: string, waiting: readonly Waiting[]): Removal['waiting'] {
  const { [place]: _, ...others } = all ?? {};
  const next = waiting.length === 0 ? others : { ...others, [place]: waiting };
  return Object.keys(next).length === 0 ? undefined : next;
}
