import { ExpressionError, type Token, tokensOf } from './tokens';

export type Operator = '+' | '-' | '*' | '/' | '^' | '==' | '!=' | '<' | '>' | '<=' | '>=' | 'AND' | 'OR';
export type FunctionName = 'FILL' | 'IF' | 'ABS' | 'CEIL' | 'FLOOR';

/** An expression of metric math, for one point of time. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'negative'; readonly of: Expression }
  | { readonly kind: 'operation'; readonly operator: Operator; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'call'; readonly name: FunctionName; readonly parameters: readonly Expression[] };

/** Documented: "Metric math syntax and functions", order of operations; the last group binds most. */
const LEVELS: readonly (readonly Operator[])[] = [['OR'], ['AND'], ['==', '!=', '<', '>', '<=', '>='], ['+', '-'], ['*', '/'], ['^']];
const PARAMETERS: Readonly<Record<FunctionName, number>> = { FILL: 2, IF: 3, ABS: 1, CEIL: 1, FLOOR: 1 };
/** Documented for PutMetricAlarm: `Expression` has up to 2,048 characters. Each level of nesting takes some of the stack. */
const LONGEST = 2_048;
const DEEPEST = 100;

/** @throws ExpressionError if CloudWatch would reject it, or if the sandbox does not support it */
export function parseExpression(text: string): Expression {
  if (text.length > LONGEST) throw new ExpressionError(`an expression has at most ${LONGEST} characters`);
  const tokens = tokensOf(text);
  let at = 0;
  let depth = 0;
  const peek = (): string | undefined => tokens[at]?.text;
  const problem = (expected: string): ExpressionError =>
    new ExpressionError(`'${text}' has ${tokens[at] === undefined ? 'its end' : `'${peek()}'`} where ${expected} is expected`);
  const take = (symbol: string): void => {
    if (peek() !== symbol) throw problem(`'${symbol}'`);
    at += 1;
  };

  function level(number: number): Expression {
    if (number === LEVELS.length) return unary();
    let left = level(number + 1);
    for (;;) {
      const operator = operatorOf(tokens[at]);
      if (operator === undefined || !LEVELS[number].includes(operator)) return left;
      at += 1;
      left = { kind: 'operation', operator, left, right: level(number + 1) };
    }
  }

  function unary(): Expression {
    if (peek() !== '-') return operand();
    at += 1;
    return nested(() => ({ kind: 'negative', of: unary() }));
  }

  function operand(): Expression {
    const token = tokens[at];
    if (token?.text === '(') {
      at += 1;
      const inner = nested(() => level(0));
      take(')');
      return inner;
    }
    if (token === undefined || token.kind === 'symbol' || operatorOf(token) !== undefined) throw problem('a metric or a number');
    at += 1;
    if (token.kind === 'number') return { kind: 'number', value: numberOf(token.text) };
    return peek() === '(' ? call(token.text) : { kind: 'id', id: idOf(token.text) };
  }

  function call(name: string): Expression {
    if (!isFunction(name)) {
      throw new ExpressionError(`the function ${name} is not supported: only ${Object.keys(PARAMETERS).join(', ')} are`);
    }
    take('(');
    const parameters = nested(() => {
      const all = [level(0)];
      while (peek() === ',') {
        at += 1;
        all.push(level(0));
      }
      return all;
    });
    take(')');
    if (parameters.length !== PARAMETERS[name]) throw new ExpressionError(`${name} needs ${PARAMETERS[name]} parameters`);
    return { kind: 'call', name, parameters };
  }

  function nested<T>(read: () => T): T {
    depth += 1;
    if (depth > DEEPEST) throw new ExpressionError(`an expression is nested at most ${DEEPEST} times here`);
    const result = read();
    depth -= 1;
    return result;
  }

  const expression = level(0);
  if (at < tokens.length) throw problem('an operator');
  return expression;
}

/** The metrics and expressions that an expression uses. */
export function idsOf(expression: Expression): string[] {
  switch (expression.kind) {
    case 'number':
      return [];
    case 'id':
      return [expression.id];
    case 'negative':
      return idsOf(expression.of);
    case 'operation':
      return [...idsOf(expression.left), ...idsOf(expression.right)];
    case 'call':
      return expression.parameters.flatMap(idsOf);
  }
}

function operatorOf(token: Token | undefined): Operator | undefined {
  if (token === undefined) return undefined;
  const text = token.text === '&&' ? 'AND' : token.text === '||' ? 'OR' : token.text;
  return LEVELS.flat().find((operator) => operator === text);
}

function numberOf(text: string): number {
  const value = Number(text);
  if (Number.isNaN(value)) throw new ExpressionError(`${text} is not a number`);
  return value;
}

/** Documented: ids begin with a lower-case letter. FILL's REPEAT and LINEAR begin with an upper-case one. */
function idOf(text: string): string {
  if (!/^[a-z]\w*$/.test(text)) throw new ExpressionError(`${text} is not supported: it is no id of a metric`);
  return text;
}

function isFunction(name: string): name is FunctionName {
  return Object.hasOwn(PARAMETERS, name);
}
