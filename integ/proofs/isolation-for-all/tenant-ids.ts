import { stop } from '../isolation/not-supported';
import { and, literal, not, type Term } from './terms';

/** The separators after a tenant's id: `#` in item keys, `/` in object names. */
const SEPARATORS = ['#', '/'];

/**
 * All that the proof assumes about ids and tags: they are not empty and have no separator. Separate lemmas show this for every id, and for
 * every tag that the trust policy allows. With the pattern in each query, cvc5 does not terminate.
 */
export function separatorFree(text: Term): Term {
  return and(`(> (str.len ${text}) 0)`, ...SEPARATORS.map((separator) => not(`(str.contains ${text} ${literal(separator)})`)));
}

/** What is assumed about the id of the other tenant: it also has no dot, so that no file of a tenant begins with another one's name. */
export function ofTenant(text: Term): Term {
  return and(separatorFree(text), not(`(str.contains ${text} ".")`));
}

/** Whether a text matches the pattern of tenant ids: `^[characters]{least,most}$`, as src/runtime/tenant-id.ts writes it. */
export function isId(text: Term, pattern: string): Term {
  const [, characters, least, most] = /^\^\[([^\]\\^]+)\]\{(\d+),(\d+)\}\$$/.exec(pattern) ?? [];
  if (characters === undefined) return stop('The pattern of tenant ids', `${pattern} is not supported`);
  const members = [...characters.matchAll(/(.)-(.)|(.)/gs)].map(([, first, last, one]) =>
    one === undefined ? `(re.range ${literal(first)} ${literal(last)})` : `(str.to_re ${literal(one)})`,
  );
  const one = members.length === 1 ? members[0] : `(re.union ${members.join(' ')})`;
  // Not a bounded loop, which cvc5 unrolls, but any number of characters plus a condition on the length.
  return and(`(str.in_re ${text} (re.* ${one}))`, `(<= ${least} (str.len ${text}) ${most})`);
}

// All ASCII characters that STS rejects in a tag value, see stsTakes. All characters beyond ASCII are allowed here, which is more
// than the letters, digits and spaces that STS accepts.
const NOT_IN_TAGS = [...'!"#$%&\'()*,;<>?[\\]^`{|}~'];

/** Whether STS accepts a text as a tag value; beyond ASCII this allows more than STS. */
export function stsMayTake(text: Term): Term {
  const denied = NOT_IN_TAGS.map((character) => not(`(str.contains ${text} ${literal(character)})`));
  return and(`(<= (str.len ${text}) 256)`, ...denied);
}
