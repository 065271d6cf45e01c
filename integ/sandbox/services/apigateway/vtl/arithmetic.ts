import { javaEquals, javaString, type Value } from './value';

type Arithmetic = (left: Value, right: Value) => Value;

const numbers =
  (whole: (left: bigint, right: bigint) => bigint | undefined, real: (left: number, right: number) => number | undefined): Arithmetic =>
  (left, right) => {
    if (typeof left === 'bigint' && typeof right === 'bigint') return whole(left, right);
    if (isNumber(left) && isNumber(right)) return real(Number(left), Number(right));
    return undefined;
  };

function isNumber(value: Value): value is bigint | number {
  return typeof value === 'bigint' || typeof value === 'number';
}

function isNothing(value: Value): value is null | undefined {
  return value === null || value === undefined;
}

/** `+ - * / %` of Velocity 1.7: integers stay integers; what can't be computed, including division by zero, is null. */
export const ARITHMETIC: Readonly<Record<string, Arithmetic>> = {
  '+': numbers(
    (left, right) => left + right,
    (left, right) => left + right,
  ),
  '-': numbers(
    (left, right) => left - right,
    (left, right) => left - right,
  ),
  '*': numbers(
    (left, right) => left * right,
    (left, right) => left * right,
  ),
  '/': numbers(
    (left, right) => (right === 0n ? undefined : left / right),
    (left, right) => (right === 0 ? undefined : left / right),
  ),
  '%': numbers(
    (left, right) => (right === 0n ? undefined : left % right),
    (left, right) => (right === 0 ? undefined : left % right),
  ),
};

/** `< <= > >=`: false unless both are numbers. */
export const ORDER: Readonly<Record<string, (left: Value, right: Value) => boolean>> = {
  '<': (left, right) => isNumber(left) && isNumber(right) && left < right,
  '<=': (left, right) => isNumber(left) && isNumber(right) && left <= right,
  '>': (left, right) => isNumber(left) && isNumber(right) && left > right,
  '>=': (left, right) => isNumber(left) && isNumber(right) && left >= right,
};

/** `==`: compares numbers by value, objects of the same class by `equals`, and anything else by its string. */
export function equal(left: Value, right: Value): boolean {
  if (isNothing(left) || isNothing(right)) return isNothing(left) && isNothing(right);
  // biome-ignore lint/suspicious/noDoubleEquals: the only comparison of bigint and number by value
  if (isNumber(left) && isNumber(right)) return left == right;
  if (Array.isArray(left) === Array.isArray(right) && left instanceof Map === right instanceof Map && typeof left === typeof right) {
    return javaEquals(left, right);
  }
  return javaString(left) === javaString(right);
}
