import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import { verifyPeriod } from '../../src/resilient-gov-sync/lambda/audit';
import { sha256 } from '../../src/resilient-gov-sync/lambda/audit/canonical';
import { reportStore, type SourceContent, type TooLarge } from '../../src/resilient-gov-sync/lambda/report-store';
import { readResolveRequest } from '../../src/resilient-gov-sync/lambda/resolve/request';
import { type ResolveDependencies, resolveReports } from '../../src/resilient-gov-sync/lambda/resolve/resolve';
import type { Item } from '../../src/resilient-gov-sync/lambda/sync-table';
import { payloadPrefix } from '../../src/resilient-gov-sync/report-folders';
import { auditInMemory, objectsOf } from './audit-bucket-in-memory';

const NOW = Date.UTC(2027, 0, 7, 9);
const TIME_ZONE = 'Europe/Berlin';
const WHO = { who: 'ticket 12', why: 'course codes corrected' };
const REPORT = JSON.stringify({ rows: [{ grade: 7 }] });

function aside(tenant: string, status: string, more: Item = {}): Item {
  return {
    ...{
      tenant,
      status,
      since: 1,
      payloadKey: `payloads/${tenant}/2026Q4/1`,
      payloadHash: sha256(tenant),
      bytes: 20,
      revision: 1,
      sends: 1,
    },
    ...{ reason: 'HTTP 422', worker: 'child', turns: 3, sender: 'child', turn: 5, sentAt: 5, ...more },
  };
}

/** A sync with a table, a bucket of reports and an audit in memory. */
function sync(reports: readonly Item[], more: Partial<ResolveDependencies> = {}, ofPeriod: Item = {}) {
  const items = new Map(reports.map((item) => [String(item.tenant), item]));
  const memory = auditInMemory();
  const files = new Map<string, string | SourceContent | TooLarge>();
  const period: Item = { status: 'COMPLETE', attempt: 3, listKey: 'lists/2026Q4.jsonl', ...ofPeriod };
  const lines: object[] = [];
  const dependencies: ResolveDependencies = {
    table: {
      read: async ({ sk }) => (sk === 'PERIOD' ? period : items.get(sk.replace('REPORT#', ''))),
      reports: async () => [...items.values()],
    },
    reopening: {
      async change(_, tenant, { set, expect: expected }) {
        const found = items.get(tenant);
        if (!Object.entries(expected).every(([name, value]) => found?.[name] === value)) return false;
        items.set(tenant, Object.fromEntries(Object.entries({ ...found, ...set }).filter(([, value]) => value !== undefined)));
        return true;
      },
    },
    store: {
      async readSource(key) {
        const found = files.get(key);
        if (found === undefined) throw Object.assign(new Error('The specified key does not exist.'), { name: 'NoSuchKey' });
        return typeof found === 'string' ? { content: Buffer.from(found) } : found;
      },
      async putPayload({ period: name, tenant }, content) {
        const text = Buffer.from(content).toString();
        const hash = sha256(text);
        const key = `${payloadPrefix(name, tenant)}${hash}.json`;
        files.set(key, text);
        return { key, hash, bytes: Buffer.byteLength(text) };
      },
    },
    ...{ audit: memory.audit, hasBody: true, execution: 'resolve/1', hasTime: () => true, now: () => NOW, log: (line) => lines.push(line) },
    ...more,
  };
  const resolve = (event: object) => resolveReports(readResolveRequest({ period: '2026Q4', ...WHO, ...event }, TIME_ZONE), dependencies);
  const entries = () => [...memory.stored.values()].map((text) => JSON.parse(text));
  return { resolve, items, files, lines, entries, stored: memory.stored };
}

