import { buffered } from './buffers';
import { manySchools } from './many-schools';
import { bufferTable, pageWith, readPage } from './page';
import { requestsOf } from './requests';
import { schoolDay } from './school-day';

const day = (...changes: [seconds: number, school: number][]) => ({
  times: Float64Array.from(changes, ([at]) => at),
  schools: Uint16Array.from(changes, ([, school]) => school),
});
const perTenant = { layout: 'perTenant', intervalSeconds: 60, quota: Number.POSITIVE_INFINITY } as const;

describe('buffers of a delivery stream', () => {
  test('a partition is active from its first record to the end of the interval, and is one file', () => {
    const changes = day([0, 1], [59, 1], [60, 1], [61, 2], [119, 3]);
    expect(buffered(changes, perTenant)).toEqual({ active: 3, files: 4, beyond: 0 });
    expect(buffered(changes, { ...perTenant, intervalSeconds: 30 })).toEqual({ active: 2, files: 4, beyond: 0 });
  });

  test('a month is one partition for all schools', () => {
    expect(buffered(day([0, 1], [1, 2], [60, 3]), { ...perTenant, layout: 'perMonth' })).toEqual({ active: 1, files: 2, beyond: 0 });
  });

  test('records beyond the quota are counted until a partition is delivered', () => {
    expect(buffered(day([0, 1], [1, 2], [2, 3], [3, 3], [4, 1], [60, 3]), { ...perTenant, quota: 2 })).toEqual({
      ...{ active: 2, files: 3, beyond: 2 },
    });
  });
});

test('a school day is the same for the same seed, in the order of time, and has changes of each school', () => {
  const { times, schools } = schoolDay(80, 1);
  expect(schoolDay(80, 1)).toEqual({ times, schools });
  expect(schoolDay(80, 2).times).not.toEqual(times);
  expect([...times]).toEqual([...times].sort((a, b) => a - b));
  expect(new Set(schools).size).toBe(80);
  expect(times[0]).toBeGreaterThanOrEqual(7 * 3600);
  expect(times.at(-1)).toBeLessThan(20.2 * 3600);
  // Two changes of each of 10,000 students, in whole lessons.
  expect(times.length / 20_000).toBeCloseTo(1, 1);
});

test('each partition that the projection enumerates is listed, and pages have 1,000 objects', () => {
  const files = { schools: 40, months: 14, perFolder: 4, layout: 'perTenant' } as const;
  expect(requestsOf(files, { schools: 1, months: 1, projected: 1 })).toEqual({ partitions: 1, lists: 1, files: 4 });
  expect(requestsOf(files, { schools: 1, months: 14, projected: 300 })).toEqual({ partitions: 300, lists: 300, files: 56 });
  expect(requestsOf({ ...files, perFolder: 2500 }, { schools: 2, months: 14, projected: 24 })).toEqual({
    ...{ partitions: 48, lists: 2 * (14 * 3 + 10), files: 70_000 },
  });
  expect(requestsOf({ ...files, layout: 'perMonth' }, { schools: 1, months: 1, projected: 1 })).toEqual({
    ...{ partitions: 1, lists: 1, files: 4 },
  });
});

test('the README of the lake has the table of this simulation', () => {
  const page = readPage();
  expect(pageWith(page, { buffers: bufferTable(manySchools()) })).toBe(page);
  expect(() => pageWith('no comments', { buffers: '' })).toThrow(/found no <!-- buffers/);
});
