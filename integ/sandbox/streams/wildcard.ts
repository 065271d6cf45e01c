/**
 * A pattern with `*`, which stands for any characters; `\\*` is a star and `\\\\` a backslash. Documented: "Comparison operators for use in event
 * patterns in Amazon EventBridge", wildcard matching. Each part between two stars is searched once, from where the last one ended.
 *
 * @throws for a pattern that EventBridge rejects
 */
export function wildcard(pattern: string): (text: string) => boolean {
  const [first, ...more] = partsOf(pattern);
  const last = more.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (!text.startsWith(first)) return false;
    let from = first.length;
    for (const part of more) {
      const at = text.indexOf(part, from);
      if (at === -1) return false;
      from = at + part.length;
    }
    return text.length - last.length >= from && text.endsWith(last);
  };
}

/** The literal texts between the stars. */
function partsOf(pattern: string): string[] {
  const parts: string[] = [];
  let text = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const letter = pattern[at];
    if (letter === '\\') {
      at += 1;
      if (pattern[at] !== '*' && pattern[at] !== '\\') throw new Error(`invalid escape in the wildcard ${pattern}`);
      text += pattern[at];
    } else if (letter === '*') {
      if (pattern[at - 1] === '*' && text === '' && parts.length > 0) throw new Error(`consecutive stars in the wildcard ${pattern}`);
      parts.push(text);
      text = '';
    } else {
      text += letter;
    }
  }
  return [...parts, text];
}
