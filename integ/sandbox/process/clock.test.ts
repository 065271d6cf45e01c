import { createClock } from './clock';

test('with a speed of 100, a second of the clock takes about ten milliseconds', async () => {
  const clock = createClock(100);
  const [from, started] = [clock.now(), performance.now()];
  await clock.sleep(5_000);
  expect(performance.now() - started).toBeLessThan(1_000);
  expect(clock.now() - from).toBeGreaterThanOrEqual(4_900);
  expect(clock.real(5_000)).toBe(50);
});

test('it starts at the time of this machine', () => {
  expect(Math.abs(createClock(1).now() - Date.now())).toBeLessThan(100);
});

test('a sleep ends with the reason of the signal', async () => {
  const [clock, controller] = [createClock(1), new AbortController()];
  const sleeping = clock.sleep(60_000, controller.signal);
  controller.abort(new Error('closing'));
  await expect(sleeping).rejects.toThrow('closing');
  await expect(clock.sleep(60_000, controller.signal)).rejects.toThrow('closing');
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('a speed of %p is rejected', (speed) => {
  expect(() => createClock(speed)).toThrow('must be a number above 0');
});
