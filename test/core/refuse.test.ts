import { Duration, Fn } from 'aws-cdk-lib';
import { refuse } from '../../src/core/private/base/refuse';
import { testStack } from '../synth';

test.each([
  ['text', 'a "b"', '"a \\"b\\""'],
  ['nothing', undefined, 'not set'],
  ['a token', Fn.ref('Secret'), '<token>'],
  ['a token among other things', { list: [Fn.ref('Secret'), 1] }, '{"list":["<token>",1]}'],
  ['a list', ['a', Fn.ref('Secret')], '["a", <token>]'],
  ['a duration', Duration.days(3), 'Duration.days(3)'],
  ['a construct', testStack(), '<construct Test>'],
])('an error shows %s as a person would write it', (_, value, shown) => {
  expect(() => refuse(testStack(), 'prop', value, 'be right')).toThrow(new Error(`Test: prop is ${shown}; it must be right`));
});