test('a rejected report is sent again as it is, under the same key, with who and why in the audit', async () => {
  const { resolve, items, entries } = sync([aside('school-1', 'REJECTED'), aside('school-2', 'REJECTED')]);
  expect(await resolve({ kind: 'REPLAY', tenants: ['school-1'] })).toEqual({
    ...{ period: '2026Q4', remaining: 0 },
    reports: [{ tenant: 'school-1', result: 'PLANNED', revision: 1 }],
  });
  expect(items.get('school-1')).toEqual({
    ...{ tenant: 'school-1', status: 'PLANNED', since: NOW, payloadKey: 'payloads/school-1/2026Q4/1', payloadHash: sha256('school-1') },
    ...{
      bytes: 20,
      revision: 1,
      sends: 1,
      worker: 'child',
      turns: 3,
      sender: 'child',
      turn: 5,
      sentAt: 5,
      auditEntries: 1,
      auditHead: entries()[0].hash,
    },
  });
  expect(entries()[0]).toMatchObject({
    ...{ event: 'REPLAYED', tenant: 'school-1', attempt: 3, execution: 'resolve/1', actor: WHO.who, reason: WHO.why },
    payloadHash: sha256('school-1'),
  });
  expect(items.get('school-2')?.status).toBe('REJECTED');
});

test('a corrected report is the next revision, with another hash and key', async () => {
  const { resolve, items, files, entries } = sync([aside('school-1', 'REJECTED')]);
  const { reports } = await resolve({ kind: 'CORRECT', tenant: 'school-1', report: JSON.parse(REPORT) });
  expect(reports).toEqual([{ tenant: 'school-1', result: 'PLANNED', revision: 2 }]);
  const payloadHash = sha256(REPORT);
  expect(items.get('school-1')).toMatchObject({
    payloadHash,
    payloadKey: `payloads/school-1/2026Q4/${payloadHash}.json`,
    rows: 1,
    bytes: REPORT.length,
  });
  expect(files.get(`payloads/school-1/2026Q4/${payloadHash}.json`)).toBe(REPORT);
  expect(entries()).toMatchObject([{ event: 'CORRECTED', payloadHash, actor: WHO.who }]);
});

test('all rejected reports are replayed with what the source has written since, and a bad one does not keep the others from it', async () => {
  const reports = ['a', 'b', 'c', 'd'].map((name) =>
    aside(`school-${name}`, 'REJECTED', name === 'b' ? { payloadHash: sha256(REPORT) } : {}),
  );
  const { resolve, files } = sync([...reports, aside('school-e', 'CONFIRMED'), aside('school-f', 'OUTCOME_UNKNOWN')]);
  files.set('source/2026Q4/school-a.json', REPORT).set('source/2026Q4/school-b.json', REPORT).set('source/2026Q4/school-c.json', 'no JSON');
  expect((await resolve({ kind: 'REPLAY', all: true, fromSource: true })).reports).toEqual([
    { tenant: 'school-a', result: 'PLANNED', revision: 2 },
    // The same text as before.
    { tenant: 'school-b', result: 'PLANNED', revision: 1 },
    { tenant: 'school-c', result: 'FAILED', reason: 'the report is not JSON' },
    { tenant: 'school-d', result: 'FAILED', reason: 'the source has no file source/2026Q4/school-d.json: let it write the report again' },
  ]);
});

test('an unknown outcome ends as accepted, with the receipt, or as not accepted, and then the report is sent again', async () => {
  const { resolve, items, entries } = sync([
    aside('school-1', 'OUTCOME_UNKNOWN', { unknownSince: 5 }),
    aside('school-2', 'OUTCOME_UNKNOWN', { unknownSince: 5 }),
  ]);
  await resolve({ kind: 'ACCEPTED', tenant: 'school-1', receipt: 'r-9' });
  await resolve({ kind: 'NOT_ACCEPTED', tenants: ['school-2'] });
  expect(items.get('school-1')).toMatchObject({ status: 'CONFIRMED', receipt: 'r-9', since: NOW });
  expect(items.get('school-2')).toMatchObject({ status: 'PLANNED', since: NOW });
  for (const tenant of ['school-1', 'school-2']) expect(items.get(tenant)).not.toHaveProperty('unknownSince');
  expect(entries()).toMatchObject([
    { event: 'RESOLVED_ACCEPTED', receipt: 'r-9', actor: WHO.who },
    { event: 'RESOLVED_NOT_ACCEPTED', actor: WHO.who },
  ]);
});

