import { and, concat, literal, or, type Piece, type Term } from './terms';

/** Names of objects: a pattern, then the tenant's id, then a text, then anything if it is open. */
export interface NamesOf {
  readonly layout: readonly Piece[];
  readonly tenant: Term;
  readonly end: string;
  readonly isOpen: boolean;
}

/**
 * Whether a name could begin with a prefix. It needs no name as a witness, with which the solver finds no answer in time.
 *
 * @returns undefined for a pattern of no fixed length
 */
export function couldBegin(prefix: Term, { layout, tenant, end, isOpen }: NamesOf): Term | undefined {
  if (layout.some((piece) => piece === 'any' || (typeof piece === 'object' && 'variable' in piece))) return undefined;
  const texts = layout.map((piece) => (typeof piece === 'object' && 'text' in piece ? piece.text : undefined));
  // As permissions are written: what follows the last single character is compared as one text.
  const known = texts.lastIndexOf(undefined) + 1;
  const terms: Term[] = [];
  let length = 0;
  for (const text of texts.slice(0, known)) {
    const characters = text === undefined ? 1 : [...text].length;
    // A prefix that ends before here has less than the text, or nothing of it.
    if (text !== undefined) terms.push(`(str.prefixof (str.substr ${prefix} ${length} ${characters}) ${literal(text)})`);
    length += characters;
  }
  const rest = length === 0 ? prefix : `(str.substr ${prefix} ${length} (str.len ${prefix}))`;
  const tail = concat([...texts.slice(known).map((text) => literal(text ?? '')), tenant, literal(end)]);
  const follows = or(`(str.prefixof ${rest} ${tail})`, isOpen ? `(str.prefixof ${tail} ${rest})` : 'false');
  return and(...terms, length === 0 ? follows : or(`(<= (str.len ${prefix}) ${length})`, follows));
}
