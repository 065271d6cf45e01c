import { runStep } from '../../src/resilient-gov-sync/lambda/steps';
import type { Dependencies, Rules } from '../../src/resilient-gov-sync/lambda/steps/dependencies';
import { periodKey, reportKey } from '../../src/resilient-gov-sync/lambda/sync-table';
import { TRANSPORTS } from '../../src/resilient-gov-sync/lambda/transport';
import { LEASE_MS } from '../../src/resilient-gov-sync/limits';
import { auditInMemory } from './audit-bucket-in-memory';
import { tableInMemory } from './table-in-memory';

const PERIOD = '2026Q4';
const TENANT = 'north-high';
const NOW = Date.UTC(2027, 0, 5, 6);
const EVENT = { period: PERIOD, tenant: TENANT, attempt: 1, execution: 'attempt-1', child: 'child-1' };

interface Options {
  readonly duplicates?: Rules['duplicates'];
  readonly transport?: 'httpTask' | 'function';
  readonly running?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
}

const KEY: Rules['duplicates'] = { mode: 'idempotencyKey', header: 'Idempotency-Key', retainedForMs: 86_400_000 };
const LOOK_UP: Rules['duplicates'] = { mode: 'lookUp', path: '/reports/{tenant}/{period}', visibleAfterMs: 300_000 };
const LOOK_UP_IN_A_DAY: Rules['duplicates'] = { ...LOOK_UP, visibleAfterMs: 86_400_000 };

/** A sync whose time the test sets. */
function sync({ duplicates = KEY, transport = 'httpTask', running = [], files = {} }: Options = {}) {
  const objects = new Map(Object.entries({ [`payloads/${PERIOD}/one.json`]: '{"rows":[1]}', ...files }));
  const clock = { now: NOW };
  const table = { ...tableInMemory(), updateApi: async () => ({}) };
  const { audit, stored, fail } = auditInMemory();
  const lines: object[] = [];
  const dependencies: Dependencies = {
    ...{ table, audit, now: () => clock.now, hasTime: () => true, log: (line) => lines.push(line) },
    isRunning: async (execution) => running.includes(execution),
    async pause(milliseconds) {
      clock.now += milliseconds;
    },
    store: {
      bucket: 'reports',
      sources: async () => [],
      readSource: async () => ({ content: new Uint8Array() }),
      read: async (key) => objects.get(key) ?? '',
      putPayload: async () => ({ key: '', hash: '', bytes: 0 }),
      putList: async () => '',
      readList: async (key) => (objects.get(key) ?? '').split('\n').map((line) => JSON.parse(line) as { tenant: string }),
    },
    rules: {
      ...{ transport: TRANSPORTS[transport], duplicates, confirmation: { receipt: 'receipt' }, path: 'reports', timeZone: 'Europe/Berlin' },
      ...{ callTimeoutMs: 60_000, dueAfterMs: 30 * 86_400_000, rate: { maxPerSecond: 10, latenessMs: 2_000 } },
    },
  };
  const set = (more: object = {}) =>
    table.items.set(`PERIOD#${PERIOD} REPORT#${TENANT}`, {
      ...{
        ...reportKey(PERIOD, TENANT),
        tenant: TENANT,
        status: 'PLANNED',
        since: NOW,
        sends: 0,
        revision: 1,
        worker: 'child-1',
        turns: 1,
      },
      ...{ payloadKey: `payloads/${PERIOD}/one.json`, payloadHash: 'hash', bytes: 1 },
      ...more,
    });
  const setPeriod = (more: object = {}) =>
    table.items.set(`PERIOD#${PERIOD} PERIOD`, {
      ...{ ...periodKey(PERIOD), status: 'SENDING', leaseOwner: 'attempt-1', leaseUntil: NOW + LEASE_MS, attempt: 1 },
      ...more,
    });
  set();
  setPeriod();
  return {
    ...{ clock, table, stored, lines, set, setPeriod, objects, fail },
    report: () => table.items.get(`PERIOD#${PERIOD} REPORT#${TENANT}`),
    period: () => table.items.get(`PERIOD#${PERIOD} PERIOD`),
    step: (name: Parameters<typeof runStep>[0], more: object = {}) => runStep(name, { ...EVENT, ...more }, dependencies),
  };
}

