import fc from 'fast-check';
import type { AttemptInput } from '../../src/resilient-gov-sync/lambda/start/attempts';
import type { Measured } from '../../src/resilient-gov-sync/lambda/start/open-periods';
import { readStartRequest } from '../../src/resilient-gov-sync/lambda/start/request';
import { startSync } from '../../src/resilient-gov-sync/lambda/start/start';
import { reportKey } from '../../src/resilient-gov-sync/lambda/sync-table';
import { tableInMemory } from './table-in-memory';

const BERLIN = 'Europe/Berlin';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** 6 o'clock in Berlin. */
const START = Date.parse('2027-01-05T05:00:00Z');
const MACHINE = 'arn:aws:states:eu-central-1:123456789012:stateMachine:sync';
const arn = (attempt: number, period = '2026Q4') => `arn:aws:states:eu-central-1:123456789012:execution:sync:gov-${period}-${attempt}`;
const iso = (at: number) => new Date(at).toISOString();

type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED';

function sync() {
  const table = tableInMemory();
  const statuses = new Map<string, Status>();
  const inputs: AttemptInput[] = [];
  const measured: Measured[] = [];
  let [now, stops] = [START, 0];
  const dependencies = {
    ...{ table, stateMachineArn: MACHINE, dueAfterMs: 30 * DAY_MS, timeZone: BERLIN, day: 5, hour: 6, now: () => now },
    executions: {
      async status(executionArn: string) {
        await new Promise((resolve) => setImmediate(resolve));
        return statuses.get(executionArn) ?? 'NONE';
      },
      async start(executionArn: string, input: AttemptInput) {
        if (stops > 0) {
          stops -= 1;
          throw new Error('stopped before StartExecution');
        }
        if (statuses.has(executionArn)) return;
        statuses.set(executionArn, 'RUNNING');
        inputs.push(input);
      },
    },
    onOutcome: () => {},
    onMeasured: (one: Measured) => void measured.push(one),
  };
  const invoke = (event: object) => startSync(readStartRequest(event, BERLIN), dependencies);
  return {
    ...{ table, statuses, inputs, measured },
    periodEnd: (at = START) => invoke({ kind: 'PERIOD_END', scheduledTime: iso(at) }),
    /** The schedule of every 6 hours. */
    async openPeriods(at: number) {
      now = Math.max(now, at);
      return invoke({ kind: 'OPEN_PERIODS', scheduledTime: iso(at) });
    },
    person: (period = '2026Q4', more: object = {}) => invoke({ kind: 'PERSON', period, who: 'ticket 7', why: 'the API is back', ...more }),
    end: (attempt: number, status: Status) => void statuses.set(arn(attempt), status),
    item: (period = '2026Q4') => table.items.get(`PERIOD#${period} PERIOD`),
    set: (more: object, period = '2026Q4') =>
      void table.items.set(`PERIOD#${period} PERIOD`, { ...table.items.get(`PERIOD#${period} PERIOD`), ...more }),
    report: (tenant: string, status: string, period = '2026Q4') =>
      void table.items.set(`${reportKey(period, tenant).pk} ${reportKey(period, tenant).sk}`, { status }),
    at: (time: number) => {
      now = time;
    },
    stop: (times = 1) => {
      stops = times;
    },
  };
}

test("the quarter's end starts attempt 1, and the period has its due date and the time of the next attempt", async () => {
  const gov = sync();
  expect(await gov.periodEnd()).toEqual({ started: [{ period: '2026Q4', attempt: 1, executionArn: arn(1) }], notStarted: [] });
  expect(gov.inputs).toEqual([{ period: '2026Q4', attempt: 1, startedBy: 'schedule' }]);
  expect(gov.item()).toEqual({
    ...{ pk: 'PERIOD#2026Q4', sk: 'PERIOD', status: 'WAITING_FOR_DATA', since: START, attempt: 1, scheduledAttempts: 1 },
    ...{ nextAttemptAt: START + 6 * HOUR_MS, startedBy: 'schedule', consecutiveFailures: 0 },
    dueAt: Date.parse('2026-12-31T23:00:00Z') + 30 * DAY_MS,
  });
});

