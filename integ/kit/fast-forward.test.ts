import { setTimeout as pause } from 'node:timers/promises';
import type { Sandbox } from '../sandbox';
import { createClock } from '../sandbox/process/clock';
import { fastForward } from './fast-forward';

/** The parts of a sandbox that it needs, with functions and calls that a test controls. */
function start() {
  const clock = createClock(1);
  const listeners = new Set<() => void>();
  const functions = { inFlight: 0, waiting: 0 };
  const endpoint = {
    onCall: (listener: () => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  return {
    clock,
    functions,
    call: () => [...listeners].forEach((listener) => void listener()),
    sandbox: { clock, functions, endpoint } as unknown as Sandbox,
  };
}

test('waits of hours end within a moment, one after the other', async () => {
  const { clock, sandbox } = start();
  const distances: number[] = [];
  const forward = fastForward(sandbox, { before: (milliseconds) => void distances.push(milliseconds) });
  const from = clock.now();
  const started = performance.now();
  const ended: string[] = [];
  await Promise.all(
    [3, 1, 2].map(async (hours) => {
      await clock.sleep(hours * 3_600_000);
      ended.push(`${hours} at ${Math.round((clock.now() - from) / 3_600_000)}`);
    }),
  );
  await forward.close();
  expect(ended).toEqual(['1 at 1', '2 at 2', '3 at 3']);
  expect(performance.now() - started).toBeLessThan(10_000);
  expect(forward.moves).toBeGreaterThanOrEqual(3);
  expect(Math.max(...distances)).toBeLessThanOrEqual(3_600_000);
});

test('the clock does not move while a function has an event, or calls are made', async () => {
  const { clock, functions, call, sandbox } = start();
  functions.inFlight = 1;
  const forward = fastForward(sandbox);
  let hasEnded = false;
  const wait = clock.sleep(60_000).then(() => {
    hasEnded = true;
  });
  await pause(150);
  expect(hasEnded).toBe(false);
  functions.inFlight = 0;
  const calling = setInterval(call, 1);
  await pause(150);
  clearInterval(calling);
  await wait;
  expect(hasEnded).toBe(true);
  await forward.close();
});

test('a function that only waits for the clock does not keep it from moving', async () => {
  const { clock, functions, sandbox } = start();
  Object.assign(functions, { inFlight: 2, waiting: 1 });
  const forward = fastForward(sandbox);
  let hasEnded = false;
  const wait = clock.sleep(3_600_000).then(() => {
    hasEnded = true;
  });
  await pause(150);
  expect(hasEnded).toBe(false);
  functions.waiting = 2;
  await wait;
  await forward.close();
});
