import { failingFor } from '../failing';
import type { AlarmFault } from '../fault';
import { purge } from '../purge';
import type { WatchedPlatform } from '../watched-platform';

const START = '/Government/Sync/StartFunction/';
const OVERDUE = 'the period ended more than 30 days ago';

/** Starts the sync for a period, as a person does. */
export async function startSync({ invoke }: WatchedPlatform, period: string): Promise<void> {
  await invoke(START, { kind: 'PERSON', period, who: 'an operator', why: 'the quarter is due' });
}

/** Waits for the executions of the sync, which follow the clock. */
async function ended(platform: WatchedPlatform, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) await platform.pass(1);
}

export const GOVERNMENT_FAULTS: readonly AlarmFault[] = [
  {
    what: 'Athena answers no query of the reports',
    kind: 'slow or throttled',
    rings: ['StepFunction-Failure-Alert'],
    mayRing: { 'Government-Sync-Overdue': OVERDUE },
    withinMinutes: 26 * 60,
    recoversWithinMinutes: 14 * 60,
    stepMinutes: 30,
    async begin(platform) {
      const fault = { service: 'athena', code: 'InternalServerException', status: 500 };
      const end = failingFor(platform, '/Government/Sync/LakeReportsFunction/', ['StartQueryExecution'], fault);
      await startSync(platform, '2026Q3');
      return {
        async end() {
          end();
          await ended(platform, 5);
          await startSync(platform, '2026Q3');
        },
      };
    },
  },
  {
    what: "the government's API has no connection",
    kind: 'slow or throttled',
    rings: ['Government-Sync-BreakerOpen', 'Government-Sync-Overdue'],
    mayRing: { 'StepFunction-Failure-Alert': 'each attempt ends without an answer' },
    withinMinutes: 26 * 60,
    recoversWithinMinutes: 26 * 60,
    stepMinutes: 30,
    async begin(platform) {
      platform.government.be('is down');
      await startSync(platform, '2026Q2');
      return { end: () => platform.government.be('answers') };
    },
  },
  {
    what: "the government's API rejects reports",
    kind: 'invalid data',
    rings: ['Government-Sync-ReportsPutAside'],
    mayRing: { 'Government-Sync-Overdue': OVERDUE },
    withinMinutes: 8 * 60,
    recoversWithinMinutes: 14 * 60,
    stepMinutes: 30,
    async begin(platform) {
      platform.government.be('rejects reports');
      await startSync(platform, '2026Q1');
      return {
        async end() {
          platform.government.be('answers');
          const who = { who: 'an operator', why: 'they shall not be sent' };
          await platform.invoke('/Government/Sync/ResolveFunction/', {
            kind: 'WITHDRAWN',
            period: '2026Q1',
            tenants: [...platform.schools],
            ...who,
          });
          await startSync(platform, '2026Q1');
        },
      };
    },
  },
  {
    what: 'the start function cannot read its table',
    kind: 'kills',
    rings: ['Government-Sync-ScheduleDeadLetters', 'Government-Sync-Heartbeat'],
    withinMinutes: 44 * 60,
    recoversWithinMinutes: 14 * 60,
    stepMinutes: 30,
    usualRequests: false,
    async begin(platform) {
      const end = failingFor(platform, START, ['Query', 'GetItem', 'Scan', 'UpdateItem', 'PutItem']);
      return {
        async end() {
          end();
          await purge(platform, '/Government/Sync/');
        },
      };
    },
  },
];
