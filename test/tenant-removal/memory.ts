import type { Lake, Place, Waiting } from '../../src/tenant-removal/lambda/places';
import type { Removal } from '../../src/tenant-removal/lambda/removal';
import { Conflict, type RemovalStore, type RemoveDependencies, remove } from '../../src/tenant-removal/lambda/remove';
import type { RemovalRequest } from '../../src/tenant-removal/lambda/request';

export const DAY = 86_400_000;
const DEPARTED = Date.parse('2026-11-01T00:00:00.000Z');

/** A place with two items on a page, which are the tenants that they belong to. */
function memoryPlace(name: string, items: string[]): Place {
  async function* pages(tenant: string, from: string | undefined, deletes: boolean) {
    for (let at = Number(from ?? 0); at === 0 || at < items.length; at += 2) {
      const own = items.slice(at, at + 2).flatMap((owner, position) => (owner === tenant ? [at + position] : []));
      if (deletes) for (const position of own) items[position] = '';
      yield { found: own.length, next: at + 2 < items.length ? String(at + 2) : undefined };
    }
  }
  return { name, count: (tenant, from) => pages(tenant, from, false), remove: (tenant, from) => pages(tenant, from, true) };
}

/** A directory, two places, a lake and a sync in memory. */
export function platform({ lake: hasLake = false, sync: hasSync = false } = {}) {
  const state = {
    time: DEPARTED + 31 * DAY,
    record: { state: 'departed', updatedAt: new Date(DEPARTED).toISOString() } as Awaited<ReturnType<RemovalStore['tenant']>>,
    items: ['north', 'south', 'north', 'north', 'south'],
    objects: ['south', 'north'],
    /** Pages for which there is time. */
    steps: Number.POSITIVE_INFINITY,
    /** The number of the write of the directory that fails; the process ends there. */
    endsAt: Number.POSITIVE_INFINITY,
    opened: [] as object[],
    openErasures: new Set<string>(),
    /** Reports of a sync: final ones, and those that it waits for. */
    reports: 2,
    waiting: [] as Waiting[],
  };
  const stored = new Map<string, Removal>();
  let writes = 0;
  const keyOf = ({ tenant, startedAt }: Removal) => `${tenant}#${startedAt}`;
  const store: RemovalStore = {
    tenant: async () => state.record,
    async last(tenant) {
      const keys = [...stored.keys()].filter((key) => key.startsWith(`${tenant}#`)).sort();
      return stored.get(keys.at(-1) ?? '');
    },
    all: async () => [...stored.values()],
    async put(removal, before) {
      if (++writes >= state.endsAt) throw Object.assign(new Error('ended'), { name: 'Ended' });
      if (stored.get(keyOf(removal))?.version !== before?.version) throw new Conflict('changed');
      stored.set(keyOf(removal), removal);
    },
  };
  const erased: Lake = {
    name: 'Lake',
    async open(tenant, requestedBy, reason) {
      state.opened.push({ tenant, requestedBy, reason });
      const id = `erasure ${state.opened.length}`;
      state.openErasures.add(id);
      return id;
    },
    isOpen: async (id) => state.openErasures.has(id),
  };
  const sync: Place = {
    name: 'Sync',
    async *count() {
      yield { found: state.reports, waiting: state.waiting };
    },
    async *remove() {
      const found = state.reports;
      state.reports = 0;
      yield { found, waiting: state.waiting };
    },
  };
  const dependencies: RemoveDependencies = {
    store,
    places: [...(hasSync ? [sync] : []), memoryPlace('Data', state.items), memoryPlace('Files', state.objects)],
    lakes: hasLake ? [erased] : [],
    retained: [
      { place: 'Visits', expires: { Queue: 4 }, kept: ['Files'] },
      { place: 'Trail', locked: { '': 365 } },
    ],
    now: () => state.time,
    time: () => new Date(state.time).toISOString(),
    end: () => state.time + 900_000,
    hasTime: () => state.steps-- > 0,
    hold: 30 * DAY,
  };
  const reported: Removal[] = [];
  return {
    ...{ state, stored, store, reported, dependencies },
    writes: () => writes,
    ask: (request?: RemovalRequest) => remove(request, dependencies, (removal) => reported.push(removal)),
  };
}

export const COUNT: RemovalRequest = { action: 'count', tenant: 'north' };
export const REMOVE: RemovalRequest = { action: 'remove', tenant: 'north', requestedBy: 'TICKET-1', reason: 'end of contract' };
