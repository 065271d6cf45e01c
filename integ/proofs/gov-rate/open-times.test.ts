import type { Arrival } from '../../government-api';
import { OpenTimes } from './open-times';

const item = (version: number, openUntil: number, state = 'OPEN') => ({ state, version, openings: 1, openUntil });
const arrival = (at: number, request: Arrival['request'] = 'report'): Arrival => ({ at, request, outcome: 'maintenance' });

test('each opening counts once, and only while it is open', () => {
  const times = new OpenTimes();
  times.see(item(1, 100), 40);
  times.see(item(1, 100), 60);
  times.see(item(2, 100, 'HALF_OPEN'), 120);
  times.see(item(3, 300), 130);
  times.see(item(5, 400), 500);
  expect(times.all).toEqual([
    { from: 40, until: 100, version: 1 },
    { from: 130, until: 300, version: 3 },
  ]);
  expect([times.within(0, 1_000), times.within(100, 1_000), times.within(0, 40)]).toEqual([2, 1, 0]);
});

test('a request of any kind that arrives while it is open is found; those of other times are not', () => {
  const times = new OpenTimes();
  times.see(item(1, 100), 40);
  expect(times.arrivals([arrival(40), arrival(100), arrival(150)])).toBe(0);
  expect(times.arrivals([arrival(41), arrival(50, 'token'), arrival(99, 'lookUp')])).toBe(3);
});

test('arrivals between two openings are counted, those before the first and after the last are not', () => {
  const times = new OpenTimes();
  times.see(item(1, 100), 40);
  times.see(item(3, 300), 130);
  times.see(item(5, 900), 420);
  const arrivals = [arrival(10), arrival(20), arrival(110), arrival(310), arrival(330, 'token'), arrival(950)];
  expect([times.mostBetween(arrivals, 0, 1_000), times.mostBetween(arrivals, 0, 200), times.mostBetween(arrivals, 0, 50)]).toEqual([
    2, 1, 0,
  ]);
});
