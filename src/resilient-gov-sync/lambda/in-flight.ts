/** How much is worked on at the same time, and until when. */
export interface Flight<T> {
  readonly most: number;
  readonly mostWeight: number;
  /** A heavier item than `mostWeight` is worked on alone. */
  weightOf(item: T): number;
  /** Asked before each item but the first. */
  goesOn?(): boolean;
}

/**
 * Works on items in their order, as many at the same time as there is room for.
 *
 * @returns how many were worked on: the others come after `goesOn` said no
 * @throws the first error, when nothing is worked on any more
 */
export async function inFlight<T>(items: readonly T[], flight: Flight<T>, work: (item: T) => Promise<unknown>): Promise<number> {
  const { most, mostWeight, weightOf, goesOn = () => true } = flight;
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  let [begun, weight] = [0, 0];
  const start = (item: T, own: number) => {
    weight += own;
    const done = work(item)
      .catch((error: unknown) => void failures.push(error))
      .then(() => {
        weight -= own;
        running.delete(done);
      });
    running.add(done);
  };
  for (const item of items) {
    const own = Math.min(mostWeight, weightOf(item));
    while (running.size >= most || weight + own > mostWeight) await Promise.race(running);
    if (failures.length > 0 || (begun > 0 && !goesOn())) break;
    start(item, own);
    begun += 1;
  }
  await Promise.all(running);
  if (failures.length > 0) throw failures[0];
  return begun;
}
