import type { Shape } from './shapes';

/** The code of a place, as a process runs it. */
export interface Subject {
  /** What AWS makes of an input before the code gets it: it isn't measured. The text itself where this is absent. */
  prepare?(input: string): unknown;
  /** What it answers makes no difference. */
  read(prepared: unknown): Promise<unknown>;
}

/** Code that gets text. */
export function reading(read: (text: string) => unknown): Subject {
  return { read: async (prepared) => read(prepared as string) };
}

export function prepared({ prepare }: Subject, input: string): unknown {
  return prepare === undefined ? input : prepare(input);
}

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
