import { AggregationTemporality, DataPointType, InMemoryMetricExporter, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { createMetrics } from '../../app/grades/src/metrics';
import { closeServers, HEADERS, PUT, recording, SCHOOL, testServer } from './fixtures';

afterEach(closeServers);

/** Metrics that a test reads, as the collector gets them. */
function readable() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const metrics = createMetrics(reader);
  async function points(name: string) {
    exporter.reset();
    await reader.forceFlush();
    const all = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
    return all.filter(({ descriptor }) => descriptor.name === name);
  }
  return { metrics, points };
}

test('requests are counted and measured by school, in seconds', async () => {
  const { metrics, points } = readable();
  for (const milliseconds of [40, 60]) metrics.record({ school: 'a', milliseconds });
  metrics.record({ school: 'b', milliseconds: 200 });
  const [latency] = await points('GradeProcessingLatency');
  expect(latency.dataPointType).toBe(DataPointType.EXPONENTIAL_HISTOGRAM);
  expect(latency.descriptor.unit).toBe('s');
  expect(latency.dataPoints.map(({ attributes, value }) => ({ ...attributes, ...(value as object) }))).toEqual([
    expect.objectContaining({ school: 'a', count: 2, sum: 0.1 }),
    expect.objectContaining({ school: 'b', count: 1, sum: 0.2 }),
  ]);
  await metrics.close();
});

test('4,000 schools are 4,000 series of each, and none of them is lost in an overflow', async () => {
  const { metrics, points } = readable();
  for (let school = 0; school < 4_000; school += 1) metrics.record({ school: `school-${school}`, milliseconds: 40 });
  for (const { dataPoints } of [...(await points('GradeProcessingLatency')), ...(await points('InteractiveRequestCount'))]) {
    expect(new Set(dataPoints.map(({ attributes }) => attributes.school)).size).toBe(4_000);
  }
  await metrics.close();
});

test('a request is recorded with the school of its token, and one without a school is not', async () => {
  const { metrics, points } = readable();
  const { ask } = testServer(recording(() => ({ Items: [] })).table, { metrics });
  await ask({ url: '/students', headers: HEADERS });
  await ask({ ...PUT, headers: { ...HEADERS, authorization: 'Bearer another' } });
  const [{ dataPoints }] = await points('InteractiveRequestCount');
  expect(dataPoints.map(({ attributes, value }) => [attributes, value])).toEqual([[{ school: SCHOOL }, 1]]);
  await metrics.close();
});
