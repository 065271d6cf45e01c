/** Splits a line at its spaces; quotes keep words together and are removed. */
export function splitWords(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (quote !== undefined) {
      if (sign === quote) quote = undefined;
      else word = `${word ?? ''}${sign}`;
    } else if (sign === '"' || sign === "'") {
      quote = sign;
      word ??= '';
    } else if (sign === '\\' && at + 1 < text.length) {
      at++;
      word = `${word ?? ''}${text[at]}`;
    } else if (/\s/.test(sign)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = `${word ?? ''}${sign}`;
    }
  }
  return word === undefined ? words : [...words, word];
}

/**
 * Replaces `$NAME`, `${NAME}`, `${NAME:-otherwise}` and `${NAME:+instead}`. A name without a value becomes empty.
 * Documented: "Dockerfile reference", environment replacement.
 */
export function withVariables(text: string, values: ReadonlyMap<string, string>): string {
  return text.replace(/\\\$|\$(\w+)|\$\{(\w+)(?::([-+])([^}]*))?\}/g, (match, plain, braced, sign, other) => {
    if (match === '\\$') return '$';
    const value = values.get(plain ?? braced);
    if (sign === '-') return value === undefined || value === '' ? withVariables(other, values) : value;
    if (sign === '+') return value === undefined || value === '' ? '' : withVariables(other, values);
    return value ?? '';
  });
}
