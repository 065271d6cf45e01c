import type { JsonObject } from '../../contracts';
import { ServiceError } from '../../protocol/service-error';

/** `{ S: 'x' }` */
export type AttributeValue = JsonObject;

/** The value of a partition key as text, as in `dynamodb:LeadingKeys`. */
export function keyText(value: AttributeValue | undefined): string | undefined {
  const text = value?.S ?? value?.N ?? value?.B;
  return typeof text === 'string' ? text : undefined;
}

const TOKEN = /\s*([#:]?[A-Za-z0-9_]+|<=|>=|<>|[=<>(),.[\]+-])/y;
const KEYWORDS = new Set(['AND', 'OR', 'NOT', 'BETWEEN', 'IN', 'SET', 'REMOVE', 'ADD', 'DELETE']);

/** The names of the top-level attributes in expressions. */
export function attributesOf(expressions: readonly (string | undefined)[], names: JsonObject = {}): string[] {
  const found = new Set<string>();
  for (const expression of expressions) {
    const tokens = expression === undefined ? [] : tokensOf(expression);
    tokens.forEach((token, at) => {
      const head = /^[#A-Za-z_]/.test(token) && tokens[at - 1] !== '.' && tokens[at + 1] !== '(';
      if (head && !KEYWORDS.has(token.toUpperCase())) {
        found.add(nameOf(token, names));
      }
    });
  }
  return [...found];
}

/** The value of the partition key in a key condition. Throws if it has none. */
export function partitionValue(expression: string, key: string, names: JsonObject = {}, values: JsonObject = {}): AttributeValue {
  const tokens = tokensOf(expression).filter((token) => token !== '(' && token !== ')');
  const at = tokens.findIndex(
    (token, index) =>
      token === '=' && [tokens[index - 1], tokens[index + 1]].some((side) => side !== undefined && nameOf(side, names) === key),
  );
  const placeholder = [tokens[at - 1], tokens[at + 1]].find((side) => side?.startsWith(':'));
  const value = at < 0 || placeholder === undefined ? undefined : values[placeholder];
  if (value === undefined) {
    throw new ServiceError('ValidationException', `Query condition missed key schema element: ${key}`);
  }
  return value as AttributeValue;
}

function nameOf(token: string, names: JsonObject): string {
  return token.startsWith('#') ? String(names[token]) : token;
}

function tokensOf(expression: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const text = expression.trimEnd();
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) {
      throw new ServiceError(
        'ValidationException',
        `Invalid expression: Syntax error; token: "${text.slice(at).trim()[0]}", near: "${text.slice(Math.max(0, at - 10), at + 10)}"`,
      );
    }
    tokens.push(match[1]);
  }
  return tokens;
}