test.each<[kind: object, status: string]>([
  [{ kind: 'REPLAY', tenants: ['school-1'] }, 'OUTCOME_UNKNOWN'],
  [{ kind: 'CORRECT', tenant: 'school-1', report: REPORT }, 'OUTCOME_UNKNOWN'],
  [{ kind: 'NOT_ACCEPTED', tenants: ['school-1'] }, 'WAITING'],
  [{ kind: 'REPLAY', tenants: ['school-1'] }, 'PLANNED'],
  [{ kind: 'NOT_ACCEPTED', tenants: ['school-1'] }, 'CONFIRMED'],
  [{ kind: 'REPLAY', tenants: ['school-1'] }, 'SENDING'],
])('%j changes nothing of a report that is %s', async (event, status) => {
  const { resolve, items, entries } = sync([aside('school-1', status)]);
  const before = items.get('school-1');
  expect((await resolve(event)).reports).toEqual([{ tenant: 'school-1', result: 'NOT_ASIDE', reason: `the report is ${status}` }]);
  expect([items.get('school-1'), entries()]).toEqual([before, []]);
});

describe('a rejected report of which an earlier send may have been accepted', () => {
  const WARNING = expect.stringMatching(/^an earlier send of it may have been accepted, .* say "earlierSendNotAccepted": true$/);
  const CORRECT = { kind: 'CORRECT', tenant: 'school-1', report: REPORT };
  const FROM_SOURCE = { kind: 'REPLAY', fromSource: true };
  const unknown = (name = 'school-1') => {
    const running = sync([aside(name, 'REJECTED', { unknownSince: 5 })]);
    running.files.set(`source/2026Q4/${name}.json`, REPORT);
    return running;
  };

  test.each<[string, object]>([
    ['by a person', CORRECT],
    ['by the source', { ...FROM_SOURCE, tenants: ['school-1'] }],
    ['by the source with all others', { ...FROM_SOURCE, all: true }],
  ])('is not replaced %s, unless the person says that the send was not accepted', async (_, decision) => {
    const { resolve, items, entries } = unknown();
    expect((await resolve(decision)).reports).toEqual([{ tenant: 'school-1', result: 'FAILED', reason: WARNING }]);
    expect([items.get('school-1'), entries()]).toMatchObject([{ status: 'REJECTED', unknownSince: 5, revision: 1 }, []]);
    expect((await resolve({ ...decision, earlierSendNotAccepted: false })).reports).toMatchObject([{ result: 'FAILED' }]);
    expect((await resolve({ ...decision, earlierSendNotAccepted: true })).reports).toMatchObject([{ result: 'PLANNED', revision: 2 }]);
    expect(items.get('school-1')).not.toHaveProperty('unknownSince');
    // Who and why are in the audit for both: what was said about the payload of then, and its replacement.
    expect(entries()).toMatchObject([
      { event: 'RESOLVED_NOT_ACCEPTED', payloadHash: sha256('school-1'), actor: WHO.who, reason: WHO.why },
      { event: 'CORRECTED', payloadHash: sha256(REPORT), actor: WHO.who, reason: WHO.why },
    ]);
    expect(items.get('school-1')).toMatchObject({ auditEntries: 2, auditHead: entries()[1].hash });
  });

  test('is sent again as it is under its key, and stays unknown', async () => {
    for (const decision of [
      { kind: 'REPLAY', tenants: ['school-1'] },
      { kind: 'REPLAY', all: true },
    ]) {
      const { resolve, items, entries } = unknown();
      expect((await resolve(decision)).reports).toMatchObject([{ result: 'PLANNED', revision: 1 }]);
      expect(items.get('school-1')).toMatchObject({ unknownSince: 5, sentAt: 5 });
      expect(entries()).toMatchObject([{ event: 'REPLAYED' }]);
    }
  });

  test('is not unknown any more after the statement, also if it is sent as it is', async () => {
    const { resolve, items, entries } = unknown();
    await resolve({ kind: 'REPLAY', tenants: ['school-1'], earlierSendNotAccepted: true });
    expect(items.get('school-1')).not.toHaveProperty('unknownSince');
    expect(entries()).toMatchObject([{ event: 'RESOLVED_NOT_ACCEPTED' }, { event: 'REPLAYED' }]);
  });

  test('the statement says nothing about a report without such a send', async () => {
    const { resolve, entries } = sync([aside('school-1', 'REJECTED')]);
    await resolve({ ...CORRECT, earlierSendNotAccepted: true });
    expect(entries()).toMatchObject([{ event: 'CORRECTED' }]);
  });
});

