import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { logLines } from '../../src/buffered-ingest-path/lambda/log-lines';
import { processBatch } from '../../src/buffered-ingest-path/lambda/process-batch';
import { TenantStates } from '../../src/buffered-ingest-path/lambda/tenant-states';
import { outcomeLine as backfillLine } from '../../src/lake-backfill/lambda/log-lines';
import { planOf } from '../../src/lake-backfill/lambda/plan';
import type { Outcome } from '../../src/lake-backfill/lambda/process-message';
import { sendRows } from '../../src/lake-backfill/lambda/send-rows';
import { resultLines } from '../../src/lake-compaction/lambda/result-lines';
import { openedLine, openLine, outcomeLine } from '../../src/lake-erasure/lambda/log-lines';
import { erasureId, NOTHING } from '../../src/lake-erasure/lambda/record';
import { readRequest as readErasure } from '../../src/lake-erasure/lambda/request';
import { resultLine } from '../../src/resilient-gov-sync/lambda/lake-reports/result-line';
import { jsonOf } from '../../src/resilient-gov-sync/lambda/lake-reports/value';
import { breakerLine, closedLine, foreignLine, leftLine, putAsideLine, resolvedLine } from '../../src/resilient-gov-sync/lambda/log-lines';
import { measuredLine, outcomeLine as startLine } from '../../src/resilient-gov-sync/lambda/start/log-lines';
import { readStartRequest } from '../../src/resilient-gov-sync/lambda/start/request';
import { writeLines } from '../../src/runtime/log-line';
import { migrationFailureLine, migrationLine } from '../../src/secure-container-service/lambda/migration-lines';
import { Rejected } from '../../src/tenant-isolated-api/lambda/authorization-header';
import { authorize } from '../../src/tenant-isolated-api/lambda/authorize';
import { execute, type OnboardingDependencies } from '../../src/tenant-isolated-api/lambda/onboarding/execute';
import { outcomeLines } from '../../src/tenant-isolated-api/lambda/onboarding/outcome-lines';
import { type OnboardingRequest, readRequest } from '../../src/tenant-isolated-api/lambda/onboarding/request';
import { openLine as openRemovals, removalLine } from '../../src/tenant-removal/lambda/log-lines';
import type { Removal } from '../../src/tenant-removal/lambda/removal';
import { readRequest as readRemoval } from '../../src/tenant-removal/lambda/request';
import type { Directory } from '../../src/tenant-user-pool/lambda/membership';
import { withMembership } from '../../src/tenant-user-pool/lambda/pre-token';
import { destination, FakeDependencies, later, record } from '../buffered-ingest-path/handler-dependencies';
import { service } from '../tenant-isolated-api/onboarding-service';
import { authorizerDependencies } from './authorizer-dependencies';
import { hostileTexts, logged, parsed } from './hostile-texts';
import { LINES } from './who-chooses';

const hostile = Object.entries(hostileTexts);

/** Lines as they come out of the function, by the name of their listing; each property that was there is noted. */
const seen = new Map<string, Set<string>>();
function written(name: (line: Record<string, unknown>) => string, ...lines: readonly object[]): Record<string, unknown>[] {
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  writeLines(...lines);
  const text = write.mock.calls.map(([chunk]) => String(chunk)).join('');
  write.mockRestore();
  const events = text.split('\n').slice(0, -1);
  expect(events).toHaveLength(lines.length);
  return events.map((event) => {
    const line = parsed(event);
    const properties = seen.get(name(line)) ?? new Set();
    seen.set(name(line), properties);
    for (const property of Object.keys(line)) properties.add(property);
    return line;
  });
}

/** All of an embedded metric is the package's own, but for the value of its one dimension. */
function expectMetric(line: Record<string, unknown>, functionName: string): void {
  const { CloudWatchMetrics } = line._aws as { CloudWatchMetrics: { Dimensions: string[][]; Metrics: { Name: string }[] }[] };
  expect(CloudWatchMetrics).toHaveLength(1);
  expect(CloudWatchMetrics[0].Dimensions).toEqual([['FunctionName']]);
  for (const { Name } of CloudWatchMetrics[0].Metrics) expect(typeof line[Name]).toBe('number');
  expect(line.FunctionName).toBe(functionName);
}

