import { generator } from '../../kit/random';
import { compare, isAsFast, type Round, rounds } from './pairs';

const round = (isolated: number, oneRole: number, again = isolated): Round => ({ isolated, again, oneRole });

test('each round has each arm once, in an order that the seed decides', () => {
  const all = rounds(12, generator(1));
  expect(all).toHaveLength(12);
  for (const one of all) expect([...one].sort()).toEqual(['again', 'isolated', 'oneRole']);
  expect(new Set(all.map((one) => one.join())).size).toBeGreaterThan(2);
  for (const arm of ['isolated', 'again', 'oneRole'] as const) expect(all.some(([first]) => first === arm)).toBe(true);
  expect(rounds(12, generator(1))).toEqual(all);
  expect(rounds(12, generator(2))).not.toEqual(all);
});

test('rounds are compared within themselves: load of the machine in one of them does not count', () => {
  // The third round is slow for both.
  const compared = compare([round(10, 10), round(11, 10), round(400, 410)], 'isolated', 'oneRole');
  expect(compared).toEqual({ p95Ratio: 1, p95MoreMs: 0, ratios: [0.98, 1.1] });
  expect(isAsFast(compared)).toBe(true);
});

test.each([
  ['a tenth more', 110, 100, true],
  ['more than a tenth and more than 3 ms', 112, 100, false],
  ['more than a tenth, but not more than 3 ms', 11, 8, true],
  ['half as much again', 15, 10, false],
])('%s', (_, isolated, oneRole, fast) => {
  expect(isAsFast(compare(Array(12).fill(round(isolated, oneRole)), 'isolated', 'oneRole'))).toBe(fast);
});

test('most rounds decide', () => {
  const slow = Array(7).fill(round(20, 10));
  const fast = Array(5).fill(round(10, 10));
  expect(isAsFast(compare([...slow, ...fast], 'isolated', 'oneRole'))).toBe(false);
  expect(isAsFast(compare([...fast, ...fast, ...slow], 'isolated', 'oneRole'))).toBe(true);
});

test('a run is compared with itself in the same way', () => {
  expect(compare([round(10, 5, 12), round(12, 5, 10)], 'again', 'isolated').p95MoreMs).toBe(0);
});
