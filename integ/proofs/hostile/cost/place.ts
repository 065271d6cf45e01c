import type { Shape } from './shapes';

/** Reads an input as the place does; what it answers makes no difference. */
export type Subject = (input: string) => Promise<unknown>;

/** Where code of the library reads what a caller chose. */
export interface Place {
  readonly name: string;
  /** The files of `src` whose reading it is: handlers, modules for code that runs, and what writes mapping templates. */
  readonly files: readonly string[];
  /** The most bytes that can come here. */
  readonly limit: number;
  /** Who holds that limit. */
  readonly limitedBy: string;
  /** Where 8 KiB is too near to the limit for doublings: the bytes to begin with. */
  readonly smallest?: number;
  readonly shapes: Readonly<Record<string, Shape>>;
  /** Loads the code, in the process that measures. */
  open(): Promise<Subject>;
}

const SMALLEST = 8 * 1024;

/** From the limit downwards by halves, the smallest first. */
export function sizesOf({ limit, smallest = SMALLEST }: Pick<Place, 'limit' | 'smallest'>): number[] {
  const sizes: number[] = [];
  for (let size = limit; size >= smallest; size /= 2) sizes.unshift(Math.floor(size));
  return sizes;
}
