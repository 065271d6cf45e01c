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

test('it knows what it showed before it was advanced', async () => {
  const clock = createClock(60);
  const [machine, shown] = [Date.now(), clock.now()];
  await new Promise((wake) => setTimeout(wake, 5));
  clock.advance(3_600_000);
  expect(Math.abs(clock.shownAt(machine) - shown)).toBeLessThan(200);
  expect(Math.abs(clock.shownAt(Date.now()) - clock.now())).toBeLessThan(200);
});

test('a sleep ends with the reason of the signal', async () => {
  const [clock, controller] = [createClock(1), new AbortController()];
  const sleeping = clock.sleep(60_000, controller.signal);
  controller.abort(new Error('closing'));
  await expect(sleeping).rejects.toThrow('closing');
  await expect(clock.sleep(60_000, controller.signal)).rejects.toThrow('closing');
});

test('a clock that is advanced ends the waits whose time has come, the earliest first, and no others', async () => {
  const clock = createClock(1);
  const from = clock.now();
  const ended: string[] = [];
  const sleep = (name: string, milliseconds: number) => clock.sleep(milliseconds).then(() => void ended.push(name));
  const controller = new AbortController();
  const [week, day, hour] = [7 * 86_400_000, 86_400_000, 3_600_000];
  const later = clock.sleep(week, controller.signal).then(
    () => ended.push('a week'),
    () => ended.push('aborted'),
  );
  const due = [sleep('a day', day), sleep('an hour', hour)];
  clock.advance(day);
  await Promise.all(due);
  expect(ended).toEqual(['an hour', 'a day']);
  expect(clock.now() - from).toBeGreaterThanOrEqual(day);
  expect(clock.now() - from).toBeLessThan(day + 5_000);
  clock.advance(6 * day - 10);
  await later;
  expect(ended).toEqual(['an hour', 'a day', 'a week']);
  controller.abort();
});

test('the earliest wait is known, and no longer when it has ended', async () => {
  const clock = createClock(1);
  expect(clock.nextWait()).toBeUndefined();
  const controller = new AbortController();
  const from = clock.now();
  const waits = [clock.sleep(86_400_000, controller.signal).catch(() => undefined), clock.sleep(3_600_000)];
  const next = clock.nextWait() ?? 0;
  expect(next - from).toBeGreaterThanOrEqual(3_600_000);
  expect(next - from).toBeLessThan(3_605_000);
  clock.advance(next - clock.now());
  await waits[1];
  expect((clock.nextWait() ?? 0) - from).toBeGreaterThanOrEqual(86_400_000);
  controller.abort(new Error('closing'));
  await waits[0];
  expect(clock.nextWait()).toBeUndefined();
});

test('a wait that begins after the clock was advanced takes its whole time', async () => {
  const clock = createClock(100);
  clock.advance(3_600_000);
  const started = performance.now();
  await clock.sleep(10_000);
  expect(performance.now() - started).toBeGreaterThan(90);
});

test('after a change of its speed, the clock continues from its time, and waits that have begun take the rest of theirs', async () => {
  const clock = createClock(0.001);
  const from = clock.now();
  const [short, long] = [clock.sleep(5_000), new AbortController()];
  const hour = clock.sleep(3_600_000, long.signal).catch(() => 'aborted');
  clock.setSpeed(1_000);
  const started = performance.now();
  await short;
  expect(performance.now() - started).toBeLessThan(1_000);
  expect(clock).toMatchObject({ speed: 1_000 });
  expect(clock.now() - from).toBeGreaterThanOrEqual(4_999);
  expect(clock.real(5_000)).toBe(5);
  clock.setSpeed(0.001);
  const before = clock.now();
  await new Promise((wake) => setTimeout(wake, 20));
  expect(clock.now() - before).toBeLessThan(5);
  long.abort();
  expect(await hour).toBe('aborted');
  expect(() => clock.setSpeed(0)).toThrow('Invalid speed 0: it must be a number above 0');
  expect(clock.speed).toBe(0.001);
});

test.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('the clock cannot be advanced by %p', (milliseconds) => {
  expect(() => createClock(1).advance(milliseconds)).toThrow('it must be a number of milliseconds from 0');
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('a speed of %p is rejected', (speed) => {
  expect(() => createClock(speed)).toThrow('must be a number above 0');
});

test('a wait of something that only observes ends as any other, and is no next wait', async () => {
  const clock = createClock(1);
  const watching = clock.watch(86_400_000);
  expect(clock.nextWait()).toBeUndefined();
  clock.advance(86_400_000);
  await watching;
});