test('a rejected report that arrived in another way is ended without a send', async () => {
  const { resolve, items } = sync([aside('school-1', 'REJECTED')]);
  await resolve({ kind: 'ACCEPTED', tenant: 'school-1', receipt: 'letter of 7 January' });
  expect(items.get('school-1')).toMatchObject({ status: 'CONFIRMED', receipt: 'letter of 7 January' });
});

test('a decision is applied once, and a report that does not exist is named', async () => {
  const { resolve, entries } = sync([aside('school-1', 'REJECTED')]);
  const event = { kind: 'REPLAY', tenants: ['school-1', 'school-1', 'school-x'] };
  await resolve(event);
  expect((await resolve(event)).reports).toEqual([
    { tenant: 'school-1', result: 'NOT_ASIDE', reason: 'the report is PLANNED' },
    { tenant: 'school-x', result: 'NOT_ASIDE', reason: 'there is no report of this name in 2026Q4' },
  ]);
  expect(entries()).toHaveLength(1);
});

test('a report that was never sent, because it cannot be, is corrected or comes from the source again', async () => {
  const { resolve, items, files } = sync([aside('school-1', 'REJECTED', { sends: 0, reason: 'the report is not JSON' })]);
  const replay = { kind: 'REPLAY', tenants: ['school-1'] };
  expect((await resolve(replay)).reports).toEqual([
    {
      ...{ tenant: 'school-1', result: 'FAILED' },
      reason: 'it was never sent, because it cannot be: correct it, or replay it from the source',
    },
  ]);
  files.set('source/2026Q4/school-1.json', REPORT);
  expect((await resolve({ ...replay, fromSource: true })).reports).toEqual([{ tenant: 'school-1', result: 'PLANNED', revision: 2 }]);
  expect(items.get('school-1')).toMatchObject({ payloadHash: sha256(REPORT), rows: 1 });
});

test.each<[string, Item]>([
  ['that the list put aside', { sends: 0, reason: 'the report is not JSON' }],
  ['that was withdrawn then', { sends: 0, status: 'WITHDRAWN', verdict: 'REJECTED' }],
])('a report %s, because it cannot be sent, is not sent as "not accepted"', async (_, more) => {
  const before = aside('school-1', 'REJECTED', more);
  const { resolve, items, entries } = sync([before]);
  expect((await resolve({ kind: 'NOT_ACCEPTED', tenants: ['school-1'] })).reports).toEqual([
    { tenant: 'school-1', result: 'FAILED', reason: 'it was never sent, because it cannot be: correct it, or withdraw it' },
  ]);
  expect([items.get('school-1'), entries()]).toEqual([before, []]);
});

test('a report that cannot be sent stays so when it is withdrawn, and one that was only never sent can be sent later', async () => {
  const { resolve, items } = sync(
    [
      aside('school-1', 'REJECTED', { sends: 0 }),
      aside('school-2', 'PLANNED', { sends: 0, verdict: 'REJECTED' }),
      aside('school-3', 'PLANNED', { sends: 0 }),
    ],
    {},
    { status: 'INCOMPLETE' },
  );
  const tenants = ['school-1', 'school-2', 'school-3'];
  expect((await resolve({ kind: 'WITHDRAWN', tenants })).reports).toMatchObject(tenants.map(() => ({ result: 'WITHDRAWN' })));
  const results = (await resolve({ kind: 'REPLAY', tenants })).reports.map(({ result }) => result);
  expect(results).toEqual(['FAILED', 'FAILED', 'PLANNED']);
  expect(tenants.map((tenant) => items.get(tenant)?.status)).toEqual(['WITHDRAWN', 'WITHDRAWN', 'PLANNED']);
});

test.each<[string, SourceContent | TooLarge, string]>([
  [
    'that it could not make',
    { content: Buffer.from(REPORT), notMade: 'no row for grade' },
    'the source could not make it: no row for grade',
  ],
  ['that is no UTF-8', { content: Buffer.from([0x22, 0xff, 0x22]) }, 'the report is not UTF-8'],
  ['that is too large', { tooLarge: 16_777_217 }, 'the report has 16777217 bytes: expected at most 16777216'],
  ['that is nested too deeply', { content: Buffer.from('['.repeat(50_000) + ']'.repeat(50_000)) }, 'the report is nested too deeply'],
])('a file of the source %s is not sent, as in the list', async (_, file, reason) => {
  const before = aside('school-1', 'REJECTED', { payloadHash: sha256(REPORT) });
  const { resolve, items, files, entries } = sync([before]);
  files.set('source/2026Q4/school-1.json', file);
  expect((await resolve({ kind: 'REPLAY', all: true, fromSource: true })).reports).toEqual([
    { tenant: 'school-1', result: 'FAILED', reason },
  ]);
  expect([items.get('school-1'), entries()]).toEqual([before, []]);
});

