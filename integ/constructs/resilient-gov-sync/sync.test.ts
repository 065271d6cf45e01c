import { type RunningSync, startSync } from './start-sync';

// A period from its source to the API: every call is authorized by the policies of the template.
const TENANTS = ['north-high', 'south-high', 'east-high', 'west-high', 'Ünïcode school/1', 'upper-high'];
let sync: RunningSync | undefined;
afterEach(() => sync?.close());

test('each report of a period is confirmed once', async () => {
  sync = await startSync({ tenants: TENANTS });
  const ended = await sync.end(await sync.start(1));
  expect([ended.status, ended.error, ended.cause]).toEqual(['SUCCEEDED', undefined, undefined]);
  const reports = await sync.reports();
  expect(Object.keys(reports).sort()).toEqual([...TENANTS].sort());
  const { figures, reports: accepted } = sync.api.record();
  for (const { status, receipt, reason } of Object.values(reports))
    expect([status, reason, typeof receipt]).toEqual(['CONFIRMED', undefined, 'string']);
  expect([figures.accepted, figures.doubled, accepted.length]).toEqual([TENANTS.length, 0, TENANTS.length]);
  expect(await sync.period()).toMatchObject({ status: 'COMPLETE', reports: TENANTS.length, closingRecord: expect.any(String) });
}, 180_000);
