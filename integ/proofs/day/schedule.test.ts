import { KINDS, planDay } from './schedule';

test('a seed has the same faults, as many of each kind, in the order of the day', () => {
  const day = planDay(7, 40, 480);
  expect(planDay(7, 40, 480)).toEqual(day);
  expect(planDay(8, 40, 480)).not.toEqual(day);
  for (const kind of KINDS) expect(day.filter((one) => one.kind === kind)).toHaveLength(8);
  const minutes = day.map(({ minute }) => minute);
  expect([...minutes].sort((one, other) => one - other)).toEqual(minutes);
  expect(Math.max(...minutes)).toBeLessThan(480);
  expect(() => planDay(7, 41, 480)).toThrow('a multiple of 5');
});

test('the choices of a kind are spread over all of its faults', () => {
  const choices = planDay(3, 40, 480).flatMap(({ kind, choice }) => (kind === 'kills' ? [Math.floor(choice * 4)] : []));
  expect([0, 1, 2, 3].map((one) => choices.filter((choice) => choice === one).length)).toEqual([2, 2, 2, 2]);
});
