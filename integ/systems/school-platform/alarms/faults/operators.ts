import { failingFor } from '../failing';
import type { AlarmFault } from '../fault';

const REMOVAL = '/Removal/Function/';

export const OPERATORS_FAULTS: readonly AlarmFault[] = [
  {
    what: 'somebody starts a removal with an event that is not valid',
    kind: 'invalid data',
    rings: ['Removal-Errors'],
    withinMinutes: 10,
    async begin({ invoke }) {
      await invoke(REMOVAL, { action: 'forget' }, true);
      return { end() {} };
    },
  },
  {
    what: 'the function that removes schools cannot read its records',
    kind: 'kills',
    rings: ['Removal-Overdue'],
    mayRing: { 'Removal-Errors': 'each invocation fails, until Overdue silences it' },
    withinMinutes: 5 * 60,
    recoversWithinMinutes: 2 * 60,
    stepMinutes: 5,
    async begin(platform) {
      return { end: failingFor(platform, REMOVAL, ['Query', 'GetItem', 'Scan']) };
    },
  },
  {
    what: 'a subscriber accepts no message any more',
    kind: 'operators',
    rings: ['Operations-FailedNotifications'],
    mayRing: { 'Removal-Errors': 'the message that the subscriber does not accept' },
    withinMinutes: 15,
    async begin({ messages, invoke }) {
      messages.accept(false);
      await invoke(REMOVAL, { action: 'forget' }, true);
      return { end: () => messages.accept(true) };
    },
  },
];
