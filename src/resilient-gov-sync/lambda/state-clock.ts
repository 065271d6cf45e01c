/**
 * The time of a step. Step Functions ends waits by its own clock, which can be ahead of the one of this machine: a turn would then come too
 * early. So it is the later one of both clocks.
 *
 * @param enteredAt when the state was entered, by the clock of Step Functions
 */
export function stateClock(enteredAt: string, now: () => number = Date.now): () => number {
  const started = now();
  const entered = Date.parse(enteredAt);
  if (Number.isNaN(entered)) throw new Error(`invalid at ${JSON.stringify(enteredAt.slice(0, 40))}: expected when the state was entered`);
  return () => Math.max(now(), entered + now() - started);
}