test('a file that the source could not make, and then confirms as it is, is sent from where payloads are', async () => {
  const key = 'source/2026Q4/school-1.json';
  const { resolve, items, files } = sync([aside('school-1', 'REJECTED', { sends: 0, payloadKey: key, payloadHash: sha256(REPORT) })]);
  files.set(key, REPORT);
  expect((await resolve({ kind: 'REPLAY', all: true, fromSource: true })).reports).toMatchObject([{ result: 'PLANNED', revision: 1 }]);
  expect(items.get('school-1')).toMatchObject({
    payloadKey: `payloads/school-1/2026Q4/${sha256(REPORT)}.json`,
    bytes: REPORT.length,
    rows: 1,
  });
});

test('the store does not read a file that is larger than any report', async () => {
  const Body = Readable.from(['a', 'b']);
  const client = { send: async () => ({ Body, ContentLength: 16_777_217 }) } as unknown as S3Client;
  expect(await reportStore(client, 'reports').readSource('source/2026Q4/school-1.json')).toEqual({ tooLarge: 16_777_217 });
  expect(Body.destroyed).toBe(true);
});

describe('a report that no attempt can settle', () => {
  const ACCEPTED = { kind: 'ACCEPTED', tenant: 'school-1', receipt: 'letter of 7 January' };
  const WITHDRAWN = { kind: 'WITHDRAWN', tenants: ['school-1'] };
  const waiting = (status: string, ofPeriod: Item, more: Partial<ResolveDependencies> = {}) =>
    sync([aside('school-1', status, { waitUntil: NOW + 1, leftBy: 'attempt', verdict: 'REJECTED' })], more, ofPeriod);

  test.each(['PLANNED', 'WAITING', 'SENDING'])('and is %s is ended by a person', async (status) => {
    // An attempt that was stopped keeps its lease, which ends.
    for (const ofPeriod of [{ status: 'INCOMPLETE' }, { status: 'SENDING', leaseOwner: 'attempt', leaseUntil: NOW }]) {
      const accepted = waiting(status, ofPeriod);
      expect((await accepted.resolve(ACCEPTED)).reports).toMatchObject([{ result: 'CONFIRMED' }]);
      expect(accepted.items.get('school-1')).toMatchObject({ status: 'CONFIRMED', receipt: 'letter of 7 January' });
      const withdrawn = waiting(status, ofPeriod);
      expect((await withdrawn.resolve(WITHDRAWN)).reports).toMatchObject([{ result: 'WITHDRAWN' }]);
      // What was being sent is unknown if it is sent after all.
      expect(withdrawn.items.get('school-1')?.unknownSince).toBe(status === 'SENDING' ? 5 : undefined);
      // A child of the attempt that was stopped does not have it any more.
      for (const { items, entries } of [accepted, withdrawn]) {
        for (const name of ['worker', 'turns', 'waitUntil', 'leftBy', 'verdict']) expect(items.get('school-1')).not.toHaveProperty(name);
        expect(entries()).toHaveLength(1);
      }
    }
  });

  test.each(['PLANNED', 'WAITING', 'SENDING'])('and is %s is not ended while an attempt runs', async (status) => {
    const { resolve, items, entries } = waiting(status, { status: 'SENDING', leaseOwner: 'attempt', leaseUntil: NOW + 1 });
    const before = items.get('school-1');
    for (const decision of [ACCEPTED, WITHDRAWN])
      expect((await resolve(decision)).reports).toEqual([
        {
          ...{ tenant: 'school-1', result: 'NOT_ASIDE' },
          reason: 'an attempt runs, which may still send it: repeat when it has ended',
        },
      ]);
    expect([items.get('school-1'), entries()]).toEqual([before, []]);
  });

  test('is changed only as it was read, and only while no attempt runs', async () => {
    const changes: unknown[][] = [];
    const change = async (...given: unknown[]) => changes.push(given) > 0;
    const { resolve } = waiting('WAITING', { status: 'INCOMPLETE' }, { reopening: { change } });
    await resolve(ACCEPTED);
    const aboutIt = { status: 'WAITING', worker: 'child', turns: 3, revision: 1 };
    expect(changes).toMatchObject([['2026Q4', 'school-1', { expect: aboutIt }, true]]);
  });
});

