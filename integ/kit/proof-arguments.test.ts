import { proofArguments } from './proof-arguments';

const { integer, oneOf } = proofArguments('[--runs N]');

test('an argument that the proof accepts is its value', () => {
  expect([integer('runs', '3', 1), oneOf('mode', 'a', ['a', 'b']), oneOf('mode', undefined, ['a'])]).toEqual([3, 'a', undefined]);
});

test.each(['0', '1.5', 'x', ''])('a number that is none from the least one on is an error: %p', (text) => {
  expect(() => integer('runs', text, 1)).toThrow(`Invalid --runs ${text}: expected an integer from 1. Usage: [--runs N]`);
});

test('another name is an error that lists the names', () => {
  expect(() => oneOf('mode', 'toString', ['a', 'b'])).toThrow('Invalid --mode toString: expected one of a, b. Usage: [--runs N]');
});
