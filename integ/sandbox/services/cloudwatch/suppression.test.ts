import type { AlarmState } from '../../contracts';
import { createSuppression } from './suppression';

const PERIODS = { alarm: 'suppressor', waitMs: 120_000, extensionMs: 180_000 };

/** One entry per minute: the state of the composite alarm, and `!` while the suppressor is in ALARM. */
function actionsOf(minutes: string, periods = PERIODS): string {
  const suppression = createSuppression(periods);
  let before: AlarmState = 'OK';
  return minutes
    .split(' ')
    .map((minute, at) => {
      const state = minute.startsWith('A') ? 'ALARM' : 'OK';
      const taken = suppression.decide(at * 60_000, state, state !== before || at === 0, minute.endsWith('!'));
      before = state;
      return taken ? state : '-';
    })
    .join(' ');
}

// Documented: "Suppressing composite alarm actions" (Amazon CloudWatch User Guide), WaitPeriod and ExtensionPeriod.
test.each([
  ['the wait period ends before actions are taken', 'O O O A A A A', '- - OK - - ALARM -'],
  ['a suppressor that goes to ALARM within the wait period suppresses', 'O O O A A! A! A!', '- - OK - - - -'],
  ['actions of the current state follow the extension period', 'O O O A! A! A A A A A', '- - OK - - - - - ALARM -'],
  ['an alarm that is OK again has nothing to report', 'O O O A! A! A O O O O', '- - OK - - - - - - -'],
  ['a suppressor that returns within the extension period suppresses on', 'O O O A! A A! A! A!', '- - OK - - - - -'],
  ['an alarm that ends within the wait period was never reported', 'O O O A O O O', '- - OK - - - -'],
])('%s', (_name, minutes, expected) => {
  expect(actionsOf(minutes)).toBe(expected);
});

test('without periods, only the state of the suppressor decides', () => {
  expect(actionsOf('O A O A! A! A', { ...PERIODS, waitMs: 0, extensionMs: 0 })).toBe('OK ALARM OK - - ALARM');
});

test('without a suppressor, each change takes its actions', () => {
  const suppression = createSuppression(undefined);
  expect([
    suppression.decide(0, 'OK', true, false),
    suppression.decide(1, 'OK', false, false),
    suppression.decide(2, 'ALARM', true, false),
  ]).toEqual([true, false, true]);
});
