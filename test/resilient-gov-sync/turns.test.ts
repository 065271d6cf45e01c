import fc from 'fast-check';
import { intervalMs, isInTurn, type Rate, reserveTurn, type TurnUpdate } from '../../src/resilient-gov-sync/lambda/turns';

const HORIZON_MS = 15 * 60_000;

/** The item of the API, with the two updates as DynamoDB evaluates them (integ/constructs/resilient-gov-sync has the engine). */
class Item {
  nextSendAt: number | undefined;

  reserve(now: number, rate: Rate): number | undefined {
    const [following, first] = reserveTurn(now, now + HORIZON_MS, rate);
    const old = this.nextSendAt;
    if (old !== undefined && old >= now) {
      if (old > numberOf(following, ':latest')) return undefined;
      this.nextSendAt = old + numberOf(following, ':interval');
      return following.turn(old);
    }
    this.nextSendAt = numberOf(first, ':next');
    return first.turn(old);
  }
}

function numberOf({ ExpressionAttributeValues }: TurnUpdate, name: string): number {
  const value = ExpressionAttributeValues[name];
  return 'N' in value ? Number(value.N) : Number.NaN;
}

const rates = fc.record({ maxPerSecond: fc.integer({ min: 1, max: 100 }), latenessMs: fc.integer({ min: 1, max: 3_000 }) });

test('no second has more calls than stated, however late each call is', () => {
  const asks = fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })), {
    maxLength: 300,
  });
  fc.assert(
    fc.property(rates, asks, (rate, each) => {
      const item = new Item();
      let now = 0;
      const calls = each.flatMap(([pause, share]) => {
        now += pause;
        const turn = item.reserve(now, rate);
        return turn === undefined ? [] : [turn + Math.floor(share * rate.latenessMs)];
      });
      return calls.every((call) => calls.filter((other) => other > call - 1_000 && other <= call).length <= rate.maxPerSecond);
    }),
  );
});

test('without the margin for late calls, a second would have more', () => {
  const rate = { maxPerSecond: 10, latenessMs: 250 };
  const turns = Array.from({ length: 30 }, (_, number) => number * (1_000 / rate.maxPerSecond));
  const calls = turns.map((turn, number) => turn + (number < 10 ? rate.latenessMs - 1 : 0));
  expect(Math.max(...calls.map((call) => calls.filter((other) => other > call - 1_000 && other <= call).length))).toBeGreaterThan(10);
  expect(intervalMs(rate)).toBe(125);
});

test('a turn is the present if nobody waits, and else follows the last one', () => {
  const item = new Item();
  const rate = { maxPerSecond: 2, latenessMs: 1_000 };
  expect([item.reserve(5_000, rate), item.reserve(5_000, rate), item.reserve(5_100, rate)]).toEqual([5_000, 6_000, 7_000]);
  expect(item.reserve(20_000, rate)).toBe(20_000);
});

test('no turn is reserved beyond the horizon', () => {
  const item = new Item();
  item.nextSendAt = HORIZON_MS + 1;
  expect(item.reserve(0, { maxPerSecond: 1, latenessMs: 250 })).toBeUndefined();
});

test('a call is made from its turn until it is late', () => {
  const rate = { maxPerSecond: 1, latenessMs: 250 };
  expect([999, 1_000, 1_249, 1_250].map((now) => isInTurn(1_000, now, rate))).toEqual([false, true, true, false]);
});
