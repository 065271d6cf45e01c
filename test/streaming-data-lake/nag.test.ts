import { violations } from '../nag';
import { templateOf, testStack } from '../synth';
import { maximal, minimal } from './apps';

test.each([undefined, { account: '111122223333', region: 'eu-west-1' }])('no rule pack has open findings in a lake, env %j', (env) => {
  for (const make of [minimal, maximal]) {
    const stack = testStack({ env });
    make(stack);
    // A tenant role answers for its deny statements at synthesis, once all grants are known.
    templateOf(stack);
    expect(violations(stack)).toEqual([]);
  }
});
