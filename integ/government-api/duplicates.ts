import type { IncomingHttpHeaders } from 'node:http';

/** What the API offers against duplicates. */
export type Duplicates =
  /** A request with a key that was accepted before gets the same answer, and the report is not accepted again. */
  | { readonly mode: 'idempotencyKey'; readonly header: string; readonly retainedForMs: number }
  /** Every request is accepted. A report can be looked up, but only some time after it was accepted. */
  | { readonly mode: 'lookUp'; readonly visibleAfterMs: number }
  /** Every request is accepted, and nothing can be looked up. */
  | { readonly mode: 'neither' };

/** @param retainedForMs how long the API remembers a key */
export function idempotencyKey(header = 'Idempotency-Key', retainedForMs = Number.POSITIVE_INFINITY): Duplicates {
  return { mode: 'idempotencyKey', header, retainedForMs };
}

/** The path of a look-up is `/reports/{reference}`. @param visibleAfterMs the longest time until an accepted report is found */
export function lookUp(visibleAfterMs: number): Duplicates {
  return { mode: 'lookUp', visibleAfterMs };
}

export function neither(): Duplicates {
  return { mode: 'neither' };
}

/** The key of a request: a text, or undefined if it has none. */
export function keyOf(duplicates: Duplicates, headers: IncomingHttpHeaders): string | undefined {
  if (duplicates.mode !== 'idempotencyKey') return undefined;
  const value = headers[duplicates.header.toLowerCase()];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
