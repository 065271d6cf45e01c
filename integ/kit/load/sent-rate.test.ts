import { evenArrivals } from './arrivals';
import { sentRate } from './sent-rate';

const requests = evenArrivals(100, 2).map((dueMs) => ({ dueMs, method: 'GET', path: '/', headers: {} }));
const answers = (lateMs: (index: number) => number) =>
  requests.map((_, index) => ({ index, status: 200, milliseconds: 1, lateMs: lateMs(index) }));

test('a generator in time sends what is planned', () => {
  expect(
    sentRate(
      requests,
      answers(() => 1),
      2,
    ),
  ).toBe(100);
});

test('a generator that is late at the end has sent fewer per second, although every request is answered', () => {
  expect(
    sentRate(
      requests,
      answers((index) => index * 10),
      2,
    ),
  ).toBeCloseTo(50, 0);
});

test('requests that were not sent do not count', () => {
  const half = answers(() => 0).slice(0, 100);
  expect(sentRate(requests, half, 2)).toBe(50);
});
