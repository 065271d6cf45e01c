import type { JsonObject } from '../../../contracts';

/** The next state of a state with `Next` or `End`. */
export function nextOf({ Next }: JsonObject): { readonly next?: string } {
  return Next === undefined ? {} : { next: String(Next) };
}

export function leadsTo({ next }: { readonly next?: string }): string[] {
  return next === undefined ? [] : [next];
}
