import { type AttributeValue, keyText } from './expressions';
import type { Token } from './partiql-tokens';

/** A condition, as far as it can restrict the partition key. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly members: readonly Condition[] }
  | { readonly kind: 'equal'; readonly attribute: string; readonly values: readonly (AttributeValue | undefined)[] }
  | { readonly kind: 'other' };

/** A token, with its value if it is a literal or a parameter. */
export interface Valued extends Token {
  readonly value?: AttributeValue;
}

const OTHER: Condition = { kind: 'other' };

/** Parses `a = ? AND (b IN [1, 2] OR NOT c)`. Anything else restricts nothing. */
export function parseCondition(tokens: readonly Valued[]): Condition {
  return split(tokens, 'OR', 'or', (part) => split(part, 'AND', 'and', predicate));
}

/** The values to which the condition restricts an attribute; undefined if it does not restrict it. */
export function valuesOf(condition: Condition, attribute: string): string[] | undefined {
  if (condition.kind === 'equal') {
    const texts = condition.attribute === attribute ? condition.values.map(keyText) : [];
    return texts.length > 0 && texts.every((text) => text !== undefined) ? texts : undefined;
  }
  if (condition.kind === 'other') {
    return undefined;
  }
  const members = condition.members.map((member) => valuesOf(member, attribute));
  if (condition.kind === 'or') {
    return members.every((member) => member !== undefined) ? members.flat() : undefined;
  }
  const restricted = members.filter((member) => member !== undefined);
  return restricted.length > 0 ? restricted.flat() : undefined;
}

/** The attributes in a part of a statement, for `dynamodb:Attributes`. */
export function namesIn(tokens: readonly Token[]): string[] {
  return tokens
    .filter((token, at) => isName(token) && !isKeyword(token) && !is(tokens[at + 1], '(') && !is(tokens[at - 1], '.'))
    .map(({ text }) => text);
}

const KEYWORDS = new Set(['AND', 'OR', 'NOT', 'BETWEEN', 'IN', 'IS', 'NULL', 'MISSING', 'TRUE', 'FALSE', 'SET', 'REMOVE']);

/** A keyword in quotes is a name. */
function isKeyword({ kind, text }: Token): boolean {
  return kind === 'word' && KEYWORDS.has(text.toUpperCase());
}

function split(
  tokens: readonly Valued[],
  word: 'AND' | 'OR',
  kind: 'and' | 'or',
  parse: (part: readonly Valued[]) => Condition,
): Condition {
  const parts: Valued[][] = [[]];
  let depth = 0;
  let between = false;
  for (const token of tokens) {
    depth += is(token, '(') || is(token, '[') ? 1 : is(token, ')') || is(token, ']') ? -1 : 0;
    between ||= depth === 0 && isWord(token, 'BETWEEN');
    if (depth === 0 && isWord(token, word) && !(word === 'AND' && between)) {
      parts.push([]);
    } else {
      parts[parts.length - 1].push(token);
    }
    if (isWord(token, 'AND') && depth === 0) {
      between = false;
    }
  }
  return parts.length === 1 ? parse(parts[0]) : { kind, members: parts.map(parse) };
}

function predicate(tokens: readonly Valued[]): Condition {
  if (is(tokens[0], '(') && closing(tokens) === tokens.length - 1) {
    return parseCondition(tokens.slice(1, -1));
  }
  const [left, operator, right, ...rest] = tokens;
  if (is(operator, '=') && right && rest.length === 0) {
    const [name, value] = isName(left) ? [left, right] : [right, left];
    return isName(name) && value.value ? { kind: 'equal', attribute: name.text, values: [value.value] } : OTHER;
  }
  if (left && isName(left) && isWord(operator, 'IN') && (is(right, '[') || is(right, '(')) && rest.length > 1) {
    const list = rest.slice(0, -1);
    const wellFormed = list.every((token, at) => (at % 2 === 1 ? is(token, ',') : token.value !== undefined));
    return wellFormed
      ? { kind: 'equal', attribute: left.text, values: list.filter((_, at) => at % 2 === 0).map(({ value }) => value) }
      : OTHER;
  }
  return OTHER;
}

function closing(tokens: readonly Token[]): number {
  let depth = 0;
  return tokens.findIndex((token) => {
    depth += is(token, '(') ? 1 : is(token, ')') ? -1 : 0;
    return depth === 0;
  });
}

export function isName(token: Token): boolean {
  return token.kind === 'name' || token.kind === 'word';
}

export function isWord(token: Token | undefined, word: string): boolean {
  return token?.kind === 'word' && token.text.toUpperCase() === word;
}

export function is(token: Token | undefined, symbol: string): boolean {
  return token?.kind === 'symbol' && token.text === symbol;
}
