import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader,
  type ResourceMetrics,
} from '@opentelemetry/sdk-metrics';
import { createMetrics } from '../../../examples/school-platform/app/grades/src/metrics';
import { closeServers, recording, testServer } from '../../../examples/school-platform/test/grades/fixtures';
import { eachOf } from '../../kit/each-of';
import { queryMetrics } from '../../kit/promql-query';
import type { JsonObject } from '../../sandbox';
import { installPromql } from '../../sandbox/engines';
import { openCloudWatch, type TestCloudWatch } from '../../sandbox/services/cloudwatch/testing';

/** What the schools ask for, one after the other: each is an operation in metrics. */
const PATHS = ['/students', '/students/s-1/evaluations', '/students/s-1/behaviour'];
/** A metric on the bill: each combination of a namespace, a name and dimensions. */
const BILLED = [
  'Luca/Platform GradeProcessingLatency [{"Name":"operation","Value":"ListEvaluations"}]',
  'Luca/Platform GradeProcessingLatency [{"Name":"operation","Value":"ListStudents"}]',
  'Luca/Platform GradeProcessingLatency [{"Name":"operation","Value":"ReadBehaviour"}]',
  'Luca/Platform InteractiveRequestCount []',
];
const [AT_ONCE, MOST_POINTS] = [8, 500];
/** The service and its task, which the collector leaves: ids have 32 characters. */
const RESOURCE = { 'service.name': 'luca-platform', 'aws.ecs.task.id': '0'.repeat(32) };

// The first use builds the engine.
beforeAll(() => installPromql(() => {}), 600_000);
afterEach(closeServers);

/** The service with metrics that the test reads, of differences, as the collector wants them. */
function measuring() {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const metrics = createMetrics(reader);
  async function exported(): Promise<ResourceMetrics> {
    await reader.forceFlush();
    return exporter.getMetrics()[0];
  }
  return { metrics, exported };
}

const bytesOf = (metrics: ResourceMetrics) => Buffer.from(ProtobufMetricsSerializer.serializeRequest(metrics) ?? []);

/** As the collector sends them: CloudWatch takes 1 MB. */
function batchesOf({ resource, scopeMetrics }: ResourceMetrics): Buffer[] {
  return scopeMetrics.flatMap((scope) =>
    scope.metrics.flatMap((metric) =>
      Array.from({ length: Math.ceil(metric.dataPoints.length / MOST_POINTS) }, (_, batch) => {
        const dataPoints = metric.dataPoints.slice(batch * MOST_POINTS, (batch + 1) * MOST_POINTS);
        return bytesOf({ resource, scopeMetrics: [{ ...scope, metrics: [{ ...metric, dataPoints } as typeof metric] }] });
      }),
    ),
  );
}

async function called({ endpoint }: TestCloudWatch, url: string, headers: Record<string, string>, body: Buffer) {
  const { expiration: _, ...credentials } = endpoint.administrator();
  return endpoint.call({ service: 'monitoring', region: 'us-east-1', method: 'POST', credentials, url, headers, body });
}

/** What CloudWatch has after each school sent a request: metrics that are billed one by one, and schools in those by volume. */
async function afterRequests(schools: number) {
  const cloudWatch = await openCloudWatch(() => {});
  const { metrics, exported } = measuring();
  try {
    const logs = cloudWatch.started.use('logs');
    const { ask } = testServer(recording(() => ({ Items: [] })).table, {
      metrics,
      verify: async (token) => ({ 'custom:school_id': token, sub: 'user-1' }),
      log: (line) => logs.write({ group: '/aws/ecs/luca-platform/application', stream: 'task', message: JSON.stringify(line), at: 0 }),
    });
    await eachOf([...Array(schools).keys()], AT_ONCE, async (number) => {
      const school = `school-${number}`;
      const headers = { authorization: `Bearer ${school}`, 'x-tenant-id': school };
      expect((await ask({ url: PATHS[number % PATHS.length], headers })).status).toBe(200);
    });
    for (const body of batchesOf(await exported())) {
      const { status } = await called(cloudWatch, '/v1/metrics', { 'content-type': 'application/x-protobuf' }, body);
      expect(status).toBe(200);
    }
    return { billed: await billedMetrics(cloudWatch), bySchool: await schoolsWithRequests(cloudWatch) };
  } finally {
    await metrics.close();
    await cloudWatch.close();
  }
}

async function billedMetrics(cloudWatch: TestCloudWatch): Promise<string[]> {
  const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'GraniteServiceVersion20100801.ListMetrics' };
  const { body } = await called(cloudWatch, '/', headers, Buffer.from('{}'));
  const metrics = JSON.parse(String(body)).Metrics as JsonObject[];
  return metrics.map(({ Namespace, MetricName, Dimensions }) => `${Namespace} ${MetricName} ${JSON.stringify(Dimensions)}`).sort();
}

/** @returns the schools, and their requests */
async function schoolsWithRequests(cloudWatch: TestCloudWatch): Promise<readonly number[]> {
  const requests = 'sum by (school) (sum_over_time({"InteractiveRequestCount"}[10m]))';
  const values = await Promise.all([`count(${requests})`, `sum(${requests})`].map((query) => queryMetrics(cloudWatch, query)));
  return values.map(([{ value }]) => Number(value[1]));
}

test('4,000 schools have as many billed metrics as 40, and no school is one of them; what is billed by volume has each school', async () => {
  const few = await afterRequests(40);
  expect(few).toEqual({ billed: BILLED, bySchool: [40, 40] });
  expect(await afterRequests(4_000)).toEqual({ billed: few.billed, bySchool: [4_000, 4_000] });
}, 300_000);

test('a request is at most 600 bytes by volume: two data points, each with its name, the school and what is left of the resource', async () => {
  const { metrics, exported } = measuring();
  metrics.record({ school: 'a-school-with-a-long-name', milliseconds: 43.21 });
  const { scopeMetrics } = await exported();
  // AWS counts the resource with each data point ("OTel metrics pricing and storage").
  const bytes = batchesOf({ resource: resourceFromAttributes(RESOURCE), scopeMetrics }).map(({ length }) => length);
  expect(bytes).toHaveLength(2);
  expect(bytes[0] + bytes[1]).toBeLessThan(600);
  expect(bytes[0] + bytes[1]).toBeGreaterThan(400);
  await metrics.close();
});