describe('the audit says which decision took effect', () => {
  const BOTH = [
    { kind: 'ACCEPTED', tenant: 'school-1', receipt: 'R-1' },
    { kind: 'NOT_ACCEPTED', tenants: ['school-1'] },
  ];
  const unknown = (more: Partial<ResolveDependencies> = {}) => sync([aside('school-1', 'OUTCOME_UNKNOWN', { unknownSince: 5 })], more);
  const CHANGED = 'it was changed by somebody else at the same time, or an attempt began';

  test('of two at the same time', async () => {
    const { resolve, items, entries, stored } = unknown();
    const reports = await Promise.all(BOTH.map((decision) => resolve(decision)));
    const results = reports.map(({ reports: [{ result }] }) => result);
    const applied = results.findIndex((result) => result !== 'NOT_ASIDE');
    expect(results.filter((result) => result === 'NOT_ASIDE')).toHaveLength(1);
    const other = entries().find(({ event }) => event === ['RESOLVED_ACCEPTED', 'RESOLVED_NOT_ACCEPTED'][1 - applied]);
    expect(entries()).toHaveLength(3);
    expect(entries()[2]).toMatchObject({ event: 'DECISION_NOT_APPLIED', reason: `entry ${other.number}: ${CHANGED}`, actor: WHO.who });
    expect(items.get('school-1')?.status).toBe(['CONFIRMED', 'PLANNED'][applied]);
    expect(verifyPeriod(objectsOf(stored), '2026Q4').findings).toMatchObject([{ kind: 'MISSING_CLOSING_RECORD' }]);
  });

  test('of a statement and a correction, neither did', async () => {
    const change = async () => false;
    const { resolve, entries, files } = sync([aside('school-1', 'REJECTED', { unknownSince: 5 })], { reopening: { change } });
    files.set('source/2026Q4/school-1.json', REPORT);
    await resolve({ kind: 'REPLAY', all: true, fromSource: true, earlierSendNotAccepted: true });
    expect(entries()[2]).toMatchObject({ event: 'DECISION_NOT_APPLIED', reason: `entry 1 and 2: ${CHANGED}` });
  });

  test('of a change that fails', async () => {
    const change = () => Promise.reject(new Error('throttled'));
    const { resolve, entries } = unknown({ reopening: { change } });
    expect((await resolve(BOTH[0])).reports).toEqual([{ tenant: 'school-1', result: 'FAILED', reason: 'throttled' }]);
    expect(entries()).toMatchObject([{ event: 'RESOLVED_ACCEPTED' }, { event: 'DECISION_NOT_APPLIED', reason: 'entry 1: throttled' }]);
  });

  test('of a change that was applied, although its answer was lost', async () => {
    const running = unknown();
    const lost = unknown({
      reopening: {
        async change(_, tenant, { set }) {
          lost.items.set(tenant, { ...lost.items.get(tenant), ...set });
          throw new Error('socket hang up');
        },
      },
    });
    expect((await lost.resolve(BOTH[0])).reports).toEqual((await running.resolve(BOTH[0])).reports);
    expect(lost.entries()).toMatchObject([{ event: 'RESOLVED_ACCEPTED' }]);
  });
});

test('the entries of a person are part of the chain', async () => {
  const { resolve, items, stored } = sync([aside('school-1', 'REJECTED')]);
  for (let times = 0; times < 3; times++) {
    items.set('school-1', { ...items.get('school-1'), status: 'REJECTED' });
    await resolve({ kind: 'REPLAY', all: true });
  }
  expect(verifyPeriod(objectsOf(stored), '2026Q4')).toMatchObject({ entries: 3, findings: [{ kind: 'MISSING_CLOSING_RECORD' }] });
});