const SENDING = { status: 'SENDING', sender: 'child-1', turn: NOW, sentAt: NOW, sends: 1 };
const answer = (status: number, body: object = {}) =>
  status < 300
    ? { result: { StatusCode: status, Headers: {}, ResponseBody: body } }
    : { error: { Error: `States.Http.StatusCode.${status}`, Cause: JSON.stringify({ StatusCode: status, ResponseBody: body }) } };
const judged = (status: number, body?: object) => ({ call: 'SEND', turn: NOW, answer: answer(status, body) });

describe('Claim the period', () => {
  test('an execution that runs keeps the lease, and one that was stopped loses it at once', async () => {
    const held = sync({ running: ['attempt-0'] });
    held.setPeriod({ leaseOwner: 'attempt-0', leaseUntil: NOW - 1 });
    expect(await held.step('claimPeriod')).toMatchObject({ result: 'HELD' });
    const stopped = sync();
    stopped.setPeriod({ leaseOwner: 'attempt-0', listKey: 'lists/1' });
    expect(await stopped.step('claimPeriod')).toMatchObject({ result: 'LISTED', period: { name: PERIOD } });
    expect(stopped.period()).toMatchObject({ leaseOwner: 'attempt-1', leaseUntil: NOW + LEASE_MS });
  });

  test('a period that has not ended is an error that is not tried again, and nothing is written', async () => {
    const { step, clock, period, setPeriod } = sync();
    setPeriod({ leaseOwner: undefined });
    const before = period();
    clock.now = Date.parse('2026-12-31T23:00:00Z') - 1;
    await expect(step('claimPeriod')).rejects.toMatchObject({
      name: 'PermanentError',
      message: 'invalid period 2026Q4: expected one that has ended, and this one ends at 2026-12-31T23:00:00.000Z',
    });
    expect(period()).toEqual(before);
    clock.now += 1;
    expect(await step('claimPeriod')).toMatchObject({ result: 'CLAIMED' });
  });

  test('a complete period is not sent again', async () => {
    const { step, setPeriod } = sync();
    setPeriod({ status: 'COMPLETE' });
    expect(await step('claimPeriod')).toMatchObject({ result: 'COMPLETE' });
  });
});

