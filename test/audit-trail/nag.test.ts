import { violations } from '../nag';
import { templateOf, testStack } from '../synth';
import { maximal, minimal } from './apps';

test.each([undefined, { account: '111122223333', region: 'eu-west-1' }])('no rule pack has open findings, env %j', (env) => {
  for (const make of [minimal, maximal]) {
    const stack = testStack({ env });
    make(stack);
    templateOf(stack);
    expect(violations(stack)).toEqual([]);
  }
});
