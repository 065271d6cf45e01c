import { machineTime } from './machine-time';

test('times of this machine are those of the clock, before and after it was advanced', () => {
  const state = { machine: 1_000, clock: 50_000, speed: 1 };
  const clock = {
    now: () => state.clock,
    get speed() {
      return state.speed;
    },
  };
  const times = machineTime(clock, () => state.machine);
  Object.assign(state, { machine: 2_000, clock: 3_651_000 });
  times.mark();
  Object.assign(state, { machine: 3_000, clock: 3_652_000, speed: 10 });
  times.mark();
  expect([1_500, 2_500, 3_100].map(times.toClock)).toEqual([50_500, 3_651_500, 3_653_000]);
});
