import { ServiceError } from '../../../protocol/service-error';

/** `name` is a field, a command or a function; `field` is one in backticks, which is never anything else. */
export type TokenKind = 'name' | 'field' | 'text' | 'number' | 'period' | 'symbol' | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly value: string;
}

/** Documented: "PutQueryDefinition" and "StartQuery", queryString (CloudWatch Logs API Reference). */
export const MAX_QUERY_LENGTH = 10_000;

const SPACE = /\s/;
const SYMBOLS = ['=~', '!=', '<=', '>=', '=', '<', '>', '|', '(', ')', '[', ']', ',', '*'];

export function malformed(problem: string): ServiceError {
  return new ServiceError('MalformedQueryException', problem);
}

/** Splits a query. Each character is looked at once. */
export function tokensOf(query: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < query.length; ) {
    const one = query[at];
    if (SPACE.test(one)) {
      at += 1;
    } else if (one === '#') {
      const end = query.indexOf('\n', at);
      at = end < 0 ? query.length : end;
    } else if (one === '"' || one === "'" || one === '`') {
      const [value, next] = quoted(query, at);
      tokens.push({ kind: one === '`' ? 'field' : 'text', value });
      at = next;
    } else if (one === '/') {
      throw malformed('The sandbox does not support regular expressions in queries: use like "text"');
    } else {
      const token = symbolAt(query, at) ?? wordAt(query, at);
      tokens.push(token);
      at += token.value.length;
    }
  }
  return [...tokens, { kind: 'end', value: 'the end of the query' }];
}

/** A text in quotes, in which a backslash escapes the next character. */
function quoted(query: string, start: number): [value: string, next: number] {
  const quote = query[start];
  const parts: string[] = [];
  for (let at = start + 1; at < query.length; at += 1) {
    if (query[at] === quote) return [parts.join(''), at + 1];
    if (query[at] === '\\') at += 1;
    parts.push(query[at] ?? '');
  }
  throw malformed(`The text that begins with ${query.slice(start, start + 20)} has no closing ${quote}`);
}

function symbolAt(query: string, at: number): Token | undefined {
  const value = SYMBOLS.find((symbol) => query.startsWith(symbol, at));
  return value === undefined ? undefined : { kind: 'symbol', value };
}

/** Documented: names with other characters than @, the period, underscores and alphanumeric ones are in backticks. */
function wordAt(query: string, at: number): Token {
  let end = at;
  while (end < query.length && /[\w@.-]/.test(query[end])) end += 1;
  const value = query.slice(at, end);
  if (/^-?\d+(\.\d+)?$/.test(value)) return { kind: 'number', value };
  if (/^\d+[a-z]+$/.test(value)) return { kind: 'period', value };
  if (/^[\w@.]+$/.test(value)) return { kind: 'name', value };
  throw malformed(
    value === '' ? `Unexpected ${query[at]}: the sandbox does not support it` : `${value} is no name of a field: put it in backticks`,
  );
}
