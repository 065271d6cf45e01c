import type { Sandbox } from '../../sandbox';

/** The states that call the API. */
const CALLS: readonly string[] = ['Send the report', 'Look up the report'];
/** In this machine's time: a call that takes longer without an answer belongs to an execution that was stopped. */
const STOPPED_MS = 5_000;

/**
 * Whether calls are on their way to an API or back: the clock must not move then. A call that arrives an hour after it was recorded would be
 * looked up too early, which no client could know.
 *
 * @param open requests that have arrived, and whose answers wait for the clock
 */
export function callsOnTheirWay({ stateMachines }: Sandbox, open: () => number): () => boolean {
  const since = new Map<string, number>();
  stateMachines.onTransition(({ phase, state, executionArn }) => {
    if (!CALLS.includes(state)) return;
    if (phase === 'ENTERED') since.set(executionArn, performance.now());
    else since.delete(executionArn);
  });
  return () => {
    const now = performance.now();
    for (const [execution, began] of since) if (now - began > STOPPED_MS) since.delete(execution);
    return since.size > open();
  };
}
