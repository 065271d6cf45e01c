import { areSlow } from './latency';

test('requests are slow if more than 5 % of them took longer than 120 ms', () => {
  const times = (slow: number) => Array.from({ length: 100 }, (_, index) => (index < slow ? 121 : 120));
  expect([0, 5, 6].map((slow) => areSlow(times(slow)))).toEqual([false, false, true]);
  expect(areSlow([])).toBe(false);
});
