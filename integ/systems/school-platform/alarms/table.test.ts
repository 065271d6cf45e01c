import type { AlarmFault } from './fault';
import { FAULTS, problemsOf } from './table';

const fault = (what: string, rings: readonly string[], mayRing: AlarmFault['mayRing'] = {}): AlarmFault => ({
  ...{ what, kind: 'kills', rings, mayRing, withinMinutes: 1 },
  begin: async () => ({ end: async () => undefined }),
});

test('each alarm needs exactly one fault', () => {
  expect(problemsOf([fault('one', ['A', 'B'])], ['A', 'B'])).toEqual([]);
  expect(problemsOf([fault('one', ['A'])], ['A', 'B'])).toEqual(['B has 0 faults, and needs one']);
  expect(problemsOf([fault('one', ['A']), fault('other', ['A'])], ['A'])).toEqual(['A has 2 faults, and needs one']);
});

test('a fault names alarms that exist', () => {
  expect(problemsOf([fault('one', ['A', 'C'], { D: 'by the way' })], ['A'])).toEqual([
    'one: there is no alarm C',
    'one: there is no alarm D that may go off',
  ]);
});

test('each reason is a text, and no fault may be wrong about itself', () => {
  for (const { rings, mayRing = {} } of FAULTS) {
    for (const [alarm, reason] of Object.entries(mayRing)) {
      expect(reason).not.toBe('');
      expect(rings).not.toContain(alarm);
    }
  }
});
