import { countReads, type RulesRead } from './count-reads';

const schools = ['school-01', 'school-02'];
/** Each school's rules, read by two processes, three times in 20 seconds each. */
const complete: readonly RulesRead[] = schools.flatMap((school) =>
  ['one', 'other'].flatMap((process) => [0, 20_000, 41_000].map((at) => ({ school, session: `${school} in ${process}`, at }))),
);

test('reads are counted for each school and process', () => {
  expect(countReads(complete, schools)).toEqual({ reads: 12, processes: 2, perProcess: [3, 3], shortestSeconds: 20 });
});

test('a read before the expiry shows', () => {
  const early = { ...complete[4], at: complete[4].at + 5_000 };
  expect(countReads([...complete, early], schools)).toEqual({ reads: 13, processes: 2, perProcess: [3, 4], shortestSeconds: 5 });
});

test('two reads at the same time by different processes are no read before the expiry', () => {
  expect(countReads([complete[0], complete[3]], ['school-01']).shortestSeconds).toBeUndefined();
});

test('a read that is missing shows, although the sum is right', () => {
  expect(countReads([...complete.slice(1), { ...complete[11], at: 60_000 }], schools)).toMatchObject({ reads: 12, perProcess: [2, 4] });
});

test('a process that never read the rules of a school shows', () => {
  const withoutOne = complete.filter(({ session }) => session !== 'school-02 in other');
  expect(countReads(withoutOne, schools)).toMatchObject({ processes: 2, perProcess: [0, 3] });
});

test('no reads', () => {
  expect(countReads([], schools)).toMatchObject({ reads: 0, processes: 0, shortestSeconds: undefined });
});
