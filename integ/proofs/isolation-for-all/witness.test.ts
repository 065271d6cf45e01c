import { callerOf, denyingPolicy } from '../../sandbox/iam/evaluation';
import { witness, witnesses } from './witness';

const condition = (operator: string, value: string) => ({ operator, key: 'aws:Key', values: [value] });

describe('the value has the result that was asked for, in the evaluation of policies', () => {
  const numbers = ['Equals', 'NotEquals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'];
  const cases = [
    ...numbers.flatMap((name) => [
      [`Numeric${name}`, '1.2'],
      [`Date${name}`, '2026-11-30T00:00:00Z'],
    ]),
    ['IpAddress', '10.0.0.0/8'],
    ['NotIpAddress', '10.0.0.0/8'],
    ['IpAddress', '192.0.2.0/24'],
    ['NotIpAddress', '192.0.2.1/32'],
    ['NumericLessThanIfExists', '10'],
  ].flatMap(([operator, value]) => [true, false].map((holds) => [operator, value, holds] as const));

  test.each(cases)('%s %s: %s', (operator, value, holds) => {
    const given = witness(condition(operator, value), holds);
    expect(given).toBeDefined();
    const statement = { Effect: 'Allow', Action: '*', Resource: '*', Condition: { [operator]: { 'aws:Key': value } } };
    const request = {
      caller: callerOf('arn:aws:iam::123456789012:role/r'),
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::b/o',
      account: '123456789012',
    };
    const denied = denyingPolicy(
      { ...request, contexts: [{ 'aws:Key': given as string }] },
      { identity: [{ Version: '2012-10-17', Statement: [statement] }], boundary: [], session: [] },
    );
    expect(denied === undefined).toBe(holds);
  });
});

test.each([
  ['StringLike', 'x'],
  ['NumericEquals', 'many'],
  ['NumericAbout', '1'],
  ['BinaryEquals', 'QQ=='],
])('%s %s has none', (operator, value) => {
  expect(witness(condition(operator, value), true)).toBeUndefined();
});

test('what a missing key already gives needs no value', () => {
  const of = (operator: string, result: boolean) => witnesses([{ name: 'o0', condition: condition(operator, '5') }], { o0: result });
  expect(of('NumericLessThan', false)).toEqual({});
  expect(of('NumericLessThanIfExists', true)).toEqual({});
  expect(of('NumericLessThan', true)).toEqual({ 'aws:key': '4' });
  expect(of('NumericNotEquals', false)).toEqual({ 'aws:key': '5' });
});
