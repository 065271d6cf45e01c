import type { Expression, Operator } from './parse';

/** What a metric or another expression has at the point of time; undefined if it has no data. */
export type ReadValue = (id: string) => number | undefined;

const OPERATIONS: Readonly<Record<Operator, (left: number, right: number) => number>> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '^': (left, right) => left ** right,
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
  '<': (left, right) => Number(left < right),
  '>': (left, right) => Number(left > right),
  '<=': (left, right) => Number(left <= right),
  '>=': (left, right) => Number(left >= right),
  AND: (left, right) => Number(left !== 0 && right !== 0),
  OR: (left, right) => Number(left !== 0 || right !== 0),
};

/**
 * The value of an expression at one point of time; undefined without data. A point without data in a metric has none in the result, unless
 * FILL gives it one, and neither has a division by zero. Documented: "Using math expressions with CloudWatch metrics".
 */
export function evaluate(expression: Expression, read: ReadValue): number | undefined {
  switch (expression.kind) {
    case 'number':
      return expression.value;
    case 'id':
      return read(expression.id);
    case 'negative': {
      const value = evaluate(expression.of, read);
      return value === undefined ? undefined : -value;
    }
    case 'operation': {
      const left = evaluate(expression.left, read);
      const right = evaluate(expression.right, read);
      if (left === undefined || right === undefined) return undefined;
      return finite(OPERATIONS[expression.operator](left, right));
    }
    case 'call':
      return call(expression, read);
  }
}

function call({ name, parameters }: Expression & { kind: 'call' }, read: ReadValue): number | undefined {
  const [first, second, third] = parameters;
  const value = evaluate(first, read);
  if (name === 'FILL') return value ?? evaluate(second, read);
  if (value === undefined) return undefined;
  switch (name) {
    case 'IF':
      return evaluate(value === 0 ? third : second, read);
    case 'ABS':
      return Math.abs(value);
    case 'CEIL':
      return Math.ceil(value);
    case 'FLOOR':
      return Math.floor(value);
  }
}

function finite(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}
