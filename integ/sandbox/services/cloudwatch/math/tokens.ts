/** A problem of an expression, for people who wrote it. */
export class ExpressionError extends Error {}

export interface Token {
  readonly kind: 'number' | 'name' | 'symbol';
  readonly text: string;
}

const BLANK = /[ \t\r\n]/;
const DIGIT = /[0-9.]/;
const LETTER = /[A-Za-z0-9_]/;
const SYMBOLS = ['==', '!=', '<=', '>=', '&&', '||', '<', '>', '+', '-', '*', '/', '^', '(', ')', ','];

/** Splits an expression in one pass. */
export function tokensOf(expression: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < expression.length; ) {
    const character = expression[at];
    if (BLANK.test(character)) {
      at += 1;
      continue;
    }
    const token = wordAt(expression, at) ?? symbolAt(expression, at);
    if (token === undefined) throw new ExpressionError(`'${character}' at ${at + 1} of '${expression}' is not supported in metric math`);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

function wordAt(expression: string, at: number): Token | undefined {
  const [kind, member] = DIGIT.test(expression[at]) ? (['number', DIGIT] as const) : (['name', LETTER] as const);
  let end = at;
  while (end < expression.length && member.test(expression[end])) end += 1;
  return end === at ? undefined : { kind, text: expression.slice(at, end) };
}

function symbolAt(expression: string, at: number): Token | undefined {
  const text = SYMBOLS.find((symbol) => expression.startsWith(symbol, at));
  return text === undefined ? undefined : { kind: 'symbol', text };
}
