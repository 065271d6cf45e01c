import { areSlow, type TimedRequest } from './latency';

const MINUTE = 60_000;

/** Requests of a school, one in a second, the last one at this time. */
function requests(milliseconds: readonly number[], { school = 'north', last = 10 * MINUTE } = {}): TimedRequest[] {
  return milliseconds.map((one, index) => ({ school, at: last - (milliseconds.length - 1 - index) * 1_000, milliseconds: one }));
}

const usual = (count: number) => Array<number>(count).fill(120);

test('two slow requests of a school among 39 make it slow, in any stretch', () => {
  expect(areSlow(requests([121, ...usual(37), 121, ...usual(500)]))).toBe(true);
  expect(areSlow(requests([...usual(500), 121, ...usual(37), 121]))).toBe(true);
  expect(areSlow(requests([121, ...usual(38), 121]))).toBe(false);
  expect(areSlow(requests([...usual(20), 121]))).toBe(false);
  expect(areSlow([])).toBe(false);
});

test('slow requests of two schools are none of either', () => {
  expect(areSlow([...requests([121, ...usual(20)]), ...requests([...usual(20), 121], { school: 'south' })])).toBe(false);
});

test('requests from before count if they may have been exported since', () => {
  const slow = requests([121, 121]);
  expect(areSlow(slow, 11 * MINUTE)).toBe(true);
  expect(areSlow(slow, 12 * MINUTE)).toBe(false);
});
