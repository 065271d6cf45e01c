/** String functions of Java that differ from JavaScript: URL encoding, JavaScript escaping, regular expressions. */

/** `java.net.URLEncoder` with UTF-8: letters, digits and `*-._` stay, a space becomes `+`, a lone surrogate `?`. */
export function urlEncode(text: string): string {
  if (/^[\w*.-]*$/.test(text)) return text;
  return encodeURIComponent(text.replace(/[\ud800-\udfff]/gu, '?'))
    .replace(/%20/g, '+')
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** `java.net.URLDecoder` with UTF-8: throws for an invalid `%`, and replaces bytes that are not UTF-8. */
export function urlDecode(text: string): string {
  const bytes = text.replace(/\+/g, ' ');
  if (/%(?![0-9a-fA-F]{2})/.test(bytes)) throw new Error('Illegal hex characters in escape (%) pattern');
  return bytes.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
}

const SHORT: Readonly<Record<string, string>> = {
  '\b': '\\b',
  '\n': '\\n',
  '\t': '\\t',
  '\f': '\\f',
  '\r': '\\r',
  "'": "\\'",
  '"': '\\"',
  '\\': '\\\\',
  '/': '\\/',
};

/** `StringEscapeUtils.escapeJavaScript` of commons-lang 2.4, which comes with Velocity 1.7. */
export function escapeJavaScript(text: string): string {
  return text.replace(/['"\\/]|[^ -\u007f]/g, (character) => {
    return SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

const LINE = '\\n\\r\\u0085\\u2028\\u2029';
const END_OF_INPUT = `(?=(?:\\r\\n|[${LINE}])?(?![\\s\\S]))(?<!\\r(?=\\n))`;
const CLASSES: Readonly<Record<string, string>> = { d: '0-9', w: 'a-zA-Z0-9_', s: ' \\t\\n\\x0B\\f\\r' };
const patterns = new Map<string, string>();
/** Compiled expressions by their use and their pattern. */
const expressions = { whole: new Map<string, RegExp>(), first: new Map<string, RegExp>(), all: new Map<string, RegExp>() };
const MAXIMUM_PATTERNS = 1_000;

/**
 * Translates a Java pattern to a JavaScript one (for the `u` flag). Throws an error that names a construct which JavaScript does not
 * have or which has another meaning there.
 */
export function javaPattern(pattern: string): string {
  const known = patterns.get(pattern);
  if (known !== undefined) return known;
  let result = '';
  let inClass = false;
  const unsupported = (what: string): never => {
    throw new Error(`the regular expression ${pattern} is not supported: ${what}`);
  };
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at];
    const next = pattern[at + 1];
    if (character === '\\') {
      at += 1;
      if (next === undefined) unsupported('it ends with a backslash');
      const set = CLASSES[next] ?? CLASSES[next.toLowerCase()];
      if (set !== undefined && next === next.toLowerCase()) result += inClass ? set : `[${set}]`;
      else if (set !== undefined) result += inClass ? unsupported(`\\${next} in a class`) : `[^${set}]`;
      else if (/[nrtf]/.test(next)) result += `\\${next}`;
      else if (next === 'u' && /^[0-9a-fA-F]{4}/.test(pattern.slice(at + 1))) {
        result += `\\u${pattern.slice(at + 1, at + 5)}`;
        at += 4;
      } else if (/[1-9]/.test(next) && !inClass) result += `\\${next}`;
      else if (/[a-zA-Z0-9]/.test(next)) unsupported(`\\${next}`);
      else result += /[\^$\\.*+?()[\]{}|/]/.test(next) || (next === '-' && inClass) ? `\\${next}` : next;
    } else if (inClass) {
      if (character === '[') unsupported('a class within a class');
      if (character === '&' && next === '&') unsupported('an intersection of classes');
      if (character === ']') inClass = false;
      result += character;
    } else if (character === '[') {
      inClass = true;
      result += next === '^' ? '[^' : '[';
      if (next === '^') at += 1;
      if (pattern[at + 1] === ']') unsupported('] as the first character of a class');
    } else if (character === '.') result += `[^${LINE}]`;
    else if (character === '$') result += END_OF_INPUT;
    else if (character === '(' && next === '?' && !/^\(\?(?::|=|!|<=|<!|<[a-zA-Z][a-zA-Z0-9]*>)/.test(pattern.slice(at))) {
      unsupported('flags or an independent group');
    } else if (/[*+?}]/.test(character) && next === '+') unsupported('a possessive quantifier');
    else if (character === ']' || (character === '}' && !/\{\d+(?:,\d*)?$/.test(pattern.slice(0, at)))) result += `\\${character}`;
    else result += character;
  }
  new RegExp(result, 'u');
  if (patterns.size >= MAXIMUM_PATTERNS) patterns.clear();
  patterns.set(pattern, result);
  return result;
}

/** `String.matches`: the whole string. */
export function javaMatches(text: string, pattern: string): boolean {
  return compiled(pattern, 'whole').test(text);
}

/** Compiles a pattern once for each use. */
function compiled(pattern: string, use: keyof typeof expressions): RegExp {
  const known = expressions[use];
  let expression = known.get(pattern);
  if (!expression) {
    const source = javaPattern(pattern);
    expression = new RegExp(use === 'whole' ? `^(?:${source})(?![\\s\\S])` : source, use === 'all' ? 'gu' : 'u');
    if (known.size >= MAXIMUM_PATTERNS) known.clear();
    known.set(pattern, expression);
  }
  return expression;
}

/** `String.replaceAll` and `replaceFirst`: in the replacement `$1` and `${name}` are groups, and a backslash escapes the next character. */
export function javaReplace(text: string, pattern: string, replacement: string, all: boolean): string {
  const expression = compiled(pattern, all ? 'all' : 'first');
  if (!/[$\\]/.test(replacement)) return text.replace(expression, () => replacement);
  return text.replace(expression, (...found: unknown[]) => {
    const named = typeof found.at(-1) === 'object' ? (found.at(-1) as Record<string, string | undefined>) : {};
    const offset = found.findIndex((item, index) => index > 0 && typeof item === 'number');
    return expand(replacement, found.slice(0, offset) as (string | undefined)[], named);
  });
}

function expand(replacement: string, groups: readonly (string | undefined)[], named: Record<string, string | undefined>): string {
  let result = '';
  for (let at = 0; at < replacement.length; at += 1) {
    const character = replacement[at];
    if (character === '\\') {
      at += 1;
      if (at === replacement.length) throw new Error('character to be escaped is missing');
      result += replacement[at];
    } else if (character === '$') {
      const name = /^\$\{([a-zA-Z][a-zA-Z0-9]*)\}/.exec(replacement.slice(at));
      const digits = /^\$(\d+)/.exec(replacement.slice(at))?.[1];
      if (name) {
        if (!(name[1] in named)) throw new Error(`No group with name {${name[1]}}`);
        result += named[name[1]] ?? '';
        at += name[0].length - 1;
      } else if (digits) {
        let length = 1;
        if (Number(digits[0]) >= groups.length) throw new Error(`No group ${digits[0]}`);
        while (length < digits.length && Number(digits.slice(0, length + 1)) < groups.length) length += 1;
        result += groups[Number(digits.slice(0, length))] ?? '';
        at += length;
      } else throw new Error('Illegal group reference');
    } else result += character;
  }
  return result;
}