describe('Plan the next step', () => {
  test('a report that was to be sent by another execution may have been sent', async () => {
    const { step, set, report } = sync();
    set({ ...SENDING, sender: 'child-0', worker: 'child-0' });
    expect(await step('decide')).toMatchObject({ action: 'SEND' });
    expect(report()).toMatchObject({ status: 'WAITING', unknownSince: NOW, worker: 'child-1' });
  });

  test.each<[string, Rules['duplicates'], number, object]>([
    ['is sent again with its key', KEY, 60_000, { action: 'SEND' }],
    ['is put aside once the API may have forgotten its key', KEY, 86_400_000 - 3_600_000, { action: 'PUT_ASIDE' }],
    // The function of the record 120 s, the lateness of a turn 2 s, the call 60 s, and then 300 s.
    ['is looked up once it must be visible', LOOK_UP, 482_000, { action: 'LOOK_UP' }],
    ['waits until it must be visible', LOOK_UP, 481_999, { action: 'WAIT', until: new Date(NOW + 482_000).toISOString() }],
    ['is put aside if the API offers nothing', { mode: 'neither' }, 60_000, { action: 'PUT_ASIDE' }],
  ])('an unknown outcome %s', async (_, duplicates, later, decision) => {
    const { step, set, clock, setPeriod } = sync({ duplicates });
    set({ status: 'WAITING', unknownSince: NOW, sentAt: NOW, sends: 1 });
    clock.now = NOW + later;
    setPeriod({ leaseUntil: clock.now + LEASE_MS });
    expect(await step('decide')).toMatchObject(decision);
  });

  test('a report that can be looked up only in a day does not keep its place in the map', async () => {
    const { step, set, report, clock, setPeriod } = sync({ duplicates: LOOK_UP_IN_A_DAY });
    set({ status: 'WAITING', unknownSince: NOW, sentAt: NOW, sends: 1, reason: 'HTTP 504' });
    expect(await step('decide')).toEqual({ action: 'DONE', status: 'LEFT' });
    const left = { waitUntil: NOW + 86_582_000, leftBy: 'attempt-1', status: 'WAITING', unknownSince: NOW };
    expect(report()).toMatchObject({ ...left, reason: 'HTTP 504; it is looked up later' });
    // A later attempt that comes too early leaves it, too, and the last quarter of an hour is waited.
    setPeriod({ leaseOwner: 'attempt-2' });
    expect(await step('decide', { execution: 'attempt-2' })).toEqual({ action: 'DONE', status: 'LEFT' });
    expect(report()).toMatchObject({ ...left, leftBy: 'attempt-2', reason: 'HTTP 504; it is looked up later' });
    clock.now = NOW + 86_582_000 - 15 * 60_000;
    setPeriod({ leaseUntil: clock.now + LEASE_MS });
    expect(await step('decide')).toMatchObject({ action: 'WAIT', until: new Date(NOW + 86_582_000).toISOString() });
    clock.now = NOW + 86_582_000;
    expect(await step('decide')).toMatchObject({ action: 'LOOK_UP' });
  });

  // A Wait state ends on the whole second before its time: everything would be asked again and again for the rest of that second.
  test('a wait ends on a whole second, and not before its time', async () => {
    const second = (text: object) => (text as { readonly until: string }).until;
    const { step, set, setPeriod, report, clock } = sync({ duplicates: LOOK_UP });
    setPeriod({ leaseUntil: NOW + 2 * LEASE_MS });
    set({ status: 'WAITING', waitUntil: NOW + 5_001, reason: 'as asked' });
    expect(await step('decide')).toEqual({ action: 'WAIT', until: new Date(NOW + 6_000).toISOString(), reason: 'as asked' });
    clock.now = NOW + 300;
    set({ ...SENDING, sentAt: NOW + 300 });
    const until = second((await step('judge', judged(504))) as object);
    const { waitUntil } = report() as { readonly waitUntil: number };
    expect([Date.parse(until) % 1_000, Date.parse(until) - waitUntil]).toEqual([0, 700]);
    expect(second((await step('noteWait', { reason: 'late', seconds: 60 })) as object)).toBe(new Date(NOW + 61_000).toISOString());
  });

  test('without the lease, the report is left', async () => {
    const { step, setPeriod } = sync();
    setPeriod({ leaseOwner: 'attempt-2' });
    expect(await step('decide')).toEqual({ action: 'DONE', status: 'LEFT' });
  });
});

