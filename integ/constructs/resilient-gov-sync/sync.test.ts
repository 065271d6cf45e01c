import { STABLE } from '../../government-api';
import { type RunningSync, startSync } from './start-sync';

// A period from its source to the API: every call is authorized by the policies of the template.
const TENANTS = ['north-high', 'south-high', 'east-high', 'west-high', 'Ünïcode school/1', 'upper-high'];
const MINUTE_MS = 60_000;
let sync: RunningSync | undefined;
afterEach(() => sync?.close());

test('each report is confirmed once, whatever others are; while the API is in maintenance, only probes reach it', async () => {
  const until = Date.now() + 60 * MINUTE_MS;
  sync = await startSync({ tenants: [...TENANTS, 'broken-high'], api: { behaviour: STABLE, maintenance: [{ from: 0, until }] } });
  const ended = await sync.end(await sync.start(1));
  expect([ended.status, ended.error, ended.cause]).toEqual(['SUCCEEDED', undefined, undefined]);
  const reports = await sync.reports();
  const { 'broken-high': broken, ...sent } = reports;
  expect(broken).toMatchObject({ status: 'REJECTED', reason: 'the report is not JSON', sends: 0, auditEntries: 1 });
  expect(Object.keys(sent).sort()).toEqual([...TENANTS].sort());
  const { figures, reports: accepted, arrivals } = sync.api.record();
  for (const { status, receipt, reason } of Object.values(sent))
    expect([status, reason, typeof receipt]).toEqual(['CONFIRMED', undefined, 'string']);
  expect([figures.accepted, figures.doubled, accepted.length]).toEqual([TENANTS.length, 0, TENANTS.length]);
  expect(await sync.period()).toMatchObject({ status: 'COMPLETE', reports: TENANTS.length + 1, closingRecord: expect.any(String) });

  // Each report can reach the API before the fifth failure opens the breaker. After it, each probe opens it for at least a minute.
  const failed = arrivals.filter(({ outcome }) => outcome === 'maintenance').map(({ at }) => at);
  const probes = failed.slice(TENANTS.length);
  expect(probes.length).toBeGreaterThanOrEqual(3);
  const gaps = probes.map((at, place) => at - failed[TENANTS.length + place - 1]);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(MINUTE_MS);

  // A period that has not ended is not sent, whoever starts its execution, and it is not tried again.
  const early = await sync.end(await sync.start(1, '2099Q4'));
  expect(early).toMatchObject({ status: 'FAILED', error: 'PermanentError' });
  expect(String(early.cause)).toContain('invalid period 2099Q4: expected one that has ended, and this one ends at 2099-12-31T23:00');
  expect(sync.api.record().arrivals).toHaveLength(arrivals.length);
}, 180_000);
