import type { TenantRecord } from '../../runtime/tenant-record';
import { isOpen, type Removal } from './removal';
import { invalidRequest, type RemovalRequest } from './request';
import { type Save, type WorkDependencies, work } from './work';

/** Thrown if another invocation has changed a removal. */
export class Conflict extends Error {
  public readonly name = 'Conflict';
}

/** The directory, as far as removals use it. All reads are consistent. */
export interface RemovalStore {
  tenant(tenant: string): Promise<Pick<TenantRecord, 'state' | 'updatedAt'> | undefined>;
  /** The last removal of a tenant. */
  last(tenant: string): Promise<Removal | undefined>;
  all(): Promise<readonly Removal[]>;
  /** Replaces what was read. Rejects with `Conflict` if another invocation has changed it, or created it. */
  put(removal: Removal, before: Removal | undefined): Promise<void>;
}

export interface RemoveDependencies extends WorkDependencies {
  readonly store: RemovalStore;
  readonly now: () => number;
  /** When this invocation ends, in milliseconds since 1970. */
  readonly end: () => number;
  /** How long a tenant must have departed, in milliseconds. */
  readonly hold: number;
}

/** What an operator gets to know of a removal. */
export interface Outcome extends Pick<Removal, 'tenant'>, Partial<Omit<Removal, 'state' | 'tenant'>> {
  /** `held`: the removal can be requested after `heldUntil`. */
  readonly state: Removal['state'] | 'held';
  /** ISO 8601. */
  readonly heldUntil?: string;
}

/**
 * Counts or removes the data of one tenant, or continues all that are open.
 *
 * @param report called with each removal that was worked on
 */
export async function remove(
  request: RemovalRequest | undefined,
  dependencies: RemoveDependencies,
  report: (removal: Removal) => void,
): Promise<readonly Outcome[]> {
  if (request === undefined) return (await continueAll(dependencies, report)).map(summary);
  const { tenant, action } = request;
  const heldUntil = await heldBy(tenant, dependencies);
  const last = await dependencies.store.last(tenant);
  if (action === 'remove' && Date.parse(heldUntil) > dependencies.now()) return [{ tenant, state: 'held', heldUntil }];
  const removal = action === 'count' ? await counting(tenant, last, dependencies) : await removing(request, last, dependencies);
  return [{ ...summary(await continued(removal, dependencies, report)), heldUntil }];
}

/** @returns until when the data of a departed tenant is kept in any case */
async function heldBy(tenant: string, { store, hold }: RemoveDependencies): Promise<string> {
  const record = await store.tenant(tenant);
  if (record === undefined)
    throw invalidRequest(`${tenant} has no record in the directory: only the data of a tenant that has departed is removed`);
  if (record.state !== 'departed')
    throw invalidRequest(`${tenant} is ${record.state}: offboard it first. Its data can be removed when it has departed`);
  return new Date(Date.parse(record.updatedAt) + hold).toISOString();
}

/** Begins a count, unless one or a removal is open. */
async function counting(tenant: string, last: Removal | undefined, { store, time }: RemoveDependencies): Promise<Removal> {
  if (last !== undefined && isOpen(last)) return last;
  const startedAt = time();
  const fresh: Removal = {
    ...{ tenant, state: 'counting', startedAt, progressAt: startedAt, found: {}, removed: {}, erasures: {} },
    ...{ pass: 0, done: [], foundInPass: 0, leaseUntil: 0 },
    // A count that no removal followed is replaced; the record of a removal remains.
    ...(last?.state === 'counted' ? { startedAt: last.startedAt, version: last.version + 1 } : { version: 1 }),
  };
  await store.put(fresh, last?.state === 'counted' ? last : undefined);
  return fresh;
}

async function removing(
  { tenant, requestedBy, reason }: Extract<RemovalRequest, { action: 'remove' }>,
  last: Removal | undefined,
  { store, time }: RemoveDependencies,
): Promise<Removal> {
  if (last === undefined) throw invalidRequest(`the data of ${tenant} has not been counted: request "action": "count" first`);
  if (last.state === 'counting')
    throw invalidRequest(`the data of ${tenant} is still being counted: repeat the request when it is counted`);
  if (last.state !== 'counted') return last;
  const requestedAt = time();
  const begun: Removal = {
    ...last,
    state: 'removing',
    requestedBy,
    reason,
    requestedAt,
    progressAt: requestedAt,
    pass: 1,
    version: last.version + 1,
  };
  await store.put(begun, last);
  return begun;
}

/** Continues all that are open, one after another. One that fails does not stop the others. */
async function continueAll(dependencies: RemoveDependencies, report: (removal: Removal) => void): Promise<Removal[]> {
  const removals: Removal[] = [];
  const failed: Error[] = [];
  for (const removal of (await dependencies.store.all()).filter(isOpen)) {
    if (!dependencies.hasTime()) break;
    try {
      removals.push(await continued(removal, dependencies, report));
    } catch (error) {
      failed.push(new Error(`${removal.tenant}: ${(error as Error).name}: ${(error as Error).message}`));
    }
  }
  if (failed.length > 0) throw failed[0];
  return removals;
}

/** Works on a removal, unless another invocation does. */
async function continued(removal: Removal, dependencies: RemoveDependencies, report: (removal: Removal) => void): Promise<Removal> {
  const { store, now, end } = dependencies;
  if (!isOpen(removal) || removal.leaseUntil > now()) return removal;
  let current = removal;
  const save: Save = async (changes) => {
    const next = { ...current, ...changes, version: current.version + 1 };
    await store.put(next, current);
    current = next;
    return next;
  };
  try {
    await save({ leaseUntil: end() });
    await work(current, dependencies, save);
    if (current.leaseUntil !== 0) await save({ leaseUntil: 0 });
  } catch (error) {
    // Another invocation has it, and this one has nothing more to write.
    if (error instanceof Conflict) return current;
    await save({ leaseUntil: 0 });
    throw error;
  } finally {
    report(current);
  }
  return current;
}

function summary({ leaseUntil: _, version: __, position: ___, done: ____, foundInPass: _____, ...removal }: Removal): Outcome {
  return removal;
}
