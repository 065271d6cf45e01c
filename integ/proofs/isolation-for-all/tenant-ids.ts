import { stop } from '../isolation/not-supported';
import { and, literal, not, type Term } from './terms';

/** What separates a tenant's id from the rest: `#` in keys of items, `/` in names of objects. */
const SEPARATORS = ['#', '/'];

/**
 * All that the proof asks of ids and of tags: they are not empty and have no separator. That every id is so, and every tag that the trust
 * admits, are lemmas of their own: with the pattern itself in each question, cvc5 finds no end.
 */
export function separatorFree(text: Term): Term {
  return and(`(> (str.len ${text}) 0)`, ...SEPARATORS.map((separator) => not(`(str.contains ${text} ${literal(separator)})`)));
}

/** Whether a text has the pattern of tenants' ids: `^[characters]{least,most}$`, as src/runtime/tenant-id.ts writes it. */
export function isId(text: Term, pattern: string): Term {
  const [, characters, least, most] = /^\^\[([^\]\\^]+)\]\{(\d+),(\d+)\}\$$/.exec(pattern) ?? [];
  if (characters === undefined) return stop('The pattern of tenant ids', `${pattern} is not supported`);
  const members = [...characters.matchAll(/(.)-(.)|(.)/gs)].map(([, first, last, one]) =>
    one === undefined ? `(re.range ${literal(first)} ${literal(last)})` : `(str.to_re ${literal(one)})`,
  );
  const one = members.length === 1 ? members[0] : `(re.union ${members.join(' ')})`;
  // Not as a loop with bounds, which cvc5 unrolls: as any number of them, and the length.
  return and(`(str.in_re ${text} (re.* ${one}))`, `(<= ${least} (str.len ${text}) ${most})`);
}

// Everything of ASCII that STS rejects in a tag's value, see stsTakes. What lies beyond ASCII is admitted here altogether, which is more
// than the letters, digits and blanks that STS admits of it.
const NOT_IN_TAGS = [...'!"#$%&\'()*,;<>?[\\]^`{|}~'];

/** Whether STS takes a text as a tag's value; of what is beyond ASCII, more than it does. */
export function stsMayTake(text: Term): Term {
  const denied = NOT_IN_TAGS.map((character) => not(`(str.contains ${text} ${literal(character)})`));
  return and(`(<= (str.len ${text}) 256)`, ...denied);
}
