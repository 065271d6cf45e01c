/**
 * Whether a text matches a pattern with `*` (any characters) and `?` (one character). At most one
 * step back per character, however many stars there are.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  let [at, from, star, mark] = [0, 0, -1, 0];
  while (from < text.length) {
    if (pattern[at] === '*') {
      [star, mark] = [at, from];
      at += 1;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[from])) {
      [at, from] = [at + 1, from + 1];
    } else if (star >= 0) {
      // The last star takes one character more.
      mark += 1;
      [at, from] = [star + 1, mark];
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
