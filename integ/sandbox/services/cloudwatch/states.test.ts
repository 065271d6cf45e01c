import type { AlarmState } from '../../contracts';
import { evaluateRange, type MissingData, type Rule, rangeOf } from './states';

const POLICIES: readonly MissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching'];
const rule = (datapointsToAlarm: number, missingData: MissingData, evaluationPeriods = 3): Rule => ({
  ...{ evaluationPeriods, datapointsToAlarm, missingData },
  breaches: (value) => value > 0,
});
/** `0 - X` */
const points = (text: string) =>
  text.split(' ').map((symbol, at) => (symbol === '-' ? undefined : { at: at * 60_000, value: symbol === 'X' ? 1 : 0 }));
const states = (datapointsToAlarm: number, text: string, current: AlarmState) =>
  POLICIES.map((policy) => evaluateRange(rule(datapointsToAlarm, policy), points(text), current).state);

// Documented: "How alarm state is evaluated when data is missing" (Amazon CloudWatch User Guide), both tables: three evaluation periods, an
// evaluation range of five; missing, ignore, breaching, notBreaching. The current state is one that no row results in by itself.
describe.each([
  [3, '0 - X - X', 'OK OK OK OK'],
  [3, '0 - - - -', 'OK OK OK OK'],
  [3, '- - - - -', 'INSUFFICIENT_DATA current ALARM OK'],
  [3, '0 X X - X', 'ALARM ALARM ALARM ALARM'],
  [3, '- - X - -', 'ALARM current ALARM OK'],
  [2, '0 - X - X', 'ALARM ALARM ALARM ALARM'],
  [2, '0 0 X 0 X', 'ALARM ALARM ALARM ALARM'],
  [2, '0 - X - -', 'OK OK ALARM OK'],
  [2, '- - - - 0', 'OK OK ALARM OK'],
  [2, '- - - X -', 'ALARM current ALARM OK'],
])('%d of 3, %s', (datapointsToAlarm, text, expected) => {
  test.each<AlarmState>(['OK', 'ALARM', 'INSUFFICIENT_DATA'])('from %s', (current) => {
    expect(states(datapointsToAlarm, text, current).join(' ')).toBe(expected.replace('current', current));
  });
});

// Documented: "Avoiding premature transitions to alarm state".
test.each(['- - - - X', '- - - X -'])('%s does not go to ALARM at once', (text) => {
  expect(states(3, text, 'OK').slice(0, 2)).toEqual(['OK', 'OK']);
});

test('old values do not count once there are enough new ones', () => {
  expect(states(3, 'X X 0 X X', 'OK')).toEqual(['OK', 'OK', 'OK', 'OK']);
});

test('the values that decided are the newest, and missing ones are counted', () => {
  const { considered, filled } = evaluateRange(rule(3, 'notBreaching'), points('X - X - -'), 'OK');
  expect([considered.map(({ at }) => at / 60_000), filled]).toEqual([[2, 0], 1]);
  expect(rangeOf({ evaluationPeriods: 3 })).toBe(5);
});
