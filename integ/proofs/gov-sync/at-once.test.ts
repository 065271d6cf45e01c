import { AtOnce } from './at-once';

const transition = (phase: 'ENTERED' | 'EXITED' | 'FAILED', execution: string, state = 'Send the reports', machine = 'a') => ({
  ...{ phase, state, stateMachineArn: machine },
  executionArn: `arn:aws:states:us-east-1:123456789012:execution:${machine}:${execution}`,
});

function count(...transitions: ReturnType<typeof transition>[]): number {
  const atOnce = new AtOnce();
  for (const one of transitions) atOnce.see(one);
  return atOnce.count;
}

test('two executions of a period that send at once are counted', () => {
  expect(count(transition('ENTERED', 'gov-2026Q4-1'), transition('ENTERED', 'gov-2026Q4-2'))).toBe(1);
});

test('one after the other, of other periods, of other syncs, and in other states they are not', () => {
  const first = transition('ENTERED', 'gov-2026Q4-1');
  expect(count(first, transition('EXITED', 'gov-2026Q4-1'), transition('ENTERED', 'gov-2026Q4-2'))).toBe(0);
  expect(count(first, transition('FAILED', 'gov-2026Q4-1'), transition('ENTERED', 'gov-2026Q4-2'))).toBe(0);
  expect(count(first, transition('ENTERED', 'gov-2026Q3-1'))).toBe(0);
  expect(count(first, transition('ENTERED', 'gov-2026Q4-2', 'Send the reports', 'b'))).toBe(0);
  expect(count(first, transition('ENTERED', 'gov-2026Q4-2', 'Claim the period'))).toBe(0);
});
