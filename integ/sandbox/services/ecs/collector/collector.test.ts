import type { JsonObject } from '../../../contracts';
import type { ContainerDefinition } from '../task-definition';
import { collectorImage, collectorProblems } from './collector';

const ADOT = 'public.ecr.aws/aws-observability/aws-otel-collector';
const CONFIGURATION = {
  receivers: { otlp: { protocols: { http: { endpoint: '127.0.0.1:4318' } } } },
  processors: { 'attributes/id': { actions: [{ action: 'insert', key: 'a', from_attribute: 'b' }] }, batch: null },
  exporters: {
    awsxray: {},
    awsemf: { namespace: 'n', log_group_name: 'g', log_stream_name: 's', dimension_rollup_option: 'NoDimensionRollup' },
  },
  service: {
    pipelines: {
      traces: { receivers: ['otlp'], processors: ['attributes/id', 'batch'], exporters: ['awsxray'] },
      metrics: { receivers: ['otlp'], exporters: ['awsemf'] },
    },
  },
};

function problems(configuration: object, container: Partial<ContainerDefinition> = {}): string[] {
  const environment = [['AOT_CONFIG_CONTENT', JSON.stringify({ ...CONFIGURATION, ...configuration })]] as const;
  return collectorProblems({ image: `${ADOT}:v0.48.0`, environment, ...container } as ContainerDefinition);
}
/** Metrics go to CloudWatch's endpoint for OTLP. */
const byOtlp = (settings: object) => ({
  extensions: { sigv4auth: { service: 'monitoring', region: 'eu-west-1' } },
  processors: { ...CONFIGURATION.processors, resource: { attributes: [{ action: 'delete', pattern: '^cloud' }] } },
  exporters: {
    ...CONFIGURATION.exporters,
    otlphttp: {
      metrics_endpoint: 'https://monitoring.eu-west-1.amazonaws.com/v1/metrics',
      auth: { authenticator: 'sigv4auth' },
      ...settings,
    },
  },
  service: {
    extensions: ['sigv4auth'],
    pipelines: { metrics: { receivers: ['otlp'], processors: ['resource', 'batch'], exporters: ['otlphttp'] } },
  },
});
const exporters = (more: JsonObject) => ({ exporters: { ...CONFIGURATION.exporters, ...more } });

test.each([ADOT, `${ADOT}:latest`, `${ADOT}:v0.48.0@sha256:${'0'.repeat(64)}`])('%s is the collector', (name) => {
  expect(collectorImage(name)?.folder).toMatch(/collector\/image$/);
});

test.each(['otel/opentelemetry-collector', `${ADOT}-contrib`, 'example.com/aws-otel-collector'])('%s is another image', (name) => {
  expect(collectorImage(name)).toBeUndefined();
});

test('a configuration of supported components has no problem, nor has any other image', () => {
  expect(problems({})).toEqual([]);
  expect(problems(byOtlp({}))).toEqual([]);
  expect(collectorProblems({ image: 'other', environment: [], command: ['x'] } as unknown as ContainerDefinition)).toEqual([]);
});

test.each<[string, object, string]>([
  ['a receiver', { receivers: { ...CONFIGURATION.receivers, statsd: {} } }, 'receivers statsd is not supported: use otlp'],
  ['an exporter', exporters({ debug: {} }), 'exporters debug is not supported: use awsxray, awsemf, otlphttp'],
  ['a setting', exporters({ awsxray: { index_all_attributes: true } }), 'exporters.awsxray.index_all_attributes is not supported'],
  ['a protocol setting', { receivers: { otlp: { protocols: { http: { cors: {} } } } } }, 'protocols.http.cors is not supported'],
  [
    'other dimensions',
    exporters({ awsemf: { ...CONFIGURATION.exporters.awsemf, dimension_rollup_option: 'SingleDimensionRollupOnly' } }),
    'exporters.awsemf.dimension_rollup_option must be NoDimensionRollup here',
  ],
  ['a processor', { processors: { ...CONFIGURATION.processors, filter: {} } }, 'processors filter is not supported: use batch,'],
  [
    'an action',
    { processors: { ...CONFIGURATION.processors, attributes: { actions: [{ action: 'hash', key: 'a' }] } } },
    'the action hash of attributes is not supported',
  ],
  [
    'a detector',
    { processors: { ...CONFIGURATION.processors, resourcedetection: { detectors: ['eks'] } } },
    'the detector eks is not supported',
  ],
  ['a pipeline', { service: { pipelines: { logs: { receivers: ['otlp'], exporters: [] } } } }, 'the pipeline logs is not supported'],
  [
    'an exporter in the other pipeline',
    { service: { pipelines: { traces: { receivers: ['otlp'], exporters: ['awsemf'] } } } },
    'the pipeline traces exports to awsemf: only awsxray is supported',
  ],
  [
    'a name that is not defined',
    { service: { pipelines: { traces: { receivers: ['otlp'], processors: ['memory_limiter'], exporters: ['awsxray'] } } } },
    'the pipeline traces names memory_limiter, which processors lacks',
  ],
  ['an extension', { extensions: { health_check: {} } }, 'extensions health_check is not supported: use sigv4auth'],
  [
    'another destination',
    byOtlp({ metrics_endpoint: 'https://collector.example/v1/metrics' }),
    'the metrics_endpoint https://collector.example',
  ],
  ['no authenticator', { ...byOtlp({}), extensions: {} }, 'the exporter otlphttp authenticates by sigv4auth, which service.extensions and'],
  [
    'an action on resources',
    { processors: { ...CONFIGURATION.processors, resource: { attributes: [{ action: 'upsert', key: 'a', value: 'b' }] } } },
    'the action upsert of resource is not supported: use delete with a pattern',
  ],
])('%s that the receiver lacks is rejected by name', (_name, configuration, message) => {
  expect(problems(configuration)).toContainEqual(expect.stringContaining(`AOT_CONFIG_CONTENT: ${message}`));
});

test('a configuration that is not in the environment, or not JSON, is rejected', () => {
  const expected = /^AOT_CONFIG_CONTENT must be JSON in the container's environment/;
  expect(problems({}, { environment: [] })).toEqual([expect.stringMatching(expected)]);
  expect(problems({}, { environment: [['AOT_CONFIG_CONTENT', 'receivers:\n  otlp:']] })).toEqual([expect.stringMatching(expected)]);
  expect(problems({}, { command: ['--config=/etc/ecs/ecs-xray.yaml'] })).toEqual([expect.stringMatching(/^a command of the collector/)]);
});
