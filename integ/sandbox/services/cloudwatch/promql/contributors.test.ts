import { createContributors } from './contributors';

const MINUTE = 60_000;
const school = (name: string) => ({ id: name, attributes: { school: name }, value: '0.2' });

/** The states of an alarm whose query returns these schools, minute by minute. */
function states(periods: { readonly pendingMs: number; readonly recoveryMs: number }, minutes: readonly string[]): string {
  const contributors = createContributors(periods);
  return minutes
    .map((names, minute) => contributors.evaluate([...names].map(school), minute * MINUTE).state)
    .map((state) => (state === 'ALARM' ? 'A' : '-'))
    .join('');
}

/** Documented: "PromQL alarms" (Amazon CloudWatch User Guide). */
test.each([
  ['without periods, at once', 0, 0, ['', 'a', '', 'a'], '-A-A'],
  ['after the pending period', 2, 0, ['a', 'a', 'a', ''], '--A-'],
  ['a contributor that stops breaching in the pending period begins again', 2, 0, ['a', '', 'a', 'a', 'a'], '----A'],
  ['contributors are not added up', 2, 0, ['a', 'b', 'a', 'b'], '----'],
  ['until the recovery period is over', 0, 2, ['a', '', '', '', ''], 'AAA--'],
  ['a contributor that breaches in the recovery period has not recovered', 0, 2, ['a', '', 'a', '', '', ''], 'AAAAA-'],
  ['as long as one contributor is in alarm', 0, 0, ['ab', 'b', ''], 'AA-'],
])('in alarm %s', (_name, pending, recovery, minutes, expected) => {
  expect(states({ pendingMs: pending * MINUTE, recoveryMs: recovery * MINUTE }, minutes)).toBe(expected);
});

test('the reason names contributors, and how many more there are', () => {
  const contributors = createContributors({ pendingMs: 0, recoveryMs: 0 });
  expect(contributors.evaluate([school('a')], 0).reason).toBe('1 contributor is in alarm: {school="a"} with 0.2.');
  const { reason } = contributors.evaluate([...'abcdefg'].map(school), MINUTE);
  expect(reason).toContain('7 contributors are in alarm: {school="a"} with 0.2, ');
  expect(reason).toMatch(/ and 2 more\.$/);
});
