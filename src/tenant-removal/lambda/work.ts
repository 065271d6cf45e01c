import type { RetainedStores } from '../settings';
import type { Lake, Place } from './places';
import { countIn, type Removal, waitingIn } from './removal';
import { outcomesOf } from './stores';

export interface WorkDependencies {
  readonly places: readonly Place[];
  readonly lakes: readonly Lake[];
  /** What has data of a tenant after a removal. */
  readonly retained: readonly RetainedStores[];
  readonly time: () => string;
  /** Whether there is time for another page. */
  readonly hasTime: () => boolean;
}

/** Stores the next version of a removal. @throws when another invocation has changed it */
export type Save = (changes: Partial<Removal>) => Promise<Removal>;

/** Continues a removal until it is finished, waits for a sync or a lake, or the time is over. Each step can be interrupted and repeated. */
export async function work(begun: Removal, dependencies: WorkDependencies, save: Save): Promise<Removal> {
  if (begun.state === 'counting') return count(begun, dependencies, save);
  let removal = begun;
  while (removal.state === 'removing' && dependencies.hasTime()) {
    const { pass } = removal;
    removal = await removePass(removal, dependencies, save);
    if (removal.state === 'removing' && removal.pass === pass) break;
  }
  return removal;
}

async function count(begun: Removal, dependencies: WorkDependencies, save: Save): Promise<Removal> {
  const { isDone, removal } = await goThrough(begun, dependencies, save);
  if (!isDone) return removal;
  const progressAt = dependencies.time();
  return save({ state: 'counted', done: [], position: undefined, foundInPass: 0, progressAt });
}

/** A pass is only the last one if it finds nothing, so that what was written meanwhile is removed, too. */
async function removePass(begun: Removal, dependencies: WorkDependencies, save: Save): Promise<Removal> {
  const { places, lakes, retained, time } = dependencies;
  let { isDone, removal } = await goThrough(begun, dependencies, save);
  if (!isDone) return removal;
  if (removal.pass > 1 && removal.foundInPass === 0) {
    const at = time();
    const erased = [...places, ...lakes].map(({ name }) => name);
    const stores = outcomesOf(at, erased, retained);
    return save({ state: 'removed', done: [], position: undefined, progressAt: at, finishedAt: at, stores });
  }
  ({ isDone, removal } = await eraseLakes(removal, dependencies, save));
  if (!isDone) return removal;
  return save({ pass: removal.pass + 1, done: [], position: undefined, foundInPass: 0, progressAt: time() });
}

/** The result of a part of a pass. */
interface Part {
  /** False if it goes on in another invocation. */
  readonly isDone: boolean;
  readonly removal: Removal;
}

async function goThrough(begun: Removal, { places, time, hasTime }: WorkDependencies, save: Save): Promise<Part> {
  let removal = begun;
  const counts = removal.state === 'counting' ? 'found' : 'removed';
  for (const place of places) {
    if (removal.done.includes(place.name)) continue;
    if (!hasTime()) return { isDone: false, removal };
    const pages = counts === 'found' ? place.count(removal.tenant, removal.position) : place.remove(removal.tenant, removal.position);
    for await (const { found, next, waiting = [] } of pages) {
      const isHeld = counts === 'removed' && waiting.length > 0;
      removal = await save({
        [counts]: countIn(removal[counts], place.name, found),
        foundInPass: removal.foundInPass + found,
        position: next,
        waiting: waitingIn(removal.waiting, place.name, waiting),
        ...(isHeld && found === 0 ? {} : { progressAt: time() }),
      });
      // What comes next may be needed to correct a report: nothing of it is removed before.
      if (isHeld) return { isDone: false, removal };
      if (next !== undefined && !hasTime()) return { isDone: false, removal };
    }
    removal = await save({ done: [...removal.done, place.name], position: undefined, progressAt: time() });
  }
  return { isDone: true, removal };
}

/** After the tables: a row whose item is still in its table could come back. All lakes at the same time, because each takes two days. */
async function eraseLakes(begun: Removal, { lakes, time }: WorkDependencies, save: Save): Promise<Part> {
  let removal = begun;
  const { tenant, requestedBy = '', reason = '' } = removal;
  const open = () => lakes.filter(({ name }) => !removal.done.includes(name));
  for (const lake of open()) {
    if (removal.erasures[lake.name] !== undefined) continue;
    const id = await lake.open(tenant, requestedBy, reason);
    removal = await save({ erasures: { ...removal.erasures, [lake.name]: id }, progressAt: time() });
  }
  for (const lake of open()) {
    const { [lake.name]: id, ...others } = removal.erasures;
    if (await lake.isOpen(id)) continue;
    removal = await save({ erasures: others, done: [...removal.done, lake.name], progressAt: time() });
  }
  return { isDone: open().length === 0, removal };
}
