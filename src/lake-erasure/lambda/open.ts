import { type Counts, erasureId, NOTHING, type OpenErasure, type Records } from './record';
import type { ErasureRequest } from './request';

/**
 * The state of an open erasure.
 *
 * - `open`: no pass was made yet.
 * - `incomplete`: a pass was interrupted, or found something after it had erased. The next one continues.
 * - `waiting`: nothing is left, but changes of the items may still arrive. A last pass after `nextPass` decides.
 */
export type OpenState = 'open' | 'incomplete' | 'waiting';

/** An open erasure, without keys. */
export interface Status {
  readonly id: string;
  readonly tenant: string;
  readonly state: OpenState;
  readonly startedAt: string;
  readonly passes: number;
  readonly erased: Counts;
  /** When a pass can be the last one; ISO 8601. */
  readonly nextPass?: string;
}

export interface OpeningDependencies {
  readonly records: Pick<Records, 'find' | 'all' | 'create'>;
  readonly arrivalTime: number;
  readonly now: () => number;
  /** Starts an invocation that erases, and does not wait for its end. @param id of an erasure that is not due yet */
  readonly start: (id?: string) => Promise<void>;
}

/** Opens an erasure, or finds the one that is open for the same items, and starts a pass. Without a request, for all that are open. */
export async function open(request: ErasureRequest | undefined, dependencies: OpeningDependencies): Promise<readonly Status[]> {
  const { records, arrivalTime, start } = dependencies;
  const erasures = request === undefined ? await records.all() : [await opened(request, dependencies)];
  if (erasures.length > 0) await start(request === undefined ? undefined : erasures[0].id);
  return erasures.map((one) => statusOf(one, arrivalTime));
}

async function opened(request: ErasureRequest, { records, now }: OpeningDependencies): Promise<OpenErasure> {
  const id = erasureId(request);
  const found = await records.find(id);
  if (found !== undefined) return found;
  const startedAt = new Date(now()).toISOString();
  const erasure = { id, request, startedAt, lastInTable: startedAt, passes: 0, isInterrupted: false, erased: NOTHING, cursors: {} };
  await records.create(erasure);
  return erasure;
}

function statusOf({ id, request, startedAt, passes, erased, isInterrupted, lastInTable }: OpenErasure, arrivalTime: number): Status {
  const state = isInterrupted ? 'incomplete' : passes === 0 ? 'open' : 'waiting';
  const nextPass = state === 'waiting' ? { nextPass: new Date(Date.parse(lastInTable) + arrivalTime).toISOString() } : {};
  return { id, tenant: request.tenant, state, startedAt, passes, erased, ...nextPass };
}
