import { type ErasureDependencies, type Outcome, open, pass } from './erase';
import type { OpenErasure } from './record';
import type { ErasureRequest } from './request';

/** The result of an invocation: each erasure that had a pass. */
export interface ErasureResult {
  readonly erasures: readonly Outcome[];
}

/**
 * Makes a pass of one erasure, or of all that are open.
 *
 * @param report called with each outcome
 */
export async function erase(
  request: ErasureRequest | undefined,
  dependencies: ErasureDependencies,
  report: (outcome: Outcome) => void,
): Promise<ErasureResult> {
  const waiting = request === undefined ? await due(dependencies) : [await open(request, dependencies)];
  const erasures: Outcome[] = [];
  const failed: Error[] = [];
  for (const erasure of waiting) {
    if (!dependencies.hasTime()) break;
    try {
      const outcome = await pass(erasure, dependencies);
      report(outcome);
      erasures.push(outcome);
    } catch (error) {
      // Another erasure may work.
      failed.push(new Error(`erasure ${erasure.id}: ${(error as Error).message}`));
    }
  }
  if (failed.length > 0) throw failed[0];
  return { erasures };
}

/** Open erasures, the oldest first. One that waits is due when its last pass may be made, and is not looked at before. */
async function due({ records, now, arrivalTime }: ErasureDependencies): Promise<OpenErasure[]> {
  const all = await records.all();
  return all
    .filter(({ passes, isInterrupted, lastInTable }) => passes === 0 || isInterrupted || now() >= Date.parse(lastInTable) + arrivalTime)
    .sort((one, other) => one.startedAt.localeCompare(other.startedAt));
}