test('a failed attempt is started again every 6 hours, at most 12 times by the schedule, and each failure counts once', async () => {
  const gov = sync();
  await gov.periodEnd();
  for (let attempt = 1; attempt <= 12; attempt += 1) {
    gov.end(attempt, 'FAILED');
    await gov.openPeriods(START + attempt * 6 * HOUR_MS - 2 * HOUR_MS);
    const { started, notStarted } = await gov.openPeriods(START + attempt * 6 * HOUR_MS);
    expect(gov.item()).toMatchObject({ consecutiveFailures: attempt, failedAttempt: attempt });
    if (attempt < 12) expect(started).toEqual([{ period: '2026Q4', attempt: attempt + 1, executionArn: arn(attempt + 1) }]);
    else expect([started, notStarted]).toEqual([[], [{ period: '2026Q4', attempt: 12, result: 'EXHAUSTED' }]]);
  }
  expect(gov.measured.map(({ consecutiveFailures }) => consecutiveFailures)).toEqual(
    Array.from({ length: 24 }, (_, index) => Math.floor(index / 2) + 1),
  );
  expect(gov.inputs.map(({ attempt }) => attempt)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
  // A quarter later, the executions are forgotten, and their names are free again.
  gov.statuses.clear();
  expect((await gov.openPeriods(START + 100 * DAY_MS)).notStarted).toEqual([{ period: '2026Q4', attempt: 12, result: 'EXHAUSTED' }]);
  expect(gov.item()).toMatchObject({ consecutiveFailures: 12 });
  // Since when: the first run that started nothing.
  expect(gov.item()).toMatchObject({ exhaustedAt: START + 72 * HOUR_MS });
  expect((await gov.person()).started).toMatchObject([{ attempt: 13 }]);
  expect(gov.item()).not.toHaveProperty('exhaustedAt');
});

test('a decision of a person starts the count of 12 attempts again', async () => {
  const gov = sync();
  await gov.periodEnd();
  gov.end(1, 'FAILED');
  gov.set({ scheduledAttempts: 12 });
  await gov.openPeriods(START + 6 * HOUR_MS);
  expect(gov.item()).toMatchObject({ exhaustedAt: START + 6 * HOUR_MS });
  gov.set({ scheduledAttempts: 0 });
  expect((await gov.openPeriods(START + 12 * HOUR_MS)).started).toMatchObject([{ attempt: 2 }]);
  expect(gov.item()).not.toHaveProperty('exhaustedAt');
});

test('nothing is started while an attempt runs, before its time, or after the period is complete', async () => {
  const gov = sync();
  await gov.periodEnd();
  const notStarted = async (at: number) => (await gov.openPeriods(at)).notStarted.map(({ result }) => result);
  expect(await notStarted(START + 6 * HOUR_MS)).toEqual(['RUNNING']);
  gov.end(1, 'FAILED');
  expect(await notStarted(START + 4 * HOUR_MS)).toEqual(['NOT_DUE']);
  gov.end(1, 'SUCCEEDED');
  gov.set({ status: 'COMPLETE' });
  expect(await notStarted(START + 12 * HOUR_MS)).toEqual(['COMPLETE']);
  expect((await gov.periodEnd()).notStarted).toEqual([{ period: '2026Q4', attempt: 1, result: 'COMPLETE' }]);
  expect((await gov.person()).notStarted).toEqual([{ period: '2026Q4', attempt: 1, result: 'COMPLETE' }]);
  expect(gov.measured.at(-1)).toMatchObject({ open: 0, consecutiveFailures: 0 });
});

test('an attempt that ended because another one had the lease is no failure', async () => {
  const gov = sync();
  await gov.periodEnd();
  gov.end(1, 'SUCCEEDED');
  expect((await gov.openPeriods(START + 6 * HOUR_MS)).started).toHaveLength(1);
  expect(gov.item()).toMatchObject({ attempt: 2, consecutiveFailures: 0 });
});

describe('an attempt that only waits for look-ups', () => {
  async function waiting() {
    const gov = sync();
    await gov.periodEnd();
    const wait = (attempt: number, until: number) => {
      gov.end(attempt, 'SUCCEEDED');
      gov.set({ status: 'WAITING_FOR_LOOK_UP', nextAttemptAt: until, consecutiveFailures: 0 });
    };
    return { ...gov, wait };
  }

  test('is continued after the earliest of them, not before', async () => {
    const gov = await waiting();
    gov.wait(1, START + DAY_MS + HOUR_MS);
    for (const hours of [6, 12, 18, 24])
      expect((await gov.openPeriods(START + hours * HOUR_MS)).notStarted).toMatchObject([{ result: 'NOT_DUE' }]);
    expect((await gov.openPeriods(START + 30 * HOUR_MS)).started).toMatchObject([{ attempt: 2 }]);
  });

  test('is none of the 12, and no failure, until the period is due', async () => {
    const gov = await waiting();
    for (let attempt = 1; attempt < 20; attempt++) {
      const until = START + attempt * DAY_MS;
      gov.wait(attempt, until);
      expect((await gov.openPeriods(until)).started).toMatchObject([{ attempt: attempt + 1 }]);
      expect(gov.item()).toMatchObject({ scheduledAttempts: 1, consecutiveFailures: 0 });
    }
    for (let attempt = 20; attempt < 31; attempt++) {
      const until = START + (attempt + 20) * DAY_MS;
      gov.wait(attempt, until);
      expect((await gov.openPeriods(until)).started).toMatchObject([{ attempt: attempt + 1 }]);
    }
    gov.wait(31, START + 60 * DAY_MS);
    expect((await gov.openPeriods(START + 60 * DAY_MS)).notStarted).toMatchObject([{ result: 'EXHAUSTED' }]);
  });

  test('is followed by one that fails: that one counts', async () => {
    const gov = await waiting();
    gov.wait(1, START + 6 * HOUR_MS);
    await gov.openPeriods(START + 6 * HOUR_MS);
    // It failed before it claimed the period.
    gov.end(2, 'FAILED');
    await gov.openPeriods(START + 12 * HOUR_MS);
    expect(gov.item()).toMatchObject({ attempt: 3, scheduledAttempts: 2, consecutiveFailures: 1 });
  });

  test('that a person started takes none of the 12 either', async () => {
    const gov = await waiting();
    gov.end(1, 'FAILED');
    await gov.person();
    gov.wait(2, START + 6 * HOUR_MS);
    await gov.openPeriods(START + 6 * HOUR_MS);
    expect(gov.item()).toMatchObject({ attempt: 3, scheduledAttempts: 2 });
  });
});

test('a schedule in the hour that clocks are moved starts an attempt an hour earlier or later', async () => {
  const gov = sync();
  const october = Date.parse('2027-10-30T22:00:00Z');
  gov.at(october);
  await gov.periodEnd(october);
  gov.statuses.set(arn(1, '2027Q3'), 'FAILED');
  // Clocks are moved forward: five hours later.
  expect((await gov.openPeriods(october + 5 * HOUR_MS)).started).toHaveLength(1);
});

test('a person starts an attempt at any time, with who and why, and it does not count as one of the schedule', async () => {
  const gov = sync();
  await gov.periodEnd();
  expect((await gov.person()).notStarted).toEqual([{ period: '2026Q4', attempt: 1, result: 'RUNNING' }]);
  gov.end(1, 'FAILED');
  gov.at(START + HOUR_MS);
  expect((await gov.person()).started).toEqual([{ period: '2026Q4', attempt: 2, executionArn: arn(2) }]);
  expect(gov.inputs[1]).toEqual({ period: '2026Q4', attempt: 2, startedBy: 'ticket 7', why: 'the API is back' });
  expect(gov.item()).toMatchObject({ scheduledAttempts: 1, consecutiveFailures: 1, startedBy: 'ticket 7', startedWhy: 'the API is back' });
  expect(gov.item()).toMatchObject({ nextAttemptAt: START + 7 * HOUR_MS });
  gov.end(2, 'FAILED');
  await gov.openPeriods(START + 12 * HOUR_MS);
  expect(gov.item()).toMatchObject({ attempt: 3, scheduledAttempts: 2, consecutiveFailures: 2, startedBy: 'schedule' });
  expect(gov.item()).not.toHaveProperty('startedWhy');
});

test('a person starts a period that was never started, and then the schedule continues it', async () => {
  const gov = sync();
  expect((await gov.person('2026Q2')).started).toEqual([{ period: '2026Q2', attempt: 1, executionArn: arn(1, '2026Q2') }]);
  gov.statuses.set(arn(1, '2026Q2'), 'FAILED');
  expect((await gov.openPeriods(START + 5 * HOUR_MS)).started).toEqual([{ period: '2026Q2', attempt: 2, executionArn: arn(2, '2026Q2') }]);
});

test.each(['2027Q1', '2023Q4'])('a person cannot start %s, which has not ended or is too old', async (period) => {
  await expect(sync().person(period)).rejects.toThrow(`invalid period ${period}: expected one of the 12 quarters that ended last`);
});

test('periods that nobody started are left alone', async () => {
  const gov = sync();
  expect(await gov.openPeriods(START)).toEqual({ started: [], notStarted: [] });
  expect(gov.measured).toEqual([{ open: 0, consecutiveFailures: 0, overdue: 0, putAside: 0, breakerOpenMs: 0 }]);
});

test('a period whose schedule was missed is started 6 hours later, if the sync was there, also after one of a person', async () => {
  const gov = sync();
  await gov.openPeriods(START - HOUR_MS);
  await gov.person('2026Q3');
  const period = { period: '2026Q4', attempt: 1, executionArn: arn(1) };
  expect((await gov.openPeriods(START)).started).toEqual([]);
  expect((await gov.openPeriods(START + 6 * HOUR_MS)).started).toEqual([period]);
  expect((await gov.openPeriods(START + 12 * HOUR_MS)).started).toEqual([]);
});

describe('the first period of a sync', () => {
  const period = { period: '2026Q4', attempt: 1, executionArn: arn(1) };

  test('whose schedule was missed is started 6 hours later, and is overdue from its due date on', async () => {
    const gov = sync();
    // The schedule of every 6 hours runs at the hour of the other one, too. The sync was deployed in between.
    for (const at of [START, START + 5 * HOUR_MS]) expect(await gov.openPeriods(at)).toEqual({ started: [], notStarted: [] });
    gov.stop();
    await expect(gov.openPeriods(START + 6 * HOUR_MS)).rejects.toThrow('stopped before StartExecution');
    expect(gov.inputs).toEqual([]);
    // Written before the start: the alarm of the due date rings, whatever happens then.
    const { dueAt } = gov.item() as { dueAt: number };
    expect((await gov.openPeriods(START + 12 * HOUR_MS)).started).toEqual([period]);
    expect(gov.inputs).toEqual([{ period: '2026Q4', attempt: 1, startedBy: 'schedule' }]);
    await gov.openPeriods(dueAt);
    expect(gov.measured.at(-1)).toMatchObject({ open: 1, overdue: 1 });
    // Its own schedule, a day late: EventBridge Scheduler tries it for so long.
    expect((await gov.periodEnd()).started).toEqual([]);
  });

  test('is left alone if the sync was deployed after the time of its schedule, and the next one is not', async () => {
    const gov = sync();
    for (let at = START + HOUR_MS; at < START + 80 * DAY_MS; at += 6 * HOUR_MS)
      expect(await gov.openPeriods(at)).toEqual({ started: [], notStarted: [] });
    expect(gov.measured.every(({ overdue }) => overdue === 0)).toBe(true);
    const next = Date.parse('2027-04-05T04:00:00Z');
    expect((await gov.openPeriods(next)).started).toEqual([]);
    expect((await gov.openPeriods(next + 6 * HOUR_MS)).started).toMatchObject([{ period: '2027Q1', attempt: 1 }]);
  });

  test('is left alone after a deployment in the middle of a quarter, also if a person starts the one before', async () => {
    const gov = sync();
    const deployed = START + 40 * DAY_MS;
    await gov.person('2026Q3');
    for (let at = deployed; at < deployed + 10 * DAY_MS; at += 6 * HOUR_MS) await gov.openPeriods(at);
    expect(gov.inputs.map(({ period }) => period)).toEqual(['2026Q3']);
    await gov.person('2026Q3');
    expect((await gov.openPeriods(deployed + 10 * DAY_MS)).started).toEqual([]);
  });

  test('is started once by checks at the same time', async () => {
    const gov = sync();
    await Promise.all([gov.openPeriods(START - HOUR_MS), gov.openPeriods(START + HOUR_MS)]);
    await Promise.all(Array.from({ length: 4 }, () => gov.openPeriods(START + 7 * HOUR_MS)));
    expect(gov.inputs).toHaveLength(1);
  });
});

test('no attempt is started while an earlier one, which a person redrove, has the lease', async () => {
  const gov = sync();
  await gov.periodEnd();
  gov.end(1, 'FAILED');
  await gov.openPeriods(START + 6 * HOUR_MS);
  gov.end(1, 'RUNNING');
  gov.end(2, 'SUCCEEDED');
  gov.set({ leaseOwner: arn(1) });
  expect((await gov.openPeriods(START + 12 * HOUR_MS)).notStarted).toEqual([{ period: '2026Q4', attempt: 2, result: 'RUNNING' }]);
  gov.end(1, 'FAILED');
  expect((await gov.openPeriods(START + 12 * HOUR_MS)).started).toHaveLength(1);
});

test('a function that stopped before StartExecution starts the same attempt with the next invocation', async () => {
  const gov = sync();
  gov.stop();
  await expect(gov.periodEnd()).rejects.toThrow('stopped before StartExecution');
  expect(gov.item()).toMatchObject({ attempt: 1 });
  expect((await gov.periodEnd()).started).toEqual([{ period: '2026Q4', attempt: 1, executionArn: arn(1) }]);
  gov.end(1, 'FAILED');
  gov.at(START + HOUR_MS);
  gov.stop();
  await expect(gov.person()).rejects.toThrow('stopped');
  expect((await gov.openPeriods(START + 6 * HOUR_MS)).started).toEqual([{ period: '2026Q4', attempt: 2, executionArn: arn(2) }]);
  expect(gov.inputs[1]).toEqual({ period: '2026Q4', attempt: 2, startedBy: 'ticket 7', why: 'the API is back' });
});

test('a period that cannot be started does not keep others from it, and is an error', async () => {
  const gov = sync();
  await gov.person('2026Q3');
  await gov.periodEnd();
  gov.statuses.set(arn(1, '2026Q3'), 'FAILED');
  gov.end(1, 'FAILED');
  gov.stop();
  await expect(gov.openPeriods(START + 6 * HOUR_MS)).rejects.toThrow('stopped before StartExecution');
  expect(gov.statuses.get(arn(2))).toBe('RUNNING');
  expect(gov.statuses.has(arn(2, '2026Q3'))).toBe(false);
  expect(gov.measured.at(-1)).toMatchObject({ open: 2, consecutiveFailures: 1 });
});

test('invocations at the same time start one attempt, whatever their order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 5 }), fc.boolean(), async (count, hasFailed) => {
      const gov = sync();
      if (hasFailed) {
        await gov.periodEnd();
        gov.end(1, 'FAILED');
      }
      const start = () => (hasFailed ? gov.openPeriods(START + 6 * HOUR_MS) : gov.periodEnd());
      await Promise.all(Array.from({ length: count }, start));
      const attempt = hasFailed ? 2 : 1;
      expect(gov.inputs.map((input) => input.attempt)).toEqual(hasFailed ? [1, 2] : [1]);
      expect(gov.item()).toMatchObject({ attempt, scheduledAttempts: attempt, consecutiveFailures: attempt - 1 });
    }),
    { numRuns: 50 },
  );
});

