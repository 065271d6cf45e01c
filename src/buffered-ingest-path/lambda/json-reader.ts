/** Receives the tokens of a JSON text in order. Strings and numbers are passed as written. */
export interface JsonVisitor {
  begin(container: '{' | '['): void;
  end(container: '{' | '['): void;
  /** @param token a member name, with its quotes */
  name(token: string): void;
  /** @param token a string with its quotes, a number, `true`, `false` or `null` */
  scalar(token: string): void;
}

// Sticky (flag `y`), so each is tried at one position only; neither can backtrack.
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in a text
const STRING = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[^"\\\u0000-\u001f]*)*"/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null/y;

/** What the grammar allows next. */
type Expected = 'value' | 'value or end' | 'name' | 'name or end' | 'comma or end' | 'nothing';

/**
 * Parses JSON (RFC 8259) and accepts exactly what `JSON.parse` accepts, but builds no value. A value from `JSON.parse` can take a thousand
 * times the memory of its text, and loses how numbers were written and which names were repeated.
 *
 * @throws SyntaxError if the text is not JSON
 */
export function readJson(text: string, visitor: JsonVisitor): void {
  const open: ('{' | '[')[] = [];
  let expected: Expected = 'value';
  let at = 0;
  const blanks = () => {
    for (let code = text.charCodeAt(at); code === 32 || code === 10 || code === 13 || code === 9; code = text.charCodeAt(at)) at += 1;
  };
  const token = (expression: RegExp): string => {
    expression.lastIndex = at;
    // `exec` would allocate an array for each match.
    if (!expression.test(text)) throw new SyntaxError(`invalid JSON at position ${at}`);
    const found = text.slice(at, expression.lastIndex);
    at = expression.lastIndex;
    return found;
  };
  const after = (): Expected => (open.length === 0 ? 'nothing' : 'comma or end');

  for (blanks(); at < text.length; blanks()) {
    const character = text[at];
    const container = open.at(-1);
    if ((character === '}' && container === '{') || (character === ']' && container === '[')) {
      if (!expected.endsWith('or end')) throw new SyntaxError(`invalid JSON at position ${at}`);
      visitor.end(open.pop() as '{' | '[');
      at += 1;
      expected = after();
    } else if (expected === 'comma or end') {
      if (character !== ',') throw new SyntaxError(`invalid JSON at position ${at}`);
      at += 1;
      expected = container === '{' ? 'name' : 'value';
    } else if (expected === 'name' || expected === 'name or end') {
      visitor.name(token(STRING));
      blanks();
      if (text[at] !== ':') throw new SyntaxError(`invalid JSON at position ${at}`);
      at += 1;
      expected = 'value';
    } else if (expected === 'nothing') {
      throw new SyntaxError(`invalid JSON at position ${at}`);
    } else if (character === '{' || character === '[') {
      open.push(character);
      visitor.begin(character);
      at += 1;
      expected = character === '{' ? 'name or end' : 'value or end';
    } else {
      visitor.scalar(token(character === '"' ? STRING : SCALAR));
      expected = after();
    }
  }
  if (expected !== 'nothing') throw new SyntaxError('the JSON text ends too early');
}

/** The value of a string token. */
export function decoded(token: string): string {
  return token.includes('\\') ? JSON.parse(token) : token.slice(1, -1);
}
