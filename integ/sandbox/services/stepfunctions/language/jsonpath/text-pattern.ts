/** The texts between the asterisks of `StringMatches`. */
export type TextPattern = readonly string[];

/** Documented: `*` matches any text; a backslash before `*` or a backslash stands for the character itself. */
export function readTextPattern(pattern: string): TextPattern {
  const parts = [''];
  for (let at = 0; at < pattern.length; at += 1) {
    if (pattern[at] === '*') parts.push('');
    else {
      if (pattern[at] === '\\' && at + 1 < pattern.length) at += 1;
      parts[parts.length - 1] += pattern[at];
    }
  }
  return parts;
}

export function matchesText([first, ...rest]: TextPattern, value: string): boolean {
  const last = rest.pop();
  if (last === undefined) return value === first;
  if (!value.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = value.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return value.length - last.length >= at && value.endsWith(last);
}