test('an invocation that was overtaken changes nothing that the other one wrote', async () => {
  const first = sync();
  first.table.overtaken.push(() => first.person());
  expect((await first.periodEnd()).notStarted).toEqual([{ period: '2026Q4', attempt: 1, result: 'RUNNING' }]);
  expect(first.item()).toMatchObject({ attempt: 1, startedBy: 'ticket 7', scheduledAttempts: 0 });

  const others = async (gov: ReturnType<typeof sync>) => {
    await gov.person();
    gov.end(2, 'FAILED');
    await gov.person();
  };
  // Before the failure is counted, and before the number of the attempt is written.
  for (const before of [0, 1]) {
    const gov = sync();
    await gov.periodEnd();
    gov.end(1, 'FAILED');
    for (let change = 0; change < before; change += 1) gov.table.overtaken.push(async () => {});
    gov.table.overtaken.push(() => others(gov));
    expect((await gov.openPeriods(START + 6 * HOUR_MS)).notStarted).toEqual([{ period: '2026Q4', attempt: 3, result: 'RUNNING' }]);
    expect(gov.item()).toMatchObject({ attempt: 3, failedAttempt: 2, consecutiveFailures: 2, startedBy: 'ticket 7' });
  }
});

test('reports that are to be sent count from the due date on, those that were put aside at once, and none of them twice', async () => {
  const gov = sync();
  await gov.periodEnd();
  const { dueAt } = gov.item() as { dueAt: number };
  const measuredAt = async (at: number) => {
    await gov.openPeriods(at);
    return gov.measured.at(-1);
  };
  expect(await measuredAt(dueAt - 1)).toMatchObject({ overdue: 0, open: 1 });
  // Without a list, nobody knows how many reports are missing.
  expect(await measuredAt(dueAt)).toMatchObject({ overdue: 1 });
  for (const [tenant, status] of Object.entries({
    a: 'CONFIRMED',
    b: 'REJECTED',
    c: 'OUTCOME_UNKNOWN',
    d: 'WAITING',
    e: 'PLANNED',
    f: 'WITHDRAWN',
  })) {
    gov.report(tenant, status);
  }
  expect(await measuredAt(dueAt)).toMatchObject({ overdue: 2, putAside: 2 });
  gov.report('d', 'CONFIRMED');
  gov.report('e', 'CONFIRMED');
  gov.set({ status: 'COMPLETE' });
  expect(await measuredAt(dueAt)).toMatchObject({ open: 0, overdue: 0, putAside: 2 });
  gov.report('b', 'CONFIRMED');
  gov.report('c', 'WITHDRAWN');
  expect(await measuredAt(dueAt)).toEqual({ open: 0, consecutiveFailures: 0, overdue: 0, putAside: 0, breakerOpenMs: 0 });
});

