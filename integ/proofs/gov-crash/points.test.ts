import { isAt, nameOf, pointsOf, Remaining, someOf } from './points';

const states = [
  { name: 'Claim', type: 'Task' },
  { name: 'Send all', type: 'Map' },
  { name: 'Send', type: 'Task', within: 'Send all' },
] as const;

test('each state has a point before and after it, also within a map', () => {
  const names = ['before Claim', 'after Claim', 'before Send all', 'after Send all', 'before Send', 'after Send'];
  expect(pointsOf(states).map(nameOf)).toEqual(names);
});

test('a point is one phase of one state; the end of a state is also its failure', () => {
  const [before, after] = pointsOf(states);
  expect([isAt(before, { phase: 'ENTERED', state: 'Claim' }), isAt(before, { phase: 'EXITED', state: 'Claim' })]).toEqual([true, false]);
  expect(
    ['ENTERED', 'ANSWERED', 'RETRIES', 'EXITED', 'FAILED'].map((phase) => isAt(after, { phase: phase as 'EXITED', state: 'Claim' })),
  ).toEqual([false, false, false, true, true]);
  expect(isAt(before, { phase: 'ENTERED', state: 'Send' })).toBe(false);
});

test('a point is taken once, by the first execution that is there', () => {
  const remaining = new Remaining(pointsOf(states));
  const at = { phase: 'ENTERED', state: 'Send' } as const;
  expect([remaining.take(at), remaining.take(at)]).toEqual([{ moment: 'before', state: 'Send' }, undefined]);
  expect(remaining.all.map(nameOf)).not.toContain('before Send');
  expect(remaining.reached.map(nameOf)).toEqual(['before Send']);
});

test('some points are spread over all, and not more than there are', () => {
  expect([someOf([0, 1, 2, 3, 4, 5, 6], 3), someOf([0, 1], 9), someOf([0, 1], 2)]).toEqual([
    [0, 2, 4],
    [0, 1],
    [0, 1],
  ]);
});
