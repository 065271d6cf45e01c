import type { Shape } from './shapes';

/** The code of a place, loaded in a measuring process. */
export interface Subject {
  /** Converts an input as AWS does before the code gets it. This is not measured. @default - the text itself */
  prepare?(input: string): unknown;
  /** The result is ignored. */
  read(prepared: unknown): Promise<unknown>;
}

/** Code that takes text. */
export function reading(read: (text: string) => unknown): Subject {
  return { read: async (prepared) => read(prepared as string) };
}

export function prepared({ prepare }: Subject, input: string): unknown {
  return prepare === undefined ? input : prepare(input);
}

/** A place where code of the library reads a caller's input. */
export interface Place {
  readonly name: string;
  /** The files of `src` that read the input: handlers, run-time modules, and code that renders mapping templates. */
  readonly files: readonly string[];
  /** The maximum input size, in bytes. */
  readonly limit: number;
  /** What enforces that limit. */
  readonly limitedBy: string;
  /** The smallest size, in bytes, if 8 KiB is too close to the limit for doublings. */
  readonly smallest?: number;
  readonly shapes: Readonly<Record<string, Shape>>;
  /** Loads the code in the measuring process. */
  open(): Promise<Subject>;
}

const SMALLEST = 8 * 1024;

/** The limit and its halves, smallest first. */
export function sizesOf({ limit, smallest = SMALLEST }: Pick<Place, 'limit' | 'smallest'>): number[] {
  const sizes: number[] = [];
  for (let size = limit; size >= smallest; size /= 2) sizes.unshift(Math.floor(size));
  return sizes;
}
