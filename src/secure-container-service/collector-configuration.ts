import type { Stack } from 'aws-cdk-lib';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';

/** Containers of a task share the loopback interface, which nothing else reaches. */
const GRPC = '127.0.0.1:4317';
export const HTTP = '127.0.0.1:4318';
/** Attributes that X-Ray finds traces by, each with the header of the API that holds it. */
export const INDEXED = { correlation_id: 'x-correlation-id', tenant_id: 'x-tenant-id' };
const LIMIT_MIB = 100;
/** CloudWatch takes requests of at most 1 MB. */
const MOST_DATA_POINTS = 500;
/**
 * Attributes of resources that say where a task runs. Each is billed with each data point. The service's name stays, the id of the task, and
 * that of the process if the SDK has one: without them, two tasks or processes would send the same series at the same time.
 */
const WHERE_IT_RUNS =
  '^(aws\\.ecs\\.(cluster|launchtype|task\\.(arn|family|revision))|aws\\.log|cloud|container|host|os|process|telemetry)\\b';

/**
 * The configuration of the collector: JSON, which is YAML as well.
 *
 * @param metricLogs the log group of metrics in the embedded metric format; without one, they are sent by OTLP
 */
export function collectorConfiguration(stack: Stack, namespace: string, metricLogs: ILogGroup | undefined): object {
  const { extensions, processors, exporters, pipeline } = metricLogs === undefined ? toOtlp(stack) : toLogs(namespace, metricLogs);
  return {
    ...(extensions === undefined ? {} : { extensions }),
    receivers: { otlp: { protocols: { grpc: { endpoint: GRPC }, http: { endpoint: HTTP } } } },
    processors: {
      memory_limiter: { check_interval: '1s', limit_mib: LIMIT_MIB },
      resourcedetection: { detectors: ['env', 'ecs'] },
      attributes: { actions: Object.entries(INDEXED).flatMap(([attribute, header]) => singleValue(attribute, header)) },
      batch: { timeout: '5s' },
      ...processors,
    },
    exporters: { awsxray: { indexed_attributes: Object.keys(INDEXED) }, ...exporters },
    service: {
      telemetry: { logs: { level: 'warn' } },
      ...(extensions === undefined ? {} : { extensions: Object.keys(extensions) }),
      pipelines: {
        traces: { receivers: ['otlp'], processors: ['memory_limiter', 'resourcedetection', 'attributes', 'batch'], exporters: ['awsxray'] },
        metrics: { receivers: ['otlp'], ...pipeline },
      },
    },
  };
}

/** How metrics leave the collector. */
interface MetricsRoute {
  readonly extensions?: Readonly<Record<string, object>>;
  readonly processors?: Readonly<Record<string, object>>;
  readonly exporters: Readonly<Record<string, object>>;
  readonly pipeline: { readonly processors: readonly string[]; readonly exporters: readonly string[] };
}

function toLogs(namespace: string, { logGroupName }: ILogGroup): MetricsRoute {
  return {
    exporters: {
      awsemf: { namespace, log_group_name: logGroupName, log_stream_name: '{TaskId}', dimension_rollup_option: 'NoDimensionRollup' },
    },
    pipeline: { processors: ['memory_limiter', 'resourcedetection', 'batch'], exporters: ['awsemf'] },
  };
}

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/metrics-otel-send.html */
function toOtlp({ region, urlSuffix }: Stack): MetricsRoute {
  return {
    extensions: { sigv4auth: { service: 'monitoring', region } },
    processors: {
      resource: { attributes: [{ action: 'delete', pattern: WHERE_IT_RUNS }] },
      'batch/otlp': { timeout: '5s', send_batch_size: MOST_DATA_POINTS, send_batch_max_size: MOST_DATA_POINTS },
    },
    exporters: {
      otlphttp: { metrics_endpoint: `https://monitoring.${region}.${urlSuffix}/v1/metrics`, auth: { authenticator: 'sigv4auth' } },
    },
    pipeline: { processors: ['memory_limiter', 'resourcedetection', 'resource', 'batch/otlp'], exporters: ['otlphttp'] },
  };
}

/**
 * Instrumentations write a captured header as a list, and X-Ray indexes single values only: the exporter drops a list. So the list becomes
 * JSON text, and its first member the attribute. Python writes the header's name with underscores. An attribute that the code sets stays.
 *
 * @see https://github.com/open-telemetry/opentelemetry-collector-contrib/blob/main/exporter/awsxrayexporter/internal/translator/segment.go
 */
function singleValue(attribute: string, header: string): object[] {
  const names = [header, header.replaceAll('-', '_')];
  return [
    ...names.map((name) => ({ action: 'insert', key: attribute, from_attribute: `http.request.header.${name}` })),
    { action: 'convert', key: attribute, converted_type: 'string' },
    { action: 'extract', key: attribute, pattern: `^\\["(?P<${attribute}>[^"]+)"` },
  ];
}