test('a period that a decision opened again after its due date is overdue only for reports that are to be sent', async () => {
  const gov = sync();
  await gov.periodEnd();
  const { dueAt } = gov.item() as { dueAt: number };
  gov.report('a', 'CONFIRMED');
  gov.report('b', 'WITHDRAWN');
  gov.end(1, 'SUCCEEDED');
  // As a decision leaves it.
  gov.set({ status: 'INCOMPLETE', closedAt: START, nextAttemptAt: dueAt + DAY_MS, scheduledAttempts: 0 });
  await gov.openPeriods(dueAt + DAY_MS);
  expect(gov.measured.at(-1)).toMatchObject({ open: 1, overdue: 0 });
  gov.report('b', 'PLANNED');
  await gov.openPeriods(dueAt + DAY_MS + HOUR_MS);
  expect(gov.measured.at(-1)).toMatchObject({ open: 1, overdue: 1 });
});

test('the breaker counts while a period is open, half open as well', async () => {
  const gov = sync();
  const breaker = (state: string) => ({ breaker: { S: state }, openedAt: { N: String(START - 7 * HOUR_MS) }, breakerVersion: { N: '3' } });
  gov.table.api = breaker('OPEN');
  await gov.openPeriods(START);
  await gov.periodEnd();
  await gov.openPeriods(START);
  gov.table.api = breaker('HALF_OPEN');
  await gov.openPeriods(START + HOUR_MS);
  gov.table.api = breaker('CLOSED');
  await gov.openPeriods(START + HOUR_MS);
  expect(gov.measured.map(({ breakerOpenMs }) => breakerOpenMs)).toEqual([0, 7 * HOUR_MS, 8 * HOUR_MS, 0]);
});

