/** A fault of the sync that the proof must find. */
export interface Break {
  readonly what: string;
  /** The text of a handler, and what it becomes. */
  readonly replace: readonly (readonly [from: string, to: string])[];
}

export const BREAKS: Readonly<Record<string, Break>> = {};
