import type { Row } from './event';
import type { Condition } from './query';

const NUMBER = /^-?\d+(\.\d+)?$/;

export function isNumber(text: string): boolean {
  return NUMBER.test(text);
}

/** Whether an event matches. A field that it lacks matches nothing. */
export function matches(condition: Condition, row: Row): boolean {
  if ('parts' in condition) {
    const { kind, parts } = condition;
    return kind === 'and' ? parts.every((part) => matches(part, row)) : parts.some((part) => matches(part, row));
  }
  const found = row(condition.field);
  if (found === undefined) return false;
  if (condition.kind === 'like') return found.includes(condition.text);
  if (condition.kind === 'in') return condition.values.some((value) => order(found, value) === 0);
  const difference = order(found, condition.value);
  switch (condition.operator) {
    case '=':
      return difference === 0;
    case '<':
      return difference < 0;
    case '<=':
      return difference <= 0;
    case '>':
      return difference > 0;
    default:
      return difference >= 0;
  }
}

/** Numbers by their values, and texts by their characters. */
function order(one: string, other: string): number {
  if (isNumber(one) && isNumber(other)) return Number(one) - Number(other);
  return one === other ? 0 : one < other ? -1 : 1;
}

/**
 * The ascending order of `sort`. Documented: "sort" (CloudWatch Logs User Guide): numbers are last; in other values, digits are compared by
 * their number and then their value, and the rest by Unicode. A missing value, of which it says nothing, is first.
 */
export function naturalOrder(one: string | undefined, other: string | undefined): number {
  if (one === undefined || other === undefined) return Number(one !== undefined) - Number(other !== undefined);
  const [first, second] = [isNumber(one), isNumber(other)];
  if (first || second) return first && second ? Number(one) - Number(other) : Number(first) - Number(second);
  const [left, right] = [chunks(one), chunks(other)];
  for (let index = 0; index < Math.min(left.length, right.length); index += 1) {
    const difference = chunkOrder(left[index], right[index]);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

function chunks(text: string): string[] {
  return text.match(/\d+|\D+/g) ?? [];
}

function chunkOrder(one: string, other: string): number {
  const areDigits = /^\d/.test(one) && /^\d/.test(other);
  if (areDigits && one.length !== other.length) return one.length - other.length;
  return one === other ? 0 : one < other ? -1 : 1;
}
