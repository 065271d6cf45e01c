import { createMetricStore, MINUTE_MS, TooManyMetrics } from './store';

const START = Date.UTC(2026, 10, 30, 8);
const ID = { namespace: 'Shop', name: 'Latency', dimensions: { Service: 'orders' } };
const minutes = (count: number) => START + count * MINUTE_MS;

function open(kept?: number) {
  const reported: string[] = [];
  const time = { now: START };
  const store = createMetricStore({ now: () => time.now }, (line) => reported.push(line), kept);
  const put = (minute: number, value: number, more: { unit?: string; count?: number } = {}) =>
    store.put({ ...ID, at: minutes(minute), value, ...more });
  return { store, put, reported, time };
}

// Documented: "CloudWatch statistics definitions" (Amazon CloudWatch User Guide).
test('the statistics of a period are those of its values', () => {
  const { store, put } = open();
  for (const [minute, value] of [
    [0, 1],
    [0, 3],
    [1, 8],
    [5, 100],
  ])
    put(minute, value);
  const of = (statistic: Parameters<typeof store.values>[1]) => store.values(ID, statistic, 120, START, minutes(6));
  expect(of('Sum')).toEqual([12, undefined, 100]);
  expect(of('Average')).toEqual([4, undefined, 100]);
  expect(of('Minimum')).toEqual([1, undefined, 100]);
  expect(of('Maximum')).toEqual([8, undefined, 100]);
  expect(of('SampleCount')).toEqual([3, undefined, 1]);
});

test('percentiles are of the values as often as they occurred', () => {
  const { store, put } = open();
  put(0, 10, { count: 95 });
  put(1, 20, { count: 5 });
  const of = (percent: number) => store.values(ID, `p${percent}`, 120, START, minutes(2))[0];
  expect([of(50), of(90), of(100)]).toEqual([10, 10, 20]);
  expect(of(95)).toBeCloseTo(10.5);
});

test('many different values keep their percentiles within 1 %', () => {
  const { store, put } = open();
  for (let value = 1; value <= 10_000; value += 1) put(0, value);
  const [p95 = 0] = store.values(ID, 'p95', 60, START, minutes(1));
  expect(Math.abs(p95 - 9_500) / 9_500).toBeLessThan(0.011);
  expect(store.values(ID, 'Sum', 60, START, minutes(1))).toEqual([50_005_000]);
});

// Documented: "GetMetricStatistics": percentiles need raw values, and "Percentiles" of the concepts: none with negative values.
test('percentiles are not available of statistic sets and of negative values', () => {
  const { store, put } = open();
  store.putSet(ID, 'None', START, { count: 2, sum: 4, minimum: 1, maximum: 3 });
  store.putSet(ID, 'None', minutes(1), { count: 2, sum: 6, minimum: 3, maximum: 3 });
  put(2, -1);
  expect(store.values(ID, 'p50', 60, START, minutes(3))).toEqual([undefined, 3, undefined]);
  expect(store.values(ID, 'Average', 60, START, minutes(3))).toEqual([2, 3, -1]);
});

test('values of another unit or other dimensions are of another metric', () => {
  const { store, put } = open();
  put(0, 1, { unit: 'Seconds' });
  put(0, 5, { unit: 'Milliseconds' });
  const of = (unit?: string) => store.values(ID, 'Sum', 60, START, minutes(1), unit);
  expect([of('Seconds'), of('Milliseconds'), of('Count'), of()]).toEqual([[1], [5], [undefined], [6]]);
  expect(store.values({ ...ID, dimensions: {} }, 'Sum', 60, START, minutes(1))).toEqual([undefined]);
  expect(store.list()).toEqual([ID]);
});

test('periods begin where the range begins', () => {
  const { store, put } = open();
  for (const minute of [0, 1, 2, 3]) put(minute, 1);
  expect(store.values(ID, 'Sum', 180, minutes(1), minutes(7))).toEqual([3, undefined]);
});

// Documented: "Metrics retention".
test('what is older than 15 days is removed', () => {
  const { store, put } = open();
  put(0, 1);
  put(17 * 24 * 60, 1);
  expect(store.firstFrom(ID, 0)).toBe(minutes(17 * 24 * 60));
  expect(store.values(ID, 'Sum', 60, START, minutes(1))).toEqual([undefined]);
});

test('values that arrive late are found', () => {
  const { store, put } = open();
  for (const minute of [3, 1, 2, 1]) put(minute, 1);
  expect(store.values(ID, 'Sum', 60, START, minutes(4))).toEqual([undefined, 2, 1, 1]);
  expect(store.firstFrom(ID, minutes(2))).toBe(minutes(2));
});

test('metrics beyond the limit are rejected by name, and do not fail a service', () => {
  const { store, reported } = open(1);
  store.put({ ...ID, at: START, value: 1 });
  const other = { ...ID, name: 'Other', at: START, value: 1 };
  expect(() => store.putValue(other)).toThrow(TooManyMetrics);
  store.put(other);
  store.put(other);
  expect(reported).toEqual(['The sandbox keeps 10000 metrics, and Shop Other would be one more: further metrics are not recorded']);
});

test('a gauge is read once, and fills each minute that has passed', async () => {
  const { store } = open();
  let reads = 0;
  const stop = store.observe(ID, 'Count', () => {
    reads += 1;
    return 7;
  });
  store.observe({ ...ID, name: 'Age' }, 'Seconds', async () => (at) => (at - START) / 1000);
  store.observe({ ...ID, name: 'Nothing' }, 'Count', () => undefined);
  await store.sample(START, minutes(3));
  expect(store.values(ID, 'Maximum', 60, START, minutes(3))).toEqual([7, 7, 7]);
  expect(store.values({ ...ID, name: 'Age' }, 'Maximum', 60, START, minutes(3))).toEqual([60, 120, 180]);
  expect(store.list()).toHaveLength(2);
  stop();
  await store.sample(minutes(3), minutes(4));
  expect(reads).toBe(1);
});

test('a source puts each value for each combination of dimensions that it has', () => {
  const { store } = open();
  const put = store.source({
    namespace: 'AWS/DynamoDB',
    units: { ReturnedItemCount: 'Count', Latency: 'Milliseconds' },
    dimensions: [['TableName'], ['TableName', 'GlobalSecondaryIndexName']],
  });
  put({ TableName: 't' }, { ReturnedItemCount: 3 });
  const id = { namespace: 'AWS/DynamoDB', name: 'ReturnedItemCount', dimensions: { TableName: 't' } };
  expect(store.list()).toEqual([id]);
  expect(store.values(id, 'Sum', 60, START, minutes(1), 'Count')).toEqual([3]);
  expect(store.filled({ ...id, dimensions: { GlobalSecondaryIndexName: 'i', TableName: 'x' } })).toBe('filled');
  expect(store.filled({ ...id, dimensions: { Operation: 'Query' } })).toBe('never filled');
  expect(store.filled({ ...id, name: 'Other' })).toBe('never filled');
  expect(store.filled({ ...id, namespace: 'AWS/EC2' })).toBe('never filled');
  expect(store.filled({ ...id, namespace: 'Shop' })).toBe('unknown');
});
