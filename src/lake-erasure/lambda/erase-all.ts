import { type ErasureDependencies, type Outcome, pass } from './erase';
import type { Lock } from './lock';
import type { OpenErasure } from './record';

/** The result of an invocation: each erasure that had a pass. */
export interface ErasureResult {
  readonly erasures: readonly Outcome[];
}

export interface InvocationDependencies extends ErasureDependencies {
  readonly lock: Lock;
  /** When this invocation ends, in milliseconds since 1970. */
  readonly end: () => number;
}

/**
 * Makes a pass of each open erasure that is due, unless another invocation does: that one also makes those that are opened meanwhile.
 *
 * @param id of an erasure that has a pass although it is not due
 * @param report called with each outcome
 */
export async function erase(
  id: string | undefined,
  dependencies: InvocationDependencies,
  report: (outcome: Outcome) => void,
): Promise<ErasureResult> {
  const { lock, end, hasTime } = dependencies;
  if ((await due(id, dependencies)).length === 0) return { erasures: [] };
  const release = await lock.take(end());
  if (release === undefined) return { erasures: [] };
  const erasures: Outcome[] = [];
  const failed: Error[] = [];
  const tried = new Set<string>();
  try {
    while (hasTime()) {
      const [next] = (await due(id, dependencies)).filter((erasure) => !tried.has(erasure.id));
      if (next === undefined) break;
      tried.add(next.id);
      try {
        const outcome = await pass(next, dependencies);
        report(outcome);
        erasures.push(outcome);
      } catch (error) {
        // Another erasure may work.
        failed.push(new Error(`erasure ${next.id}: ${(error as Error).message}`));
      }
    }
  } finally {
    await release();
  }
  if (failed.length > 0) throw failed[0];
  return { erasures };
}

/** Open erasures, the oldest first. One that waits is due when its last pass may be made, and is not looked at before. */
async function due(requested: string | undefined, { records, now, arrivalTime }: ErasureDependencies): Promise<OpenErasure[]> {
  const all = await records.all();
  return all
    .filter(({ id, passes, isInterrupted, lastInTable }) => {
      const isDue = passes === 0 || isInterrupted || now() >= Date.parse(lastInTable) + arrivalTime;
      return isDue || id === requested;
    })
    .sort((one, other) => one.startedAt.localeCompare(other.startedAt));
}
