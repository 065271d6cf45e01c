import { evaluate } from './evaluate';
import { idsOf, parseExpression } from './parse';

const value = (expression: string, values: Record<string, number> = {}) => evaluate(parseExpression(expression), (id) => values[id]);

// Documented: "Metric math syntax and functions" (Amazon CloudWatch User Guide), arithmetic, comparison and logical operators.
test.each([
  ['1 + 2 * 3', 7],
  ['(1 + 2) * 3', 9],
  ['10 - 2 - 3', 5],
  ['2 * 3 ^ 2', 18],
  ['-2 + 3', 1],
  ['8 / 4 / 2', 1],
  ['2 > 1 AND 1 > 2', 0],
  ['2 > 1 && 1 >= 1', 1],
  ['1 > 2 OR 1 != 2', 1],
  ['1 == 2 || 1 <= 0', 0],
  ['0 AND 1 OR 1', 1],
  ['IF(3 > 2, 10, 20)', 10],
  ['IF(0, 10, 20)', 20],
  ['CEIL(1.2) + FLOOR(1.8) + ABS(-3)', 6],
])('%s is %d', (expression, expected) => {
  expect(value(expression)).toBe(expected);
});

test('a point without data has none in the result, unless it is filled', () => {
  expect(value('errors / requests', { errors: 1 })).toBeUndefined();
  expect(value('FILL(errors, 0) / requests', { requests: 2 })).toBe(0);
  expect(value('IF(errors > 0, 1, 0)')).toBeUndefined();
  expect(value('-errors')).toBeUndefined();
});

test('a division by zero has no result', () => {
  expect(value('errors / requests', { errors: 1, requests: 0 })).toBeUndefined();
  expect(value('0 / requests', { requests: 0 })).toBeUndefined();
});

test('the ids of an expression are those of its metrics', () => {
  expect(idsOf(parseExpression('IF(FILL(written, 0) > 0 AND -read == 2, 1, other)'))).toEqual(['written', 'read', 'other']);
});

test.each([
  ['RATE(m1)', 'the function RATE is not supported: only FILL, IF, ABS, CEIL, FLOOR are'],
  ['FILL(m1, REPEAT)', 'REPEAT is not supported: it is no id of a metric'],
  ['m1 +', "'m1 +' has its end where a metric or a number is expected"],
  ['(m1', "'(m1' has its end where ')' is expected"],
  ['m1 m2', "'m1 m2' has 'm2' where an operator is expected"],
  ['m1 % 2', "'%' at 4 of 'm1 % 2' is not supported in metric math"],
  ['IF(m1, 2)', 'IF needs 3 parameters'],
  ['1.2.3', '1.2.3 is not a number'],
  [`${'('.repeat(101)}m1${')'.repeat(101)}`, 'an expression is nested at most 100 times here'],
  [`${'-'.repeat(101)}m1`, 'an expression is nested at most 100 times here'],
  [`${'1+'.repeat(1100)}1`, 'an expression has at most 2048 characters'],
])('%.30s is rejected by name', (expression, message) => {
  expect(() => parseExpression(expression)).toThrow(message);
});
