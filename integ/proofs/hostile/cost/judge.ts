/** The limits that the project promises for each place, for any input. */
export interface Bounds {
  /** The maximum factor of the cost when the input doubles: 2 is linear, 4 is quadratic. */
  readonly doubling: number;
  /** Doublings below this cost are ignored, because noise dominates them. */
  readonly from: number;
  /** The maximum cost of the largest input. */
  readonly most: number;
}

/** Multiples of `referenceTime`. */
export const TIME: Bounds = { doubling: 2.6, from: 1 / 40, most: 16 };
/** MiB. An idle heap already has some free MiB; 256 MiB is half of the functions' memory. */
export const MEMORY: Bounds = { doubling: 2.6, from: 16, most: 256 };

/** The costs of inputs, each twice the size of the previous one. */
export interface Try {
  readonly costs: readonly number[];
  /** Whether the costs include the garbage collector, as in the function, or the code alone. */
  readonly whole: boolean;
}

/**
 * The largest factor of a doubling that counts, or 0 if none counts. For each doubling the smallest measured factor is used: other load and
 * the garbage collector add noise, while code that is worse than linear shows in every run.
 */
export function worstDoubling(tries: readonly Try[], { from }: Bounds): number {
  const doublings = tries.map(({ costs }) => costs.slice(1).map((cost, index) => (cost > from ? cost / costs[index] : 0)));
  const steps = Math.max(...doublings.map(({ length }) => length));
  const smallest = (step: number) => Math.min(...doublings.flatMap((all) => (step < all.length ? [all[step]] : [])));
  return Math.max(0, ...Array.from({ length: steps }, (_, step) => smallest(step)));
}

/** The cost of the most expensive input, as the smallest of its measurements. */
export function mostCost(tries: readonly Try[]): number {
  return Math.min(...tries.filter(({ whole }) => whole).map(({ costs }) => Math.max(...costs)));
}

/** Whether a repetition could change the result: other load on the machine at most doubles a cost. */
export function isWorthAnotherTry(tries: readonly Try[], bounds: Bounds): boolean {
  return !isWithin(tries, bounds) && mostCost(tries) <= 2 * bounds.most;
}

export function isWithin(tries: readonly Try[], bounds: Bounds): boolean {
  return worstDoubling(tries, bounds) <= bounds.doubling && mostCost(tries) <= bounds.most;
}