describe.each(hostile)('with %s', (_, text) => {
  test('the writer', async () => {
    // As the request template writes them, and as somebody could who may send to the queue.
    const attributes = { correlationId: text, requestId: text, traceparent: text };
    const records = [
      record('no JSON', attributes, 'm-1'),
      record({ student: 's', text }, { ...attributes, tenant: text }, 'm-2'),
      record({ [text]: text }, attributes, 'm-3'),
      record({ student: 's', [text]: text }, { ...attributes, idempotencyKey: 'k' }, 'm-4'),
      record({ student: 't' }, { ...attributes, idempotencyKey: 'k' }, 'm-5'),
      record(text, attributes, 'm-6'),
    ];
    const dependencies = new FakeDependencies((call) =>
      call === 1 ? [{}, { Error: { Code: 'ItemCollectionSizeLimitExceeded' } }] : undefined,
    );
    const result = await processBatch(records, destination, later(dependencies), dependencies);
    const lines = written(
      ({ message }) => `writer: ${message}`,
      ...logLines(result, { functionName: 'writer', invocationId: 'i', at: dependencies.now() }),
    );
    const batch = lines.at(-1) ?? {};
    expectMetric(batch, 'writer');
    expect(batch).toMatchObject({ message: 'Batch processed', messages: 6, Written: 1, Failed: 5, tenants: { 'school-1': 2 } });
    const failures = lines.slice(0, -1);
    expect(failures.map(({ messageId, errorCode }) => [messageId, errorCode])).toEqual([
      ['m-1', 'InvalidBody'],
      ['m-2', 'InvalidTenant'],
      ['m-3', 'InvalidKey'],
      ['m-6', expect.stringMatching(/^Invalid(Body|Key)$/)],
      ['m-5', 'ItemCollectionSizeLimitExceeded'],
    ]);
    for (const failure of failures) {
      expect(failure).toMatchObject({ correlationId: logged(text), requestId: logged(text), traceparent: logged(text) });
      expect(failure.tenant).toBe(failure.messageId === 'm-2' ? undefined : 'school-1');
    }
  });

  test('the writer, for a tenant that has left', async () => {
    const attributes = { correlationId: text, requestId: text, traceparent: text, tenant: 'left-1', idempotencyKey: 'k' };
    const dependencies = new FakeDependencies();
    const { send, now, sleep, random } = dependencies;
    const tenants = new TenantStates({
      ...{ now, sleep, random },
      read: async () => ({ found: [{ tenant: 'left-1', state: 'departed' }], unprocessed: [] }),
    });
    const records = [record({ student: 's', [text]: text }, attributes, 'm-1')];
    const result = await processBatch(records, destination, later(dependencies), { send, now, sleep, random, tenants });
    const [line, batch] = written(
      ({ message }) => `writer: ${message}`,
      ...logLines(result, { functionName: 'writer', invocationId: 'i', at: now() }),
    );
    expectMetric(batch, 'writer');
    expect(batch).toMatchObject({ Written: 0, Failed: 0, Discarded: 1 });
    expect(line).toMatchObject({ messageId: 'm-1', tenant: 'left-1' });
    expect(line).toMatchObject({ correlationId: logged(text), requestId: logged(text), traceparent: logged(text) });
  });

  test('the authorizer', async () => {
    const event = {
      methodArn: 'arn:aws:execute-api:eu-west-1:111122223333:api/prod/GET/grades',
      multiValueHeaders: { authorization: ['Bearer a.b.c'] },
      requestContext: { extendedRequestId: 'S-D5rG9QFiAFnVg=', requestId: text },
    };
    const claims = { tenant: 'north-school', tier: 'standard', sub: 'user-1' };
    const rejections: (() => Promise<Record<string, unknown>>)[] = [
      // A token's claims and header are quoted by what verifies it.
      () => Promise.reject(new Rejected(text)),
      () => Promise.reject(Object.assign(new Error(text), { name: text })),
      () => Promise.reject(text),
      ...Object.keys(claims).map((claim) => async () => ({ ...claims, [claim]: text })),
    ];
    for (const verify of rejections) {
      const lines: object[] = [];
      const outcome = authorize(event, authorizerDependencies({ verify, log: (line) => lines.push(line) }));
      // What it throws, Lambda logs.
      await expect(outcome).rejects.toThrow(/^(Unauthorized|The token could not be verified)$/);
      const [line] = written(({ message }) => `authorizer: ${message}`, ...lines);
      expectMetric(line, 'authorizer');
      expect(line.correlationId).toBe('S-D5rG9QFiAFnVg=');
      expect(line.requestId).toBe(/^[!-~]{1,128}$/.test(text) ? text : undefined);
      expect([logged(text), 'no tenant in the token', 'no tier in the token', 'no user in the token']).toContain(line.reason);
    }
  });

  test('the trigger of the pool', async () => {
    const event = {
      version: '2',
      triggerSource: 'TokenGeneration_HostedAuth',
      userPoolId: 'pool',
      callerContext: { clientId: text },
      request: { userAttributes: { sub: text, email: text, [text]: text }, clientMetadata: { [text]: text } },
    };
    const member = { pk: `USER#${text}`, sk: 'MEMBERSHIP', user: text, tenant: 'north', roles: [] };
    const directory = (items: readonly object[], tenant?: object): Directory => ({
      query: async () => items as never,
      get: async () => tenant as never,
    });
    const north = { tenant: 'north', tier: 'standard', state: 'active' };
    const cases: [object, Directory][] = [
      [event, directory([])],
      [event, directory([{ ...member, tenant: text }])],
      [event, directory([{ ...member, roles: [text] }], north)],
      [event, directory([member], { ...north, state: text })],
      [event, directory([member], { ...north, tier: text })],
      [event, { query: () => Promise.reject(Object.assign(new Error(text), { name: text })), get: async () => undefined }],
      [event, { query: () => Promise.reject(text), get: async () => undefined }],
      [{ ...event, triggerSource: text }, directory([member], north)],
      [{ ...event, version: text }, directory([member], north)],
    ];
    for (const [given, found] of cases) {
      const lines: object[] = [];
      const outcome = withMembership(given as never, {
        directory: found,
        claims: { tenant: 'custom:school_id', tier: 'custom:tier', roles: 'custom:roles' },
        tiers: ['standard'],
        functionName: 'pre-token',
        now: () => 1,
        log: (line) => lines.push(line),
      });
      await expect(outcome).rejects.toThrow(/^Sign-in is not possible$/);
      const [line] = written(({ message }) => `pre-token: ${message}`, ...lines);
      expectMetric(line, 'pre-token');
      expect(line).toMatchObject({ user: logged(text), client: logged(text) });
      expect([undefined, 'north']).toContain(line.tenant);
    }
  });

  test('onboarding', async () => {
    const failing = new Proxy({} as OnboardingDependencies, {
      get: () => new Proxy({}, { get: () => () => Promise.reject(Object.assign(new Error(text), { name: text })) }),
    });
    const working = { directory: { deleteMember: async () => undefined } } as unknown as OnboardingDependencies;
    const withdraw: OnboardingRequest = { action: 'withdraw', members: [{ tenant: 'north', user: `x","tenant":"south` }] };
    for (const dependencies of [failing, working]) {
      const result = await execute(withdraw, dependencies, () => true);
      const [line] = written(({ status }) => `onboarding: ${status}`, ...outcomeLines(withdraw, result));
      expect(line).toMatchObject({ message: 'withdraw', tenant: 'north', user: `x","tenant":"south` });
      expect(line.reason).toBe(dependencies === failing ? logged(`${text}: ${text}`) : undefined);
    }
    const name = ({ status }: Record<string, unknown>) => `onboarding: ${status}`;
    const { act } = service();
    const outcomeOf = async (request: OnboardingRequest) => written(name, ...outcomeLines(request, await act(request)));
    const tenants = [{ tenant: 'north', tier: 'standard', customer: 'crm" 1' }];
    await outcomeOf({ action: 'onboard', tenants });
    await act({ action: 'enroll', members: [{ tenant: 'north', user: 'ada' }] });
    const [again] = await outcomeOf({ action: 'onboard', tenants });
    expect(again.note).toContain('the customer crm" 1');
    const [listed] = await outcomeOf({ action: 'members', tenants: [{ tenant: 'north' }] });
    expect(listed).not.toHaveProperty('members');
    const [leaving] = await outcomeOf({ action: 'offboard', tenants: [{ tenant: 'north' }] });
    expect(leaving).toMatchObject({ level: 'INFO', message: 'offboard', note: expect.stringContaining('1 memberships were removed') });
  });

  test('the function that erases items', () => {
    const request = {
      tenant: 'north-high',
      items: [{ partitionKey: `north-high#${text}`, sortKey: text }],
      requestedBy: text,
      reason: text,
    };
    const name = ({ message }: Record<string, unknown>) => `erasure: ${message}`;
    const startedAt = '2026-11-29T08:00:00.000Z';
    const id = erasureId(request);
    const outcome = { id, tenant: request.tenant, state: 'waiting' as const, startedAt, passes: 1, erased: NOTHING };
    const open = { ...outcome, request, lastInTable: startedAt, isInterrupted: false, cursors: {} };
    const [line] = written(name, outcomeLine(outcome));
    expect(line).toMatchObject({ id: expect.stringMatching(/^[0-9a-f]{64}$/), tenant: 'north-high', state: 'waiting' });
    const [opened] = written(name, openedLine({ ...outcome, state: 'open' }));
    expect(opened).toMatchObject({ message: 'Erasure requested', tenant: 'north-high', state: 'open' });
    const [metric] = written(name, openLine([open], 'erase', Date.parse(startedAt) + 4 * 86_400_000, 49 * 3_600_000));
    expectMetric(metric, 'erase');
    expect(metric).toMatchObject({ Open: 1, Overdue: 1 });
  });

  test('the function that removes the data of tenants has neither who nor why', () => {
    const at = '2026-11-29T08:00:00.000Z';
    const removal: Removal = {
      ...{ tenant: 'north-high', state: 'removing', requestedBy: text, reason: text, startedAt: at, progressAt: at },
      ...{ found: { [text]: 2 }, removed: { [text]: 1 }, pass: 1, done: [], foundInPass: 1, erasures: {}, leaseUntil: 0, version: 1 },
    };
    const name = ({ message }: Record<string, unknown>) => `removal: ${message}`;
    const [line] = written(name, removalLine(removal));
    expect(line).toMatchObject({ tenant: 'north-high', state: 'removing', found: 2, removed: 1 });
    const [metric] = written(name, openRemovals([removal], 'remove', Date.parse(at) + 2 * 86_400_000));
    expectMetric(metric, 'remove');
    expect(metric).toMatchObject({ Open: 1, Overdue: 1 });
    for (const request of [
      { action: text },
      { action: 'count', tenant: `${text}!` },
      { action: 'count', tenant: 'north-high', [text]: 1 },
    ]) {
      expect(() => readRemoval(request)).toThrow(/^(action must be|tenant must match|the fields of count are) /);
    }
  });

  test('the function that runs the steps of a sync has no text of others', () => {
    const lines = [putAsideLine('2026Q4', 'REJECTED'), leftLine('2026Q4', 'WAITING'), breakerLine('OPEN'), breakerLine('CLOSED')];
    const ended = [closedLine('2026Q4', 'COMPLETE', { CONFIRMED: 2 }), closedLine('2026Q4', 'INCOMPLETE', { WAITING: 2 })];
    const found = written(({ message }) => `sync: ${message}`, ...lines, ...ended, foreignLine('2026Q4', 1));
    expect(found.map(({ level }) => level)).toEqual(['WARN', 'WARN', 'WARN', 'INFO', 'INFO', 'WARN', 'ERROR']);
  });

  test('the function with which people decide about reports has neither who nor why', () => {
    const [line] = written(({ message }) => `sync: ${message}`, resolvedLine('2026Q4', 'REPLAY', { PLANNED: 2 }));
    expect(line).toMatchObject({ level: 'INFO', decision: 'REPLAY', counts: { PLANNED: 2 } });
  });

  test('the function that starts attempts of a sync does not log who asked, and its errors are escaped', () => {
    const name = ({ message }: Record<string, unknown>) => `sync: ${message}`;
    const outcome = { period: '2026Q4', attempt: 3, executionArn: 'arn' };
    const lines = (['STARTED', 'RUNNING', 'EXHAUSTED'] as const).map((result) => startLine({ ...outcome, result }));
    expect(written(name, ...lines).map(({ level }) => level)).toEqual(['INFO', 'INFO', 'WARN']);
    const [metric] = written(
      name,
      measuredLine({ open: 1, consecutiveFailures: 3, overdue: 4, putAside: 2, breakerOpenMs: 5 }, 'start', 1),
    );
    expectMetric(metric, 'start');
    expect(metric).toMatchObject({ ConsecutiveFailures: 3, OverdueReports: 4, ReportsPutAside: 2, BreakerOpen: 5, Heartbeat: 1 });
    const person = { kind: 'PERSON', period: '2026Q4', who: 'ticket 7', why: 'the API is back' };
    for (const request of [
      { ...person, period: text },
      { ...person, kind: text },
      { ...person, [`${text}!`]: 1 },
      { kind: 'OPEN_PERIODS', scheduledTime: `${text}!` },
    ]) {
      let thrown = '';
      try {
        readStartRequest(request, 'Europe/Berlin');
      } catch (error) {
        thrown = (error as Error).message;
      }
      expect(thrown).toMatch(/expected /);
      expect(thrown.length).toBeLessThan(2_000);
      expect(parsed(JSON.stringify({ errorMessage: thrown }))).toEqual({ errorMessage: thrown });
    }
  });

  test('the function that compacts folders', () => {
    const folder = { year: 2026, month: 5, tenant: 'north-high' };
    const counts = { compacted: 1, left: 2, filesBefore: 9, filesAfter: 3, scannedBytes: 4, outside: { folders: 3, years: [2024] } };
    const lines = resultLines({ ...counts, failed: [{ folder, reason: text }] }, { functionName: 'compact', at: 1 });
    const [failure, outside, ended] = written(({ message }) => `compaction: ${message}`, ...lines);
    expect(failure).toMatchObject({ year: 2026, month: 5, tenant: 'north-high', reason: logged(text) });
    expect(outside).toMatchObject({ level: 'WARN', folders: 3, years: [2024] });
    expectMetric(ended, 'compact');
    expect(ended).toMatchObject({ Compacted: 1, Failed: 1, Left: 2, Outside: 3, FilesRemoved: 9 });
  });

  test('errors of the function that erases items quote nothing', () => {
    const valid = { tenant: 'north-high', items: [{ partitionKey: 'north-high#1', wholePartition: true }], requestedBy: 'x', reason: 'x' };
    for (const request of [
      { ...valid, tenant: `${text}!` },
      { ...valid, [text]: text },
      { ...valid, items: [{ partitionKey: text, sortKey: text }] },
      { ...valid, items: [{ partitionKey: 'north-high#1', [text]: text }] },
    ]) {
      let thrown = '';
      try {
        readErasure(request, true);
      } catch (error) {
        thrown = (error as Error).message;
      }
      expect(thrown).toMatch(/^(tenant|items\[0\](\.\*|\.partitionKey)|\*) must /);
    }
  });

  test('the function that runs migrations', () => {
    const name = ({ message }: Record<string, unknown>) => `migration: ${message}`;
    const [done] = written(name, migrationLine('Update', 'migrated'));
    expect(done).toMatchObject({ requestType: 'Update', outcome: 'migrated' });
    const [failed] = written(name, migrationFailureLine('Update', new Error(text)));
    expect(failed.reason).toBe(logged(text));
  });

  test('the functions of a backfill', async () => {
    const request = { kind: 'export', backfill: 'b', index: 0, attempt: 1 } as const;
    const name = ({ message }: Record<string, unknown>) => `backfill: ${message}`;
    const log = (outcome: Outcome) => written(name, backfillLine(outcome, { functionName: 'backfill', at: 1 }))[0];
    // An item may contain anything: it is in no line, whether it is sent, too large, or no line of an export.
    const item = { pk: { S: text }, [text]: { S: text } };
    async function* lines() {
      yield JSON.stringify({ Item: item });
      yield JSON.stringify({ Item: { ...item, large: { S: 'x'.repeat(1_024_000) } } });
    }
    const dependencies = {
      ...{ put: async () => [true], quarantine: async () => undefined, sleep: async () => undefined, now: () => 0, random: () => 0 },
    };
    const result = await sendRows(lines(), 0, { keys: ['pk'], firstYear: 1970, exportedAt: 1 }, 1, 1, dependencies);
    const file = { kind: 'file', backfill: 'b', key: 'backfill/a.json.gz', foundAt: 0, from: 0 } as const;
    for (const isComplete of [true, false]) {
      const line = log({ kind: 'sent', file, result: { ...result, isComplete }, isGivenUp: false });
      expectMetric(line, 'backfill');
      expect(line).toMatchObject({ Sent: 1, TooLarge: 1, key: 'backfill/a.json.gz' });
      expect(Object.values(line)).not.toContain(text);
    }
    expect(log({ kind: 'sent', file, result, isGivenUp: true })).toMatchObject({ level: 'ERROR', key: 'backfill/a.json.gz' });
    expect(log({ kind: 'gone', file })).toMatchObject({ key: 'backfill/a.json.gz' });
    for (const kind of ['started', 'waiting', 'limited'] as const) expect(log({ kind, request })).toMatchObject({ index: 0 });
    expect(log({ kind: 'exported', request, files: 1, items: 2 })).toMatchObject({ files: 1, items: 2 });
    for (const isFinal of [true, false]) {
      const line = log({ kind: 'failed', request, reason: text, isFinal });
      expectMetric(line, 'backfill');
      expect(line.reason).toBe(logged(text));
    }
    written(name, { level: 'INFO', message: 'Backfill requested', backfill: 'b', exports: 1 });
    for (const request of [{ [text]: 1 }, { from: text }, { from: '2026-11-29T12:00:00Z', windowMinutes: text }]) {
      let thrown = '';
      try {
        planOf(request, 'b', { earliest: 0, latest: 1_800_000_000 });
      } catch (error) {
        thrown = (error as Error).message;
      }
      expect(thrown).toMatch(/expected /);
      expect(thrown.length).toBeLessThan(2_000);
      expect(parsed(JSON.stringify({ errorMessage: thrown }))).toEqual({ errorMessage: thrown });
    }
  });

  test('the function that makes reports from a lake', async () => {
    const period = { name: '2026Q4', start: '2026-10-01T00:00:00Z', end: '2027-01-01T00:00:00Z' };
    const name = ({ message }: Record<string, unknown>) => `source: ${message}`;
    written(name, resultLine(period, { state: 'DONE', reports: 3 }), resultLine(period, { state: 'WAIT', reason: 'Because.', seconds: 1 }));
    // A value may contain anything: it is in no error.
    for (const kind of ['exact', 'double', 'boolean', 'time', 'json'] as const) {
      let thrown = '';
      try {
        jsonOf(`${text}{`, { name: 'grade', column: 'grade', kind });
      } catch (error) {
        thrown = (error as Error).message;
      }
      expect(thrown).toBe(`the field grade has a value in the result of the query that is no ${kind}`);
    }
  });

  test('errors of onboarding, which Lambda logs', () => {
    const requests: object[] = [
      { action: text },
      { action: 'suspend', [text]: text },
      { action: 'suspend', tenants: text },
      { action: 'suspend', tenants: [{ tenant: text }] },
      { action: 'suspend', tenants: [{ tenant: 'north', [text]: text }] },
      { action: 'onboard', tenants: [{ tenant: 'north', tier: text }] },
      { action: 'enroll', members: [{ tenant: 'north', user: `${text}#` }] },
      { action: 'enroll', members: [{ tenant: 'north', user: 'u', roles: [text, ' '] }] },
    ];
    for (const request of requests) {
      let thrown = '';
      try {
        readRequest(request, ['standard']);
      } catch (error) {
        thrown = (error as Error).message;
      }
      expect(thrown).toMatch(/it must /);
      expect(thrown.length).toBeLessThan(4_000);
      expect(parsed(JSON.stringify({ errorMessage: thrown }))).toEqual({ errorMessage: thrown });
    }
  });
});