describe('Record the request', () => {
  const record = (more: object = {}) => ({ call: 'SEND', turn: NOW, ...more });

  test('a send is recorded before it is made, in the table and in the audit', async () => {
    const { step, report, stored } = sync();
    const headers = { 'Idempotency-Key': `${TENANT}#${PERIOD}#hash` };
    expect(await step('record', record())).toEqual({ action: 'GO', path: 'reports', headers, body: { rows: [1] } });
    expect(report()).toMatchObject({ status: 'SENDING', sender: 'child-1', sends: 1, auditEntries: 1 });
    expect(JSON.parse([...stored.values()][0])).toMatchObject({ event: 'SENDING', payloadHash: 'hash' });
  });

  test('a wait that ended too early goes on, and a turn that is over is given up', async () => {
    const early = sync();
    expect(await early.step('record', record({ turn: NOW + 900 }))).toMatchObject({ action: 'GO' });
    expect(early.clock.now).toBeGreaterThanOrEqual(NOW + 900);
    const late = sync();
    late.clock.now = NOW + 2_000;
    expect(await late.step('record', record())).toEqual({ action: 'GIVE_UP' });
    expect(late.report()).toMatchObject({ status: 'PLANNED', sends: 0 });
  });

  test('a turn that ends while it is recorded is taken back', async () => {
    const { step, report, clock, table } = sync();
    table.overtaken.push(async () => {
      clock.now += 5_000;
    });
    expect(await step('record', record())).toEqual({ action: 'GIVE_UP' });
    expect(report()).toMatchObject({ status: 'WAITING', sends: 0, auditEntries: 2 });
    expect(report()).not.toHaveProperty('sentAt');
  });

  test.each<[string, Rules['duplicates']]>([
    ['neither', { mode: 'neither' }],
    ['a key', KEY],
  ])('a send whose entry could not be written was not made, with %s: it is sent in a later turn', async (_, duplicates) => {
    const { step, report, clock, fail } = sync({ duplicates });
    fail(new Error('SlowDown'));
    await expect(step('record', record())).rejects.toThrow('SlowDown');
    expect(report()).toMatchObject({ status: 'PLANNED', sends: 0 });
    // Step Functions tries the step again, too late for the turn.
    clock.now += 4_000;
    expect(await step('record', record())).toEqual({ action: 'GIVE_UP' });
    expect(await step('decide')).toMatchObject({ action: 'SEND' });
    expect(report()).toMatchObject({ status: 'PLANNED', sends: 0 });
    expect(report()).not.toHaveProperty('unknownSince');
  });

  test('a send whose change of the table fails is not made, and its entry stays in the chain', async () => {
    const { step, report, stored, table } = sync();
    table.overtaken.push(() => Promise.reject(new Error('throttled')));
    await expect(step('record', record())).rejects.toThrow('throttled');
    expect(report()).toMatchObject({ status: 'PLANNED', sends: 0 });
    expect(await step('record', record())).toMatchObject({ action: 'GO' });
    expect(report()).toMatchObject({ status: 'SENDING', sends: 1 });
    expect([...stored.values()].every((text) => JSON.parse(text).event === 'SENDING')).toBe(true);
  });

  test('of two invocations at once for one turn one makes the call, and the other one does not take it back', async () => {
    const both = sync();
    const actions = await Promise.all([both.step('record', record()), both.step('record', record())]);
    expect(actions.map((one) => (one as { action: string }).action).sort()).toEqual(['GIVE_UP', 'GO']);
    expect(both.report()).toMatchObject({ status: 'SENDING', sends: 1 });
    // The second one comes after the first one has written: whichever is late then, the call of the other one is not taken back.
    const first = sync();
    first.table.overtaken.push(
      async () => {
        first.clock.now += 5_000;
      },
      async () => {
        first.clock.now = NOW;
        expect(await first.step('record', record())).toMatchObject({ action: 'GO' });
      },
    );
    expect(await first.step('record', record())).toEqual({ action: 'GIVE_UP' });
    expect(first.report()).toMatchObject({ status: 'SENDING', sends: 1 });
    const second = sync();
    await second.step('record', record());
    second.table.overtaken.push(async () => {
      expect(await second.step('record', record())).toMatchObject({ action: 'GO' });
      second.clock.now += 5_000;
    });
    expect(await second.step('record', record())).toEqual({ action: 'GIVE_UP' });
    expect(second.report()).toMatchObject({ status: 'SENDING', sends: 1 });
  });

  test.each<[string, object, object]>([
    ['another child has the report', { worker: 'child-2' }, {}],
    ['another execution has the lease', {}, { leaseOwner: 'attempt-2' }],
    ['the lease ends soon', {}, { leaseUntil: NOW + 60_000 }],
  ])('nothing is sent if %s', async (_, item, lease) => {
    const { step, set, setPeriod, report } = sync();
    set(item);
    setPeriod(lease);
    expect(await step('record', record())).toEqual({ action: 'GIVE_UP' });
    expect(report()).toMatchObject({ status: 'PLANNED' });
  });
});

