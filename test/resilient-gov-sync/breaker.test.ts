import fc from 'fast-check';
import { afterCall, type Breaker, CLOSED, mayCall, permissionOf } from '../../src/resilient-gov-sync/lambda/breaker';

const MINUTE_MS = 60_000;

const fail = (breaker: Breaker, times: number, now = 0) =>
  Array.from({ length: times }).reduce<Breaker>((one) => afterCall(one, false, now, 'a'), breaker);
const OPEN = fail(CLOSED, 5);

function probing(breaker: Breaker, now: number, caller: string): Breaker {
  const permission = permissionOf(breaker, now, caller);
  if (permission.may !== 'probe') throw new Error(`${caller} may ${permission.may}`);
  return permission.next;
}

test('the fifth failure in a row opens it for a minute, and a success in between starts the count again', () => {
  expect(fail(CLOSED, 4)).toMatchObject({ state: 'CLOSED', failures: 4 });
  expect(OPEN).toMatchObject({ state: 'OPEN', openedAt: 0, openUntil: MINUTE_MS });
  expect(fail(afterCall(fail(CLOSED, 4), true, 0, 'a'), 4).state).toBe('CLOSED');
});

test('while it is open, nobody calls', () => {
  expect(permissionOf(OPEN, MINUTE_MS - 1, 'a')).toEqual({ may: 'wait', until: MINUTE_MS });
  expect(mayCall(OPEN, 10 * MINUTE_MS, 'a')).toBe(false);
});

test('then one execution makes one call, and the others wait', () => {
  const halfOpen = probing(OPEN, MINUTE_MS, 'a');
  expect([mayCall(halfOpen, MINUTE_MS, 'a'), mayCall(halfOpen, MINUTE_MS, 'b')]).toEqual([true, false]);
  expect(permissionOf(halfOpen, MINUTE_MS, 'b')).toEqual({ may: 'wait', until: 4 * MINUTE_MS });
  expect(afterCall(halfOpen, true, MINUTE_MS, 'a')).toEqual(CLOSED);
});

test('the owner of a probe that was given up makes it at once, and nobody else', () => {
  const halfOpen = probing(OPEN, MINUTE_MS, 'a');
  const again = probing(halfOpen, MINUTE_MS + 1_000, 'a');
  expect(again).toEqual({ ...halfOpen, probeUntil: 4 * MINUTE_MS + 1_000 });
  expect(permissionOf(again, MINUTE_MS + 1_000, 'b')).toEqual({ may: 'wait', until: 4 * MINUTE_MS + 1_000 });
});

test('each failed probe doubles the wait, up to 15 minutes', () => {
  let breaker = fail(CLOSED, 5, 5);
  const waits = Array.from({ length: 6 }, () => {
    const now = breaker.openUntil;
    breaker = afterCall(probing(breaker, now, 'a'), false, now, 'a');
    return (breaker.openUntil - now) / MINUTE_MS;
  });
  expect(waits).toEqual([2, 4, 8, 15, 15, 15]);
  expect(breaker.openedAt).toBe(5);
});

test('the probe of an execution that was stopped passes to another one, and its late result changes nothing', () => {
  const first = probing(OPEN, MINUTE_MS, 'a');
  const second = probing(first, 4 * MINUTE_MS, 'b');
  expect(afterCall(second, false, 4 * MINUTE_MS, 'a')).toBe(second);
  expect(afterCall(first, true, 4 * MINUTE_MS, 'a')).toBe(first);
});

test('results of calls that began before it opened change nothing', () => {
  for (const succeeded of [true, false]) expect(afterCall(OPEN, succeeded, 1, 'b')).toBe(OPEN);
});

type Step = { readonly caller: string; readonly pass: number; readonly succeeds: boolean };

test('in any order of calls, results and pauses: one probe at a time, no call while it is open, no wait above 15 minutes', () => {
  const step: fc.Arbitrary<Step> = fc.record({
    caller: fc.constantFrom('a', 'b', 'c'),
    pass: fc.integer({ min: 0, max: 2 * MINUTE_MS }),
    succeeds: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 200 }), (steps) => {
      let [breaker, now] = [fail(OPEN, 1), 0];
      /** When each call in flight began, and until when it is a probe. */
      const inFlight = new Map<string, { readonly probeUntil: number }>();
      for (const { caller, pass, succeeds } of steps) {
        now += pass;
        const call = inFlight.get(caller);
        if (call !== undefined) {
          inFlight.delete(caller);
          const after = afterCall(breaker, succeeds, now, caller);
          // Only the probe within its time changes a breaker that is not closed.
          if (breaker.state !== 'CLOSED' && after !== breaker && call.probeUntil <= now) return false;
          breaker = after;
          continue;
        }
        const permission = permissionOf(breaker, now, caller);
        if (permission.may === 'wait') {
          if (permission.until <= now || permission.until - now > 15 * MINUTE_MS) return false;
          continue;
        }
        if (permission.may === 'call' && breaker.state !== 'CLOSED') return false;
        if (permission.may === 'probe') {
          if (breaker.state === 'OPEN' && now < breaker.openUntil) return false;
          if ([...inFlight.values()].some(({ probeUntil }) => now < probeUntil)) return false;
          breaker = permission.next;
        }
        if (!mayCall(breaker, now, caller)) return false;
        inFlight.set(caller, { probeUntil: permission.may === 'probe' ? breaker.probeUntil : 0 });
      }
      return true;
    }),
  );
});
