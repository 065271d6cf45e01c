import { PurgeQueueCommand } from '@aws-sdk/client-sqs';
import { failing, UNAVAILABLE } from '../failing';
import type { AlarmFault } from '../fault';
import type { WatchedPlatform } from '../watched-platform';

const START = '/Government/Sync/StartFunction/';
const OVERDUE = 'the period ended more than 30 days ago';

async function start({ invoke }: WatchedPlatform, period: string): Promise<void> {
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
      const { roleArn } = platform.functionAt('/Government/Sync/LakeReportsFunction/');
      const fault = { service: 'athena', operation: 'StartQueryExecution', code: 'InternalServerException', status: 500, roleArn };
      const end = platform.sandbox.endpoint.inject(fault);
      await start(platform, '2026Q3');
      return {
        async end() {
          end();
          await ended(platform, 5);
          await start(platform, '2026Q3');
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
      await start(platform, '2026Q2');
      return { end: async () => platform.government.be('answers') };
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
      await start(platform, '2026Q1');
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
          await start(platform, '2026Q1');
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
      const { sandbox, functionAt, observer } = platform;
      const { roleArn } = functionAt(START);
      const end = failing(platform, ['Query', 'GetItem', 'Scan', 'UpdateItem', 'PutItem'], { ...UNAVAILABLE, roleArn });
      return {
        async end() {
          end();
          const QueueUrl = sandbox.assembly.ref(platform.platform.resource('AWS::SQS::Queue', '/Government/Sync/'));
          await observer.sqs.send(new PurgeQueueCommand({ QueueUrl }));
        },
      };
    },
  },
];
