import { stop } from '../isolation/not-supported';

/** An SMT-LIB term, as text. */
export type Term = string;

/** A string literal of SMT-LIB 2.6: quotes are doubled, and characters outside printable ASCII are written as code points. */
export function literal(text: string): Term {
  const escaped = [...text].map((character) => {
    const code = character.codePointAt(0) ?? 0;
    if (character === '"') return '""';
    return code < 32 || code > 126 || character === '\\' ? `\\u{${code.toString(16)}}` : character;
  });
  return `"${escaped.join('')}"`;
}

export function and(...terms: readonly Term[]): Term {
  const kept = terms.filter((term) => term !== 'true');
  if (kept.includes('false')) return 'false';
  return kept.length === 0 ? 'true' : kept.length === 1 ? kept[0] : `(and ${kept.join(' ')})`;
}

export function or(...terms: readonly Term[]): Term {
  const kept = terms.filter((term) => term !== 'false');
  if (kept.includes('true')) return 'true';
  return kept.length === 0 ? 'false' : kept.length === 1 ? kept[0] : `(or ${kept.join(' ')})`;
}

export function not(term: Term): Term {
  return term === 'true' ? 'false' : term === 'false' ? 'true' : `(not ${term})`;
}

export function concat(parts: readonly Term[]): Term {
  return parts.length === 0 ? '""' : parts.length === 1 ? parts[0] : `(str.++ ${parts.join(' ')})`;
}

/** A piece of an IAM pattern. */
export type Piece = { readonly text: string } | { readonly variable: string } | 'any' | 'one';

/**
 * The pieces of a policy value. `${*}`, `${?}` and `${$}` are literal characters. Documented: «IAM policy elements: Variables
 * and tags».
 *
 * @param wildcards whether `*` and `?` are wildcards: in StringLike and resources, but not in StringEquals
 */
export function pieces(where: string, value: string, wildcards: boolean): Piece[] {
  return [...value.matchAll(/\$\{([^}]*)\}|\*|\?|[^*?$]+|\$/gs)].map(([found, variable]): Piece => {
    if (variable !== undefined) {
      if ('*?$'.includes(variable) && variable.length === 1) return { text: variable };
      if (variable.includes(',')) stop(where, `the variable ${found} is not supported: it has a default`);
      return { variable: variable.trim() };
    }
    return wildcards && found === '*' ? 'any' : wildcards && found === '?' ? 'one' : { text: found };
  });
}

/** Whether a text matches a pattern, with a term for each variable. */
export function matches(text: Term, pattern: readonly Piece[], termOf: (variable: string) => Term): Term {
  const plain = (piece: Piece): Term | undefined =>
    typeof piece === 'string' ? undefined : 'text' in piece ? literal(piece.text) : termOf(piece.variable);
  const fixed = pattern.flatMap((piece) => plain(piece) ?? []);
  if (fixed.length === pattern.length) return `(= ${text} ${concat(fixed)})`;
  if (fixed.length === pattern.length - 1 && pattern.at(-1) === 'any') return `(str.prefixof ${concat(fixed)} ${text})`;
  // Equivalent, but faster for the solver.
  if (fixed.length === pattern.length - 2 && pattern[0] === 'any' && pattern.at(-1) === 'any')
    return `(str.contains ${text} ${concat(fixed)})`;
  const ones = pattern.filter((piece) => piece === 'one').length;
  if (ones === pattern.length) return `(= (str.len ${text}) ${ones})`;
  if (ones === pattern.length - 1 && pattern.at(-1) === 'any') return `(>= (str.len ${text}) ${ones})`;
  const last = pattern.lastIndexOf('one');
  const start = pattern.slice(0, last + 1);
  if (last >= 0 && start.every((piece) => piece === 'one' || (typeof piece === 'object' && 'text' in piece))) {
    const { terms, length } = atPlaces(text, start);
    return and(
      ...terms,
      `(>= (str.len ${text}) ${length})`,
      matches(`(str.substr ${text} ${length} (str.len ${text}))`, pattern.slice(last + 1), termOf),
    );
  }
  const expressions = pattern.map((piece) => (piece === 'any' ? 're.all' : piece === 'one' ? 're.allchar' : `(str.to_re ${plain(piece)})`));
  return `(str.in_re ${text} ${expressions.length === 1 ? expressions[0] : `(re.++ ${expressions.join(' ')})`})`;
}

/** Texts and single characters at known positions: `year=????/month=??/`. */
function atPlaces(text: Term, pattern: readonly Piece[]): { terms: Term[]; length: number } {
  const terms: Term[] = [];
  let length = 0;
  for (const piece of pattern) {
    const fixed = typeof piece === 'object' && 'text' in piece ? piece.text : undefined;
    const characters = fixed === undefined ? 1 : [...fixed].length;
    if (fixed !== undefined) terms.push(`(= (str.substr ${text} ${length} ${characters}) ${literal(fixed)})`);
    length += characters;
  }
  return { terms, length };
}
