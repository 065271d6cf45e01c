// With the flag `y`, so that each is tried in its own place only.
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const SCALAR = /[-+.\w]+/y;

/**
 * Hands on each token of a text that is known to be JSON, until one is answered with false.
 *
 * @param take gets the token as it stands in the text, and where it begins
 */
export function eachToken(text: string, take: (token: string, at: number) => boolean): void {
  for (let at = 0; at < text.length; ) {
    let token = text[at];
    switch (token) {
      case ' ':
      case '\t':
      case '\n':
      case '\r':
        at += 1;
        continue;
      case '{':
      case '}':
      case '[':
      case ']':
      case ',':
      case ':':
        break;
      default:
        token = matching(token === '"' ? STRING : SCALAR, text, at);
    }
    if (!take(token, at)) return;
    at += token.length;
  }
}

function matching(expression: RegExp, text: string, at: number): string {
  expression.lastIndex = at;
  // Not exec, which makes an array for each match.
  expression.test(text);
  return text.slice(at, expression.lastIndex);
}

/** What a token that is a string says. */
export function decoded(token: string): string {
  return token.includes('\\') ? JSON.parse(token) : token.slice(1, -1);
}

/** Whether a token is a number. */
export function isNumber(token: string): boolean {
  return token[0] === '-' || (token[0] >= '0' && token[0] <= '9');
}