test('all properties of all lines are listed, and all listed ones occur', () => {
  const found = Object.fromEntries([...seen].map(([name, properties]) => [name, [...properties].sort()]));
  const listed = Object.fromEntries(Object.entries(LINES).map(([name, properties]) => [name, Object.keys(properties).sort()]));
  expect(found).toEqual(listed);
});

test('functions log only with writeLines, and all of them are listed', () => {
  const source = join(__dirname, '..', '..', 'src');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
  const having = (pattern: RegExp) => files.filter((file) => pattern.test(readFileSync(join(source, file), 'utf8'))).sort();
  expect(having(/\bconsole\.|process\.std(out|err)|_write\(/)).toEqual([join('runtime', 'log-line.ts')]);
  expect(having(/\bwriteLines\b/)).toEqual(
    [
      join('buffered-ingest-path', 'lambda', 'batch-handler.ts'),
      join('lake-backfill', 'send-items.lambda.ts'),
      join('lake-backfill', 'start-backfill.lambda.ts'),
      join('lake-compaction', 'compact.lambda.ts'),
      join('lake-erasure', 'erase.lambda.ts'),
      join('lake-erasure', 'start-erasure.lambda.ts'),
      join('resilient-gov-sync', 'resolve-reports.lambda.ts'),
      join('resilient-gov-sync', 'run-sync.lambda.ts'),
      join('resilient-gov-sync', 'start-sync.lambda.ts'),
      join('resilient-gov-sync', 'lake-reports.lambda.ts'),
      join('runtime', 'log-line.ts'),
      join('secure-container-service', 'migration.lambda.ts'),
      join('tenant-removal', 'remove.lambda.ts'),
      join('tenant-isolated-api', 'authorizer.lambda.ts'),
      join('tenant-isolated-api', 'onboarding.lambda.ts'),
      join('tenant-user-pool', 'pre-token.lambda.ts'),
    ].sort(),
  );
});
