import { malformed, type Token, type TokenKind } from './tokens';

/** Reads tokens one after the other. */
export interface Reader {
  /** What comes next, for errors. */
  readonly next: Token;
  takeSymbol(symbol: string): boolean;
  /** Takes a key word, in any case. */
  takeWord(word: string): boolean;
  symbol(symbol: string): void;
  name(what: string): string;
  /** The name of a field. */
  field(): string;
  text(what: string): string;
  number(): number;
  /** The value of a comparison: a text or a number. */
  value(): string;
  period(): string;
  /** The name after `as`, if there is one. */
  alias(): string | undefined;
  list<T>(read: () => T): T[];
  end(): void;
}

/** Fields that every event has. Documented: "Supported logs and discovered fields" (CloudWatch Logs User Guide). */
export const SYSTEM_FIELDS = ['@timestamp', '@message', '@log', '@logStream'];

export function readerOf(tokens: readonly Token[]): Reader {
  let at = 0;
  const next = () => tokens[at];
  const take = (what: string, ...kinds: TokenKind[]): string => {
    if (!kinds.includes(next().kind)) throw malformed(`Expected ${what}, found ${next().value}`);
    at += 1;
    return tokens[at - 1].value;
  };
  const takeIf = (matches: boolean): boolean => {
    if (matches) at += 1;
    return matches;
  };
  const reader: Reader = {
    get next() {
      return next();
    },
    takeSymbol: (symbol) => takeIf(next().kind === 'symbol' && next().value === symbol),
    takeWord: (word) => takeIf(next().kind === 'name' && next().value.toLowerCase() === word),
    symbol(symbol) {
      if (!reader.takeSymbol(symbol)) throw malformed(`Expected ${symbol}, found ${next().value}`);
    },
    name: (what) => take(what, 'name'),
    field() {
      const field = take('the name of a field', 'name', 'field');
      if (field.startsWith('@') && !SYSTEM_FIELDS.includes(field)) {
        throw malformed(`The sandbox does not have the field ${field}: it has ${SYSTEM_FIELDS.join(', ')} and the fields of JSON messages`);
      }
      if (reader.takeSymbol('(')) throw malformed(`The sandbox does not support the function ${field} here`);
      return field;
    },
    text: (what) => take(what, 'text'),
    number: () => Number(take('a number', 'number')),
    value: () => take('a text in quotes or a number', 'text', 'number'),
    period: () => take('a period, such as 5m', 'period'),
    alias: () => (reader.takeWord('as') ? take('a name after as', 'name', 'field') : undefined),
    list(read) {
      const items = [read()];
      while (reader.takeSymbol(',')) items.push(read());
      return items;
    },
    end: () => void take('the end of the query or |', 'end'),
  };
  return reader;
}
