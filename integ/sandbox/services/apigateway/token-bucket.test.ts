import fc from 'fast-check';
import { createClock } from '../../process/clock';
import { TokenBucket, takeFromAll } from './token-bucket';

const START = Date.UTC(2026, 10, 22);

/** The times of requests in milliseconds, in order. */
const times = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 300 }).map((gaps) => {
  let now = START;
  return gaps.map((gap) => {
    now += gap;
    return now;
  });
});
const limits = fc.record({ rate: fc.integer({ min: 1, max: 200 }), burst: fc.integer({ min: 1, max: 50 }) });

describe('a token bucket', () => {
  test('admits at most burst + rate × seconds in any interval, and always admits a request after an idle second', () => {
    fc.assert(
      fc.property(limits, times, (limit, moments) => {
        const bucket = new TokenBucket(limit, START);
        const admitted = moments.filter((now) => takeFromAll([bucket], now));
        admitted.forEach((from, first) => {
          admitted.slice(first).forEach((to, more) => {
            expect(more + 1).toBeLessThanOrEqual(limit.burst + (limit.rate * (to - from)) / 1000 + 1e-6);
          });
        });
        const last = moments.at(-1) ?? START;
        expect(takeFromAll([bucket], last + 1000)).toBe(true);
      }),
    );
  });

  test('admits exactly what integer arithmetic admits', () => {
    fc.assert(
      fc.property(limits, times, (limit, moments) => {
        const bucket = new TokenBucket(limit, START);
        // In thousandths of a token, so that no rounding occurs.
        let tokens = limit.burst * 1000;
        let filled = START;
        for (const now of moments) {
          tokens = Math.min(limit.burst * 1000, tokens + (now - filled) * limit.rate);
          filled = now;
          const expected = tokens >= 1000;
          if (expected) tokens -= 1000;
          expect(takeFromAll([bucket], now)).toBe(expected);
        }
      }),
    );
  });

  test('is full after burst / rate seconds and never exceeds burst', () => {
    const bucket = new TokenBucket({ rate: 2, burst: 4 }, START);
    const take = (now: number) => Array.from({ length: 10 }, () => takeFromAll([bucket], now)).filter(Boolean).length;
    expect([take(START), take(START + 1000), take(START + 3000), take(START + 3_600_000)]).toEqual([4, 2, 4, 4]);
  });

  test('fills ten times as fast if the clock runs ten times as fast', async () => {
    const clock = createClock(100);
    const bucket = new TokenBucket({ rate: 1, burst: 1 }, clock.now());
    expect([takeFromAll([bucket], clock.now()), takeFromAll([bucket], clock.now())]).toEqual([true, false]);
    await clock.sleep(1_100);
    expect(takeFromAll([bucket], clock.now())).toBe(true);
  });

  test('gives no token if another bucket of the same request is empty', () => {
    const [one, none] = [new TokenBucket({ rate: 0, burst: 1 }, START), new TokenBucket({ rate: 0, burst: 0 }, START)];
    expect([takeFromAll([one, none], START), takeFromAll([one], START), takeFromAll([one], START)]).toEqual([false, true, false]);
  });
});
