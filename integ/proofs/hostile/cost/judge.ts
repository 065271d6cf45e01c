/** What the project promises of each place, whatever a caller sends. */
export interface Bounds {
  /** What doubling an input may multiply its cost by: 2 is linear, 4 quadratic. */
  readonly doubling: number;
  /** A doubling counts from this cost on: what is cheaper is more noise than cost. */
  readonly from: number;
  /** Of the largest input. */
  readonly most: number;
}

/** Milliseconds. */
export const TIME: Bounds = { doubling: 2.6, from: 1, most: 400 };
/** MiB. What is free in a heap that nothing happens in is some MiB; 256 are half of what the functions have. */
export const MEMORY: Bounds = { doubling: 2.6, from: 16, most: 256 };

/** The costs of inputs, each twice as large as the one before. */
export interface Try {
  readonly costs: readonly number[];
  /** Whether they are all that the function would have had, or without the time of the garbage collector. */
  readonly whole: boolean;
}

/**
 * The largest doubling that counts, 0 where none does; of each doubling the smallest that was found. A machine that does other things too, and
 * a collector that begins its work at some size, are no properties of the code; what grows faster than linearly does so each time.
 */
export function worstDoubling(tries: readonly Try[], { from }: Bounds): number {
  const doublings = tries.map(({ costs }) => costs.slice(1).map((cost, index) => (cost > from ? cost / costs[index] : 0)));
  const steps = Math.max(...doublings.map(({ length }) => length));
  const smallest = (step: number) => Math.min(...doublings.flatMap((all) => (step < all.length ? [all[step]] : [])));
  return Math.max(0, ...Array.from({ length: steps }, (_, step) => smallest(step)));
}

/** What the costliest input costs, as it was found to cost least. */
export function mostCost(tries: readonly Try[]): number {
  return Math.min(...tries.filter(({ whole }) => whole).map(({ costs }) => Math.max(...costs)));
}

/** Whether another try can show something else: a machine that does other things too makes a cost twice as large, and not more. */
export function isWorthAnotherTry(tries: readonly Try[], bounds: Bounds): boolean {
  return !isWithin(tries, bounds) && mostCost(tries) <= 2 * bounds.most;
}

export function isWithin(tries: readonly Try[], bounds: Bounds): boolean {
  return worstDoubling(tries, bounds) <= bounds.doubling && mostCost(tries) <= bounds.most;
}