test('an invocation without time left says how many reports remain', async () => {
  let left = 2;
  const { resolve, lines } = sync(
    ['a', 'b', 'c', 'd', 'e'].map((name) => aside(`school-${name}`, 'REJECTED')),
    { hasTime: () => left-- > 0 },
  );
  expect(await resolve({ kind: 'REPLAY', all: true })).toMatchObject({ remaining: 3, reports: [{}, {}] });
  expect(lines).toEqual([{ level: 'INFO', message: 'Reports resolved', period: '2026Q4', decision: 'REPLAY', counts: { PLANNED: 2 } }]);
});

test('a corrected report that no HTTP Task can send is an error', async () => {
  const large = JSON.stringify({ rows: ['x'.repeat(210_000)] });
  const event = { kind: 'CORRECT', tenant: 'school-1', report: large };
  expect((await sync([aside('school-1', 'REJECTED')]).resolve(event)).reports).toMatchObject([
    {
      result: 'FAILED',
      reason: expect.stringMatching(/^the report has 2100\d\d bytes, and an HTTP Task sends at most 204800: use Transport.fromFunction$/),
    },
  ]);
  expect((await sync([aside('school-1', 'REJECTED')], { hasBody: false }).resolve(event)).reports).toMatchObject([{ result: 'PLANNED' }]);
});

test('a period without a list has nothing to resolve', async () => {
  const table = { read: async () => ({ status: 'WAITING_FOR_DATA' }), reports: async () => [] };
  await expect(sync([], { table }).resolve({ kind: 'REPLAY', all: true })).rejects.toThrow('2026Q4 has no reports yet');
});

const VALID = { kind: 'REPLAY', period: '2026Q4', all: true, ...WHO };
test.each<[event: unknown, message: string]>([
  [null, 'invalid event: expected an object with kind'],
  [{ ...VALID, kind: 'DELETE' }, 'invalid kind: expected one of REPLAY, CORRECT, ACCEPTED, NOT_ACCEPTED'],
  [{ ...VALID, kind: 'constructor' }, 'invalid kind: expected one of REPLAY, CORRECT, ACCEPTED, NOT_ACCEPTED'],
  [
    { ...VALID, report: 'secret' },
    'invalid field report: expected only kind, period, who, why, tenants, all, fromSource, earlierSendNotAccepted',
  ],
  [{ ...VALID, period: '2026' }, 'invalid period "2026": expected a quarter, such as 2026Q4'],
  [{ ...VALID, period: 4 }, 'invalid period: expected a quarter, such as 2026Q4'],
  [{ ...VALID, who: undefined }, 'invalid who: expected a text of 1 to 1000 characters'],
  [{ ...VALID, why: '  ' }, 'invalid why: expected a text of 1 to 1000 characters'],
  [{ ...VALID, why: 'x'.repeat(1_001) }, 'invalid why: expected a text of 1 to 1000 characters'],
  [{ ...VALID, all: false }, 'invalid all: expected true without tenants, or tenants alone'],
  [{ ...VALID, tenants: ['a'] }, 'invalid all: expected true without tenants, or tenants alone'],
  [{ ...VALID, all: undefined }, 'invalid tenants: expected a list of 1 to 1000 texts'],
  [{ ...VALID, all: undefined, tenants: Array.from({ length: 1_001 }, () => 'a') }, 'invalid tenants: expected a list of 1 to 1000 texts'],
  [{ ...VALID, all: undefined, tenants: ['a', 7] }, 'invalid tenants[1]: expected a text of 1 to 1000 characters'],
  [{ ...VALID, fromSource: 'yes' }, 'invalid fromSource: expected true or false'],
  [{ ...VALID, earlierSendNotAccepted: 'yes' }, 'invalid earlierSendNotAccepted: expected true or false'],
  [{ kind: 'NOT_ACCEPTED', ...WHO, tenants: ['a'], earlierSendNotAccepted: true }, 'invalid field earlierSendNotAccepted'],
  [{ kind: 'CORRECT', period: '2026Q4', ...WHO, tenant: 'a', report: 7 }, 'invalid report: expected an object, or its text in JSON'],
  [{ kind: 'CORRECT', period: '2026Q4', ...WHO, tenant: 'a', report: '"\ud800"' }, 'invalid report: its text has half of a surrogate pair'],
  [{ kind: 'ACCEPTED', period: '2026Q4', ...WHO, tenant: 'a' }, 'invalid receipt: expected a text of 1 to 1000 characters'],
])('an invalid event is an error that names the field, case %#', (event, message) => {
  expect(() => readResolveRequest(event, TIME_ZONE)).toThrow(message);
});

