import { clockChanges } from './clock-changes';

test('a time of this machine is the time that the clock showed then, before and after it was advanced', () => {
  const changes = clockChanges({ machine: 1_000, clock: 50_000, speed: 1 });
  changes.add({ machine: 2_000, clock: 3_651_000, speed: 1 });
  changes.add({ machine: 3_000, clock: 3_652_000, speed: 10 });
  expect([500, 1_000, 1_500, 2_000, 2_500, 3_100].map(changes.shownAt)).toEqual([49_500, 50_000, 50_500, 3_651_000, 3_651_500, 3_653_000]);
});

test('many changes are kept, and not without end', () => {
  const changes = clockChanges({ machine: 0, clock: 0, speed: 1 });
  for (let minute = 1; minute <= 50_000; minute += 1) changes.add({ machine: minute * 10, clock: minute * 60_000, speed: 1 });
  expect(changes.shownAt(49_000 * 10 + 5)).toBe(49_000 * 60_000 + 5);
  expect(changes.shownAt(0)).toBeGreaterThan(0);
});
