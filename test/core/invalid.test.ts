import { Duration, Fn } from 'aws-cdk-lib';
import { invalid, invalidText } from '../../src/core/private/base/invalid';
import { testStack } from '../synth';

test.each([
  ['text', 'a "b"', '"a \\"b\\""'],
  ['a token', Fn.ref('Secret'), '<token>'],
  ['a token among other things', { list: [Fn.ref('Secret'), 1] }, '{"list":["<token>",1]}'],
  ['a list', ['a', Fn.ref('Secret')], '["a", <token>]'],
  ['a duration', Duration.days(3), 'Duration.days(3)'],
  ['a construct', testStack(), '<construct Test>'],
])('an error shows %s in a readable form', (_, value, shown) => {
  expect(() => invalid(testStack(), 'prop', value, 'what is right')).toThrow(
    new Error(`Test: invalid prop ${shown}: expected what is right`),
  );
});

test('an error says that a value is missing', () => {
  expect(invalidText(testStack(), 'prop', undefined, 'a name')).toBe('Test: missing prop: expected a name');
});
