import { violations } from '../nag';
import { testStack } from '../synth';
import { maximal, minimal } from './apps';

test.each([undefined, { account: '111122223333', region: 'eu-west-1' }])('no rule pack has open findings in a backfill, env %j', (env) => {
  for (const make of [minimal, maximal]) {
    const stack = testStack({ env });
    make(stack);
    expect(violations(stack)).toEqual([]);
  }
});