describe('Evaluate the answer', () => {
  test('a receipt confirms, and a second judgement changes nothing', async () => {
    const { step, set, report } = sync();
    set(SENDING);
    expect(await step('judge', judged(201, { receipt: 'R1' }))).toMatchObject({ next: 'CONFIRMED' });
    expect(report()).toMatchObject({ status: 'CONFIRMED', receipt: 'R1', auditEntries: 1 });
    expect(await step('judge', judged(201, { receipt: 'R2' }))).toEqual({ next: 'CONFIRMED' });
    expect(report()).toMatchObject({ receipt: 'R1', auditEntries: 1 });
  });

  test.each<[number, object, string]>([
    [422, {}, 'REJECTED'],
    [403, {}, 'REJECTED'],
    // An API with keys repeats its first answer, so that this one is about the first send, too.
    ...[400, 422].map((status): [number, object, string] => [status, { unknownSince: NOW - 1 }, 'REJECTED']),
    // These say nothing about the report of the first send.
    ...[300, 302, 308, 402, 403, 404, 405, 406, 410, 411, 413, 414, 415, 417, 421, 423, 424, 426, 428, 431, 451].map(
      (status): [number, object, string] => [status, { unknownSince: NOW - 1 }, 'OUTCOME_UNKNOWN'],
    ),
  ])('HTTP %d, %j: %s', async (status, more, verdict) => {
    const { step, set, report } = sync();
    set({ ...SENDING, ...more });
    expect(await step('judge', judged(status))).toMatchObject({ next: 'PUT_ASIDE' });
    expect(report()).toMatchObject({ status: 'WAITING', verdict });
    expect(await step('putAside')).toEqual({ status: verdict });
    expect(report()).toMatchObject({ status: verdict });
  });

  test.each<[string, Rules['duplicates'], object, object]>([
    ['is sent again with its key', KEY, { next: 'TRY_LATER' }, { status: 'WAITING', unknownSince: NOW }],
    ['waits for its look-up', LOOK_UP, { next: 'WAIT' }, { status: 'WAITING', unknownSince: NOW }],
    ['is put aside', { mode: 'neither' }, { next: 'PUT_ASIDE' }, { verdict: 'OUTCOME_UNKNOWN' }],
    ['is sent again by a promise', { mode: 'neither', notAcceptedStatusCodes: [503] }, { next: 'TRY_LATER' }, { status: 'WAITING' }],
  ])('after a 503 without Retry-After, the report %s', async (_, duplicates, next, item) => {
    const { step, set, report } = sync({ duplicates });
    set(SENDING);
    expect(await step('judge', judged(503))).toMatchObject(next);
    expect(report()).toMatchObject(item);
    if ('notAcceptedStatusCodes' in duplicates) expect(report()).not.toHaveProperty('unknownSince');
  });

  test('a report that can be looked up only in a day is left to a later attempt', async () => {
    const { step, set, report } = sync({ duplicates: LOOK_UP_IN_A_DAY });
    set(SENDING);
    expect(await step('judge', judged(504))).toEqual({ next: 'LEFT', reason: 'HTTP 504; it is looked up later' });
    expect(report()).toMatchObject({ status: 'WAITING', unknownSince: NOW, waitUntil: NOW + 86_582_000, leftBy: 'attempt-1' });
  });

  test('a look-up that finds nothing lets the report be sent again', async () => {
    const { step, set, report } = sync({ duplicates: LOOK_UP });
    set({ status: 'WAITING', unknownSince: NOW - 1, sends: 1, turn: NOW });
    expect(await step('judge', { ...judged(404), call: 'LOOK_UP' })).toMatchObject({ next: 'WAIT', until: new Date(NOW).toISOString() });
    expect(report()).not.toHaveProperty('unknownSince');
    set({ status: 'WAITING', unknownSince: NOW - 1, sends: 1, turn: NOW });
    expect(await step('judge', { ...judged(200, { receipt: 'R' }), call: 'LOOK_UP' })).toMatchObject({ next: 'CONFIRMED' });
  });

  test('the answer of a child of another execution is not judged', async () => {
    const { step, set, report } = sync();
    set({ ...SENDING, worker: 'child-2' });
    expect(await step('judge', judged(201, { receipt: 'R1' }))).toMatchObject({ next: 'WAIT' });
    expect(report()).toMatchObject({ status: 'SENDING' });
  });
});

