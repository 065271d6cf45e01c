import type { RetainedStores } from '../settings';

const DAY_MS = 86_400_000;

/**
 * A store, and what becomes of what it has of a tenant.
 *
 * - `erased`: the removal found nothing any more.
 * - `expires`: it is deleted by itself when `until` has passed.
 * - `excepted`: it is locked until then.
 * - `kept`: nothing deletes it.
 */
export interface StoreOutcome {
  readonly store: string;
  readonly outcome: 'erased' | 'expires' | 'excepted' | 'kept';
  /** ISO 8601. */
  readonly until?: string;
}

/** What becomes of each store after a removal. Nothing about a tenant that has departed is written after it. */
export function outcomesOf(finishedAt: string, erased: readonly string[], retained: readonly RetainedStores[]): StoreOutcome[] {
  const after = (days: number) => new Date(Date.parse(finishedAt) + days * DAY_MS).toISOString();
  return [
    ...erased.map((store) => ({ store, outcome: 'erased' as const })),
    ...retained.flatMap(({ place, expires = {}, locked = {}, kept = [] }) => {
      const at = (name: string) => (name === '' ? place : `${place}/${name}`);
      return [
        ...Object.entries(expires).map(([name, days]) => ({ store: at(name), outcome: 'expires' as const, until: after(days) })),
        ...Object.entries(locked).map(([name, days]) => ({ store: at(name), outcome: 'excepted' as const, until: after(days) })),
        ...kept.map((name) => ({ store: at(name), outcome: 'kept' as const })),
      ];
    }),
  ];
}