test.each(['REJECTED', 'OUTCOME_UNKNOWN'])(
  'a report that is %s and shall not be sent is withdrawn, with who and why in the audit',
  async (status) => {
    const before = aside('school-1', status, { verdict: undefined, waitUntil: NOW + 1, unknownSince: 4 });
    const { resolve, items, entries } = sync([before]);
    const withdrawn = { tenant: 'school-1', result: 'WITHDRAWN', revision: 1 };
    expect((await resolve({ kind: 'WITHDRAWN', tenants: ['school-1'], why: 'the school was closed' })).reports).toEqual([withdrawn]);
    expect(entries()).toMatchObject([
      { event: 'WITHDRAWN', actor: WHO.who, reason: 'the school was closed', payloadHash: sha256('school-1') },
    ]);
    // What is not known about it stays so.
    expect(items.get('school-1')).toMatchObject({ status: 'WITHDRAWN', reason: 'the school was closed', since: NOW, unknownSince: 4 });
    expect(items.get('school-1')).not.toHaveProperty('waitUntil');
    // Once is enough, and "all" is not about it.
    expect((await resolve({ kind: 'WITHDRAWN', tenants: ['school-1'] })).reports).toEqual([
      { tenant: 'school-1', result: 'NOT_ASIDE', reason: 'the report is WITHDRAWN' },
    ]);
    expect((await resolve({ kind: 'REPLAY', all: true })).reports).toEqual([]);
  },
);

test('a report that was withdrawn can be sent after all, as what it was before', async () => {
  const { resolve, items } = sync([aside('school-1', 'WITHDRAWN', { unknownSince: 4 })]);
  expect((await resolve({ kind: 'REPLAY', tenants: ['school-1'] })).reports).toMatchObject([{ result: 'PLANNED' }]);
  expect(items.get('school-1')).toMatchObject({ status: 'PLANNED', unknownSince: 4 });
});

test('a confirmed report is not withdrawn', async () => {
  const { resolve, entries } = sync([aside('school-1', 'CONFIRMED')]);
  expect((await resolve({ kind: 'WITHDRAWN', tenants: ['school-1'] })).reports).toMatchObject([{ result: 'NOT_ASIDE' }]);
  expect(entries()).toEqual([]);
});

test.each(['REPLAY', 'CORRECT', 'ACCEPTED', 'NOT_ACCEPTED', 'WITHDRAWN'])(
  'nothing is decided about a report whose data was removed: %s',
  async (kind) => {
    const removed = { tenant: 'school-1', status: 'WITHDRAWN', since: 1, revision: 1, sends: 1, auditEntries: 2, removedAt: 5 };
    const { resolve, items, stored } = sync([removed]);
    const more = { CORRECT: { report: { rows: [] } }, ACCEPTED: { receipt: 'R-1' } }[kind];
    const about = more === undefined ? { tenants: ['school-1'] } : { tenant: 'school-1', ...more };
    expect((await resolve({ kind, ...about })).reports).toEqual([
      { tenant: 'school-1', result: 'NOT_ASIDE', reason: 'its data was removed, because the tenant has left' },
    ]);
    expect([items.get('school-1'), stored.size]).toEqual([removed, 0]);
  },
);

test('a decision that has read the report before its data was removed has no effect, and the audit says so', async () => {
  const report = aside('school-1', 'WITHDRAWN');
  const { resolve, items, entries } = sync([report], {
    reopening: {
      async change(_, tenant, { expect: expected }) {
        items.set(tenant, { ...report, removedAt: 5 });
        const found = items.get(tenant);
        return Object.entries(expected).every(([name, value]) => found?.[name] === value);
      },
    },
  });
  expect((await resolve({ kind: 'REPLAY', tenants: ['school-1'] })).reports).toMatchObject([{ result: 'NOT_ASIDE' }]);
  expect(entries().map(({ event }) => event)).toEqual(['REPLAYED', 'DECISION_NOT_APPLIED']);
});