describe('Close the period', () => {
  const list = { [`lists/${PERIOD}/1`]: `{"tenant":"${TENANT}"}` };

  test('a period with a report that is not settled is incomplete, and the lease is given back', async () => {
    const { step, set, setPeriod, period } = sync({ files: list });
    setPeriod({ listKey: `lists/${PERIOD}/1`, reports: 1 });
    expect(await step('closePeriod')).toEqual({ result: 'INCOMPLETE', counts: { PLANNED: 1 } });
    expect(period()).toMatchObject({ status: 'INCOMPLETE', closingRecord: expect.any(String) });
    expect(period()).not.toHaveProperty('leaseOwner');
    set({ status: 'REJECTED' });
    setPeriod({ listKey: `lists/${PERIOD}/1`, reports: 1 });
    expect(await step('closePeriod')).toEqual({ result: 'COMPLETE', counts: { REJECTED: 1 } });
  });

  test('an attempt that left only reports that can be looked up later has not failed, and says when the next one is', async () => {
    const both = `{"tenant":"${TENANT}"}\n{"tenant":"south-high"}`;
    const { step, set, setPeriod, period, table } = sync({ files: { [`lists/${PERIOD}/1`]: both } });
    const close = (more: object) => {
      setPeriod({ listKey: `lists/${PERIOD}/1`, reports: 2, consecutiveFailures: 2, nextAttemptAt: NOW + 1 });
      table.items.set(`PERIOD#${PERIOD} REPORT#south-high`, { ...reportKey(PERIOD, 'south-high'), tenant: 'south-high', ...more });
      return step('closePeriod');
    };
    const left = { status: 'WAITING', unknownSince: NOW, leftBy: 'attempt-1' };
    set({ ...left, waitUntil: NOW + 86_400_000 });
    expect(await close({ status: 'CONFIRMED' })).toEqual({ result: 'WAITING', counts: { CONFIRMED: 1, WAITING: 1 } });
    expect(period()).toMatchObject({ status: 'WAITING_FOR_LOOK_UP', nextAttemptAt: NOW + 86_400_000, consecutiveFailures: 0 });
    expect(await close({ ...left, waitUntil: NOW + 3_600_000 })).toMatchObject({ result: 'WAITING' });
    expect(period()).toMatchObject({ nextAttemptAt: NOW + 3_600_000 });
    for (const more of [{ status: 'WAITING' }, { status: 'PLANNED' }, { ...left, leftBy: 'attempt-0' }]) {
      expect(await close(more)).toMatchObject({ result: 'INCOMPLETE' });
      expect(period()).toMatchObject({ status: 'INCOMPLETE', nextAttemptAt: NOW + 1, consecutiveFailures: 2 });
    }
  });

  test('an attempt whose reports a person planned again is not counted as failed', async () => {
    const { step, set, setPeriod, period } = sync({ files: list });
    const close = async (more: object) => {
      setPeriod({ listKey: `lists/${PERIOD}/1`, reports: 1, decisionsBefore: 1, ...more });
      expect(await step('closePeriod')).toMatchObject({ result: 'INCOMPLETE' });
      return period();
    };
    expect(await close({ decisions: 2 })).toMatchObject({ status: 'INCOMPLETE', failedAttempt: 1 });
    expect(await close({ decisions: 1 })).not.toHaveProperty('failedAttempt');
    set({ status: 'WAITING' });
    expect(await close({ decisions: 2 })).not.toHaveProperty('failedAttempt');
    setPeriod({ decisions: 3, listKey: 'lists/1', leaseOwner: undefined });
    await step('claimPeriod');
    expect(period()).toMatchObject({ decisionsBefore: 3 });
  });

  test('an object in the audit that the sync did not write does not keep the period from its end, and is logged', async () => {
    const { step, set, setPeriod, stored, lines } = sync({ files: list });
    set({ status: 'CONFIRMED' });
    setPeriod({ listKey: `lists/${PERIOD}/1`, reports: 1 });
    stored.set(`audit/${PERIOD}/${TENANT}/000099.json`, '{}');
    expect(await step('closePeriod')).toMatchObject({ result: 'COMPLETE' });
    expect(lines).toContainEqual(expect.objectContaining({ level: 'ERROR', period: PERIOD, objects: 1 }));
  });
});
