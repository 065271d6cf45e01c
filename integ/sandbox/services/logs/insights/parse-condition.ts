import type { Condition } from './query';
import type { Reader } from './reader';
import { malformed } from './tokens';

const OPERATORS = ['=', '<', '<=', '>', '>='] as const;
/** AWS documents no limit; this one keeps a query from using up the stack. */
const MAX_DEPTH = 100;

const UNKNOWN_FOR_MISSING = 'AWS does not document its result for events without the field';

/** `and` binds tighter than `or`. */
export function parseCondition(reader: Reader, depth = 0): Condition {
  if (depth > MAX_DEPTH) throw malformed(`The sandbox supports at most ${MAX_DEPTH} nested parentheses`);
  return joined(reader, 'or', () => joined(reader, 'and', () => parsePart(reader, depth)));
}

function joined(reader: Reader, kind: 'and' | 'or', read: () => Condition): Condition {
  const parts = [read()];
  while (reader.takeWord(kind)) parts.push(read());
  return parts.length === 1 ? parts[0] : { kind, parts };
}

function parsePart(reader: Reader, depth: number): Condition {
  if (reader.takeSymbol('(')) {
    const condition = parseCondition(reader, depth + 1);
    reader.symbol(')');
    return condition;
  }
  if (reader.takeWord('not')) throw malformed(`The sandbox does not support not: ${UNKNOWN_FOR_MISSING}`);
  const field = reader.field();
  if (reader.takeWord('like')) return { kind: 'like', field, text: reader.text('a text in quotes after like') };
  if (reader.takeWord('in')) {
    reader.symbol('[');
    const values = reader.list(() => reader.value());
    reader.symbol(']');
    return { kind: 'in', field, values };
  }
  const operator = OPERATORS.find((one) => reader.takeSymbol(one));
  if (operator !== undefined) return { kind: 'compare', field, operator, value: reader.value() };
  const { value } = reader.next;
  throw malformed(
    value === '!='
      ? `The sandbox does not support !=: ${UNKNOWN_FOR_MISSING}`
      : `The sandbox does not support ${value} after ${field}: it has ${OPERATORS.join(' ')} like in`,
  );
}
