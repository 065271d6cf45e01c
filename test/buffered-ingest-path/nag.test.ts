import { violations } from '../nag';
import { testStack } from '../synth';
import { ingestPath } from './fixtures';

test.each([undefined, { account: '111122223333', region: 'eu-west-1' }])(
  'leaves no finding of the six rule packs unanswered, env %j',
  (env) => {
    const stack = testStack({ env });
    ingestPath(stack);
    stack.node.root.node.findAll();
    expect(violations(stack).filter((violation) => violation.includes('Visits'))).toEqual([]);
  },
);
