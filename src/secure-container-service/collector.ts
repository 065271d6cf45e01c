import { Size, Stack } from 'aws-cdk-lib';
import {
  AwsLogDriverMode,
  Capability,
  type ContainerDefinition,
  ContainerImage,
  type FargateTaskDefinition,
  LinuxParameters,
  LogDrivers,
} from 'aws-cdk-lib/aws-ecs';
import { ManagedPolicy, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup, LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledge } from '../core/private/rule-packs';
import { uniqueName } from '../core/private/unique-name';
import { createServiceLog, type ServiceLogs } from './service-logs';
import type { SettledCollector } from './settled-collector';

export interface CollectorProps {
  readonly collector: SettledCollector;
  readonly taskDefinition: FargateTaskDefinition;
  readonly container: ContainerDefinition;
  /** Names of environment variables that the service sets itself, which take precedence. */
  readonly given: readonly string[];
  readonly taskRole: Role;
  /** Of the code. The collector logs its own problems there, in streams of its own. */
  readonly logGroup: ILogGroup;
  readonly logs: ServiceLogs;
}

/** Containers of a task share the loopback interface, which nothing else reaches. */
const GRPC = '127.0.0.1:4317';
const HTTP = '127.0.0.1:4318';
/** Attributes that X-Ray finds traces by, each with the header of the API that holds it. */
const INDEXED = { correlation_id: 'x-correlation-id', tenant_id: 'x-tenant-id' };
const CAPTURED_HEADERS = Object.values(INDEXED).join(',');
const MEMORY_MIB = 128;
const LIMIT_MIB = 100;

/** Adds a collector to the task, as the container `collector`, and the log group that its metrics arrive in, as the child `MetricLogs`. */
export function addCollector(scope: Construct, props: CollectorProps): LogGroup {
  const { collector, taskDefinition, container, given, taskRole, logGroup, logs } = props;
  const metricLogs = createServiceLog(scope, 'MetricLogs', logs, { named: (name) => `/aws/ecs/${name}/metrics` });
  const serviceName = collector.serviceName ?? logs.name ?? uniqueName(scope, 100);
  const linuxParameters = new LinuxParameters(taskDefinition, 'CollectorLinuxParameters', { initProcessEnabled: true });
  linuxParameters.dropCapabilities(Capability.ALL);
  taskDefinition.addContainer('collector', {
    image: ContainerImage.fromRegistry(collector.image),
    essential: false,
    memoryLimitMiB: MEMORY_MIB,
    readonlyRootFilesystem: true,
    linuxParameters,
    environment: { AOT_CONFIG_CONTENT: Stack.of(scope).toJsonString(configuration(collector, metricLogs.logGroupName)) },
    logging: LogDrivers.awsLogs({
      streamPrefix: 'collector',
      logGroup,
      mode: AwsLogDriverMode.NON_BLOCKING,
      maxBufferSize: Size.mebibytes(1),
    }),
  });
  for (const [variable, value] of Object.entries(environment(collector, serviceName))) {
    if (!given.includes(variable)) container.addEnvironment(variable, value);
  }
  grantCollector(taskRole, metricLogs);
  return metricLogs;
}

/** Documented: "OpenTelemetry Environment Variable Specification" and its OTLP exporter. */
function environment({ sampledShare, propagators }: SettledCollector, serviceName: string): Record<string, string> {
  return {
    OTEL_SERVICE_NAME: serviceName,
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://${HTTP}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'otlp',
    // Logs go the way of the container.
    OTEL_LOGS_EXPORTER: 'none',
    OTEL_PROPAGATORS: propagators.join(','),
    OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
    OTEL_TRACES_SAMPLER_ARG: String(sampledShare),
    // Python's name and Java's.
    OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_REQUEST: CAPTURED_HEADERS,
    OTEL_INSTRUMENTATION_HTTP_SERVER_CAPTURE_REQUEST_HEADERS: CAPTURED_HEADERS,
  };
}

/** JSON, which is YAML as well. */
function configuration({ namespace }: SettledCollector, logGroupName: string): object {
  return {
    receivers: { otlp: { protocols: { grpc: { endpoint: GRPC }, http: { endpoint: HTTP } } } },
    processors: {
      memory_limiter: { check_interval: '1s', limit_mib: LIMIT_MIB },
      resourcedetection: { detectors: ['env', 'ecs'] },
      attributes: { actions: Object.entries(INDEXED).flatMap(([attribute, header]) => singleValue(attribute, header)) },
      batch: { timeout: '5s' },
    },
    exporters: {
      awsxray: { indexed_attributes: Object.keys(INDEXED) },
      awsemf: { namespace, log_group_name: logGroupName, log_stream_name: '{TaskId}', dimension_rollup_option: 'NoDimensionRollup' },
    },
    service: {
      telemetry: { logs: { level: 'warn' } },
      pipelines: {
        traces: { receivers: ['otlp'], processors: ['memory_limiter', 'resourcedetection', 'attributes', 'batch'], exporters: ['awsxray'] },
        metrics: { receivers: ['otlp'], processors: ['memory_limiter', 'resourcedetection', 'batch'], exporters: ['awsemf'] },
      },
    },
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

/** In a policy of its own: what is acknowledged there hides nothing of what the code is granted. */
function grantCollector(taskRole: Role, metricLogs: LogGroup): void {
  const policy = new ManagedPolicy(taskRole, 'CollectorPolicy', {
    roles: [taskRole],
    statements: [
      new PolicyStatement({
        actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'],
        resources: ['*'],
      }),
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
        resources: [metricLogs.logGroupArn],
      }),
    ],
  });
  acknowledge(
    policy,
    ['AwsSolutions'],
    'IAM5[Resource::*]',
    'X-Ray has no resources for these four actions; the statement with * holds them only.',
  );
}
