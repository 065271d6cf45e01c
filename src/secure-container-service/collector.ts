import { Size, Stack } from 'aws-cdk-lib';
import {
  AwsLogDriverMode,
  Capability,
  type ContainerDefinition,
  ContainerDependencyCondition,
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
import { collectorConfiguration, HTTP, INDEXED } from './collector-configuration';
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

const CAPTURED_HEADERS = Object.values(INDEXED).join(',');
const MEMORY_MIB = 128;

/**
 * Adds a collector to the task, as the container `collector`. Metrics in the embedded metric format arrive in a log group of their own, the
 * child `MetricLogs`, which is returned.
 */
export function addCollector(scope: Construct, props: CollectorProps): LogGroup | undefined {
  const { collector, taskDefinition, container, given, taskRole, logGroup, logs } = props;
  const metricLogs =
    collector.metrics === 'otlp' ? undefined : createServiceLog(scope, 'MetricLogs', logs, { named: (name) => `/aws/ecs/${name}/metrics` });
  const serviceName = collector.serviceName ?? logs.name ?? uniqueName(scope, 100);
  const linuxParameters = new LinuxParameters(taskDefinition, 'CollectorLinuxParameters', { initProcessEnabled: true });
  linuxParameters.dropCapabilities(Capability.ALL);
  const sidecar = taskDefinition.addContainer('collector', {
    image: ContainerImage.fromRegistry(collector.image),
    essential: false,
    memoryLimitMiB: MEMORY_MIB,
    readonlyRootFilesystem: true,
    linuxParameters,
    environment: {
      AOT_CONFIG_CONTENT: Stack.of(scope).toJsonString(collectorConfiguration(Stack.of(scope), collector.namespace, metricLogs)),
    },
    logging: LogDrivers.awsLogs({
      streamPrefix: 'collector',
      logGroup,
      mode: AwsLogDriverMode.NON_BLOCKING,
      maxBufferSize: Size.mebibytes(1),
    }),
  });
  // ECS reverses the order when a task ends: the collector takes what the code sends last.
  container.addContainerDependencies({ container: sidecar, condition: ContainerDependencyCondition.START });
  for (const [variable, value] of Object.entries(environment(collector, serviceName))) {
    if (!given.includes(variable)) container.addEnvironment(variable, value);
  }
  grantCollector(taskRole, metricLogs);
  return metricLogs;
}

/** What PromQL adds up without a loss of each series' first value: what was measured since the last export, in buckets that fit any scale. */
const DELTA = {
  OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE: 'delta',
  OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION: 'base2_exponential_bucket_histogram',
};

/** Documented: "OpenTelemetry Environment Variable Specification" and its OTLP exporter. */
function environment({ sampledShare, propagators, metrics }: SettledCollector, serviceName: string): Record<string, string> {
  return {
    OTEL_SERVICE_NAME: serviceName,
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://${HTTP}`,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
    OTEL_TRACES_EXPORTER: 'otlp',
    OTEL_METRICS_EXPORTER: 'otlp',
    ...(metrics === 'otlp' ? DELTA : {}),
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

/** In a policy of its own: what is acknowledged there hides nothing of what the code is granted. */
function grantCollector(taskRole: Role, metricLogs: LogGroup | undefined): void {
  const policy = new ManagedPolicy(taskRole, 'CollectorPolicy', {
    roles: [taskRole],
    statements: [
      new PolicyStatement({
        actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'],
        resources: ['*'],
      }),
      metricLogs === undefined
        ? // Without a condition on the namespace: metrics of OTLP have none.
          new PolicyStatement({ actions: ['cloudwatch:PutMetricData'], resources: ['*'] })
        : new PolicyStatement({
            actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'],
            resources: [metricLogs.logGroupArn],
          }),
    ],
  });
  acknowledge(
    policy,
    ['AwsSolutions'],
    'IAM5[Resource::*]',
    metricLogs === undefined
      ? 'X-Ray and cloudwatch:PutMetricData have no resources; the statements with * hold their actions only.'
      : 'X-Ray has no resources for these four actions; the statement with * holds them only.',
  );
}