describe('an event', () => {
  test.each<[unknown, string]>([
    [undefined, 'invalid event: expected an object with kind'],
    ['PERSON', 'invalid event: expected an object with kind'],
    [{}, 'missing kind: expected PERSON'],
    [{ kind: 'STOP' }, 'invalid kind "STOP": expected PERSON'],
    [{ kind: 'PERSON', period: '2026Q4', who: 'ticket 7' }, 'missing why: expected a text of 1 to 1000 characters'],
    [{ kind: 'PERSON', period: '2026Q4', who: ' ', why: 'x' }, 'invalid who " ": expected a text of 1 to 1000 characters'],
    [{ kind: 'PERSON', period: '2026Q4', who: 'x'.repeat(1_001), why: 'x' }, 'expected a text of 1 to 1000 characters'],
    [{ kind: 'PERSON', period: 4, who: 'x', why: 'x' }, 'missing period: expected a quarter, such as 2026Q4'],
    [{ kind: 'PERSON', period: 'Q4', who: 'x', why: 'x' }, 'invalid period "Q4": expected a quarter, such as 2026Q4'],
    [{ kind: 'PERSON', period: '2026Q4', who: 'x', why: 'x', attempt: 1 }, 'invalid field attempt: expected only kind, period, who, why'],
    [{ kind: 'PERIOD_END', scheduledTime: 'soon' }, 'invalid scheduledTime "soon": expected the time of the schedule'],
    [{ kind: 'PERIOD_END', scheduledTime: 'school-02' }, 'invalid scheduledTime "school-02"'],
    [{ kind: 'PERIOD_END', scheduledTime: '2027-13-05T05:00:00Z' }, 'invalid scheduledTime'],
    [{ kind: 'OPEN_PERIODS' }, 'missing scheduledTime: expected the time of the schedule'],
    [{ kind: 'PERIOD_END', scheduledTime: iso(START), period: '2026Q4' }, 'invalid field period: expected only kind, scheduledTime'],
  ])('%j is rejected', (event, message) => expect(() => readStartRequest(event, BERLIN)).toThrow(message));

  test('that quotes invisible characters is escaped in the message', () => {
    expect(() => readStartRequest({ kind: 'PERSON', '\u202ex': 1 }, BERLIN)).toThrow('invalid field \\u202ex');
  });
});
