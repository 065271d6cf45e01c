import {
  Capability,
  type ContainerDefinition,
  type CpuArchitecture,
  FargateTaskDefinition,
  LinuxParameters,
  LogDrivers,
  OperatingSystemFamily,
  TmpfsMountOption,
} from 'aws-cdk-lib/aws-ecs';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { acknowledge } from '../core/private/rule-packs';
import type { Settings } from './settings';

/** Memory of a folder that the code may write to. It counts as the task's own as it is used. */
const WRITABLE_MIB = 64;

export interface TaskProps {
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly architecture: CpuArchitecture;
  readonly taskRole: Role;
  readonly executionRole: Role;
  readonly logGroup: ILogGroup;
}

/** Creates the task definition as the child `Task`, with the container `service`. */
export function createTaskDefinition(
  scope: Construct,
  settings: Pick<Settings, 'image' | 'container' | 'telemetry'>,
  props: TaskProps,
): { taskDefinition: FargateTaskDefinition; container: ContainerDefinition } {
  const { cpu, memoryMiB, architecture, taskRole, executionRole } = props;
  const taskDefinition = new FargateTaskDefinition(scope, 'Task', {
    cpu,
    memoryLimitMiB: memoryMiB,
    taskRole,
    executionRole,
    runtimePlatform: { cpuArchitecture: architecture, operatingSystemFamily: OperatingSystemFamily.LINUX },
  });
  const container = addContainer(taskDefinition, scope, settings, props);
  acknowledge(
    taskDefinition,
    ['AwsSolutions'],
    'ECS2',
    'Environment variables hold names and settings; secrets are a prop of their own, whose values ECS reads from Secrets Manager or Parameter Store when a task starts.',
  );
  return { taskDefinition, container };
}

function addContainer(
  taskDefinition: FargateTaskDefinition,
  scope: Construct,
  { image, container, telemetry }: Pick<Settings, 'image' | 'container' | 'telemetry'>,
  { architecture, logGroup }: TaskProps,
): ContainerDefinition {
  const { port, environment, secrets, command, healthCheck, user, stopTimeout } = container;
  const { logDelivery } = telemetry;
  return taskDefinition.addContainer('service', {
    image: image.image(scope, architecture),
    portMappings: [{ containerPort: port }],
    environment: { ...environment, PORT: String(port) },
    secrets,
    command,
    user,
    readonlyRootFilesystem: true,
    linuxParameters: linuxParameters(taskDefinition, container.writablePaths),
    stopTimeout,
    ...(healthCheck.command === undefined
      ? {}
      : {
          healthCheck: { command: healthCheck.command, interval: healthCheck.interval, retries: 2, startPeriod: healthCheck.startPeriod },
        }),
    logging: LogDrivers.awsLogs({
      streamPrefix: 'service',
      logGroup,
      // Always written: the default of ECS has changed before, to one that loses lines without a word.
      mode: logDelivery._mode,
      ...(logDelivery._buffer === undefined ? {} : { maxBufferSize: logDelivery._buffer }),
    }),
  });
}

/**
 * Folders in memory rather than volumes: a volume belongs to root unless the image declares it ("Use bind mounts with Amazon ECS"), so that code of
 * another user could not write to it.
 */
function linuxParameters(taskDefinition: FargateTaskDefinition, writablePaths: readonly string[]): LinuxParameters {
  // The first process passes signals on and ends zombies.
  const parameters = new LinuxParameters(taskDefinition, 'LinuxParameters', { initProcessEnabled: true });
  parameters.dropCapabilities(Capability.ALL);
  parameters.addTmpfs(
    ...writablePaths.map((containerPath) => ({
      containerPath,
      size: WRITABLE_MIB,
      mountOptions: [TmpfsMountOption.NOEXEC, TmpfsMountOption.NOSUID, TmpfsMountOption.NODEV],
    })),
  );
  return parameters;
}
