import { open } from '../../src/lake-erasure/lambda/open';
import { records } from '../../src/lake-erasure/lambda/record';
import { memoryBucket } from './memory';

const request = {
  tenant: 'north-high',
  items: [{ partitionKey: 'north-high#STUDENT#1', wholePartition: true as const }],
  requestedBy: 'TICKET-1',
  reason: 'Article 17',
};
const NOW = Date.parse('2026-11-29T08:00:00Z');

function starting() {
  const bucket = memoryBucket(() => NOW);
  const started: (string | undefined)[] = [];
  const start = async (id?: string) => void started.push(id);
  const dependencies = { records: records(bucket), arrivalTime: 49 * 3_600_000, now: () => NOW, start };
  return { ...{ dependencies, started }, stored: () => bucket.stored().map(({ key }) => key) };
}

test('a request is stored before the erasure starts, and the answer has no keys', async () => {
  const { dependencies, started, stored } = starting();
  const before: string[][] = [];
  const start = async (id?: string) => {
    before.push(stored());
    await dependencies.start(id);
  };
  const [status, ...others] = await open(request, { ...dependencies, start });
  expect(others).toEqual([]);
  expect(status).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{64}$/),
    tenant: 'north-high',
    state: 'open',
    startedAt: '2026-11-29T08:00:00.000Z',
    passes: 0,
    erased: { items: 0, rows: 0, folders: 0, quarantined: 0, exported: 0, results: 0, versions: 0 },
  });
  expect(before).toEqual([[`erasures/open/${status.id}.json`]]);
  expect(started).toEqual([status.id]);
});

test('the same request again is not stored again, and has the state of the erasure', async () => {
  const { dependencies, started, stored } = starting();
  const [{ id }] = await open(request, dependencies);
  const found = await dependencies.records.find(id);
  if (found === undefined) throw new Error('not stored');
  await dependencies.records.save({ ...found, passes: 1 });
  expect(await open(request, dependencies)).toMatchObject([{ id, state: 'waiting', passes: 1, nextPass: '2026-12-01T09:00:00.000Z' }]);
  await dependencies.records.save({ ...found, isInterrupted: true });
  expect(await open(request, dependencies)).toMatchObject([{ id, state: 'incomplete' }]);
  expect(started).toEqual([id, id, id]);
  expect(stored()).toHaveLength(1);
});

test('without a request, all that are open are continued', async () => {
  const { dependencies, started } = starting();
  expect(await open(undefined, dependencies)).toEqual([]);
  expect(started).toEqual([]);
  await open(request, dependencies);
  expect(await open(undefined, dependencies)).toHaveLength(1);
  expect(started).toEqual([expect.any(String), undefined]);
});
