import { type Properties, propertiesOf } from '../../assembly/properties';
import type { Assembly, Resource } from '../../contracts';
import { objects, strings } from '../../protocol/json';

export const TASK_DEFINITION = 'AWS::ECS::TaskDefinition';

/** A task definition, as validation and tasks work with it. */
export interface TaskDefinition {
  readonly resource: Resource;
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly taskRoleArn?: string;
  readonly executionRoleArn?: string;
  /** Of all containers together, in MiB. */
  readonly memory?: number;
  readonly cpu?: string;
  readonly volumes: readonly string[];
  readonly containers: readonly ContainerDefinition[];
  /** What ECS would reject, or what cannot run here. */
  readonly problems: readonly string[];
}

export interface ContainerDefinition {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly entryPoint?: readonly string[];
  readonly essential: boolean;
  readonly user?: string;
  readonly workingDirectory?: string;
  readonly readonlyRoot: boolean;
  /** In milliseconds. */
  readonly startTimeout?: number;
  readonly stopTimeout: number;
  readonly environment: readonly (readonly [name: string, value: string])[];
  readonly secrets: readonly { readonly name: string; readonly valueFrom: string }[];
  readonly ports: readonly number[];
  readonly healthCheck?: ContainerHealthCheck;
  readonly dependsOn: readonly { readonly name: string; readonly condition: Condition }[];
  readonly mounts: readonly { readonly volume: string; readonly path: string; readonly readOnly: boolean }[];
  readonly tmpfs: readonly { readonly path: string; readonly megabytes: number }[];
  readonly logs?: { readonly group: string; readonly prefix: string };
  /** The hard limit in MiB; more than that ends the container. */
  readonly memory?: number;
  readonly restart?: { readonly ignoredExitCodes: readonly number[]; readonly attemptPeriod: number };
  /** Whether a process of its own starts the command and passes signals on. */
  readonly init: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

/** Durations in milliseconds. */
export interface ContainerHealthCheck {
  /** Without its first word. */
  readonly command: readonly string[];
  readonly shell: boolean;
  readonly interval: number;
  readonly timeout: number;
  readonly retries: number;
  readonly startPeriod: number;
}

export type Condition = 'START' | 'COMPLETE' | 'SUCCESS' | 'HEALTHY';
const CONDITIONS: readonly string[] = ['START', 'COMPLETE', 'SUCCESS', 'HEALTHY'];

/** Documented: "Amazon ECS task definition parameters for Fargate", container timeouts: 30 seconds, at most 120. */
const STOP_TIMEOUT_S = { usual: 30, most: 120 };
/** Documented: "HealthCheck" (Amazon ECS API Reference), in seconds. */
const HEALTH = { interval: 30, timeout: 5, retries: 3, startPeriod: 0 };

export function readTaskDefinition(assembly: Assembly, resource: Resource): TaskDefinition {
  const properties = propertiesOf(assembly, resource);
  const problems: string[] = [];
  const problem = (property: string, what: string) => void problems.push(properties.invalid(property, what).message);
  const mode = properties.text('NetworkMode');
  if (mode !== 'awsvpc')
    problem('NetworkMode', `is ${mode ?? 'bridge'}: only awsvpc runs here, in which each task has an address of its own`);
  const volumes = objects(properties.raw('Volumes') ?? []).map((volume) => {
    if (volume.Host !== undefined && Object.keys(volume.Host as object).length > 0)
      problem('Volumes.Host', 'names a folder of a container instance, and there is none here');
    return String(volume.Name);
  });
  const containers = properties.list('ContainerDefinitions').map((one) => readContainer(one, problems));
  if (containers.length === 0) problem('ContainerDefinitions', 'is empty');
  if (!containers.some(({ essential }) => essential)) problem('ContainerDefinitions', 'has no essential container');
  for (const { name, dependsOn, mounts } of containers) {
    for (const dependency of dependsOn) {
      const other = containers.find((one) => one.name === dependency.name);
      if (other === undefined)
        problem('ContainerDefinitions.DependsOn', `of ${name} names ${dependency.name}, which is no container of the task`);
      // Documented: "HealthCheck" (Amazon ECS API Reference): ECS does not monitor a health check that only the image has.
      else if (dependency.condition === 'HEALTHY' && other.healthCheck === undefined) {
        problem(
          'ContainerDefinitions.DependsOn',
          `of ${name} waits for ${other.name} to be healthy, which has no health check in the task definition`,
        );
      }
    }
    for (const { volume } of mounts) {
      if (!volumes.includes(volume))
        problem('ContainerDefinitions.MountPoints', `of ${name} names the volume ${volume}, which the task does not have`);
    }
  }
  const secret = containers.find(({ secrets }) => secrets.length > 0);
  if (secret !== undefined && !properties.has('ExecutionRoleArn')) problem('ExecutionRoleArn', `is missing: ${secret.name} has secrets`);
  return {
    ...{ resource, arn: assembly.ref(resource), family: assembly.ref(resource).split('/')[1].split(':')[0], revision: 1 },
    ...{ taskRoleArn: properties.text('TaskRoleArn'), executionRoleArn: properties.text('ExecutionRoleArn') },
    ...{ memory: properties.number('Memory'), cpu: properties.text('Cpu'), volumes, containers, problems: [...new Set(problems)] },
  };
}

function readContainer(container: Properties, problems: string[]): ContainerDefinition {
  const problem = (property: string, what: string) => void problems.push(container.invalid(property, what).message);
  const list = (name: string) => (container.has(name) ? strings(container.raw(name)) : undefined);
  const seconds = (name: string) => {
    const value = container.number(name);
    return value === undefined ? undefined : value * 1000;
  };
  const stop = container.number('StopTimeout') ?? STOP_TIMEOUT_S.usual;
  if (stop < 0 || stop > STOP_TIMEOUT_S.most)
    problem('StopTimeout', `is ${stop}: it must be a number of seconds from 0 to ${STOP_TIMEOUT_S.most} on Fargate`);
  const linux = container.object('LinuxParameters');
  const restart = container.object('RestartPolicy');
  const dependsOn = container
    .list('DependsOn')
    .map((one) => ({ name: one.required('ContainerName'), condition: one.required('Condition') as Condition }));
  for (const { condition } of dependsOn)
    if (!CONDITIONS.includes(condition)) problem('DependsOn', `has the condition ${condition}: it must be one of ${CONDITIONS.join(', ')}`);
  return {
    ...{ name: container.required('Name'), image: container.required('Image'), command: list('Command'), entryPoint: list('EntryPoint') },
    ...{ essential: !container.has('Essential') || container.flag('Essential'), user: container.text('User') },
    ...{ workingDirectory: container.text('WorkingDirectory'), readonlyRoot: container.flag('ReadonlyRootFilesystem') },
    ...{ startTimeout: seconds('StartTimeout'), stopTimeout: stop * 1000 },
    environment: container.list('Environment').map((one) => [one.required('Name'), one.text('Value') ?? ''] as const),
    secrets: container.list('Secrets').map((one) => ({ name: one.required('Name'), valueFrom: one.required('ValueFrom') })),
    ports: container.list('PortMappings').map((one) => portOf(one, problem)),
    healthCheck: container.has('HealthCheck') ? healthCheckOf(container.object('HealthCheck') as Properties, problem) : undefined,
    dependsOn,
    mounts: container
      .list('MountPoints')
      .map((one) => ({ volume: one.required('SourceVolume'), path: one.required('ContainerPath'), readOnly: one.flag('ReadOnly') })),
    tmpfs: (linux?.list('Tmpfs') ?? []).map((one) => ({ path: one.required('ContainerPath'), megabytes: one.number('Size') ?? 0 })),
    logs: logsOf(container, problem),
    memory: container.number('Memory'),
    restart: restart?.flag('Enabled')
      ? {
          ignoredExitCodes: strings(restart.raw('IgnoredExitCodes')).map(Number),
          attemptPeriod: (restart.number('RestartAttemptPeriod') ?? 300) * 1000,
        }
      : undefined,
    init: linux?.flag('InitProcessEnabled') ?? false,
    labels: container.texts('DockerLabels'),
  };
}

type ReportProblem = (property: string, what: string) => void;

function portOf(mapping: Properties, problem: ReportProblem): number {
  const port = mapping.number('ContainerPort') ?? 0;
  const host = mapping.number('HostPort');
  if (port < 1 || port > 65_535) problem('PortMappings.ContainerPort', `is ${port}: it must be from 1 to 65535`);
  // Documented: "PortMapping" (Amazon ECS API Reference): in awsvpc, the host port is the container port or left out.
  if (host !== undefined && host !== 0 && host !== port)
    problem('PortMappings.HostPort', `is ${host}: in the network mode awsvpc it must be ${port}`);
  const protocol = mapping.text('Protocol') ?? 'tcp';
  if (protocol !== 'tcp') problem('PortMappings.Protocol', `is ${protocol}: only tcp runs here`);
  return port;
}

function healthCheckOf(check: Properties, problem: ReportProblem): ContainerHealthCheck | undefined {
  const [kind, ...command] = strings(check.raw('Command'));
  if (kind === 'NONE') return undefined;
  if (kind !== 'CMD' && kind !== 'CMD-SHELL') problem('HealthCheck.Command', `begins with ${kind}: it must begin with CMD or CMD-SHELL`);
  const within = (name: string, usual: number, least: number, most: number) => {
    const value = check.number(name) ?? usual;
    if (value < least || value > most) problem(`HealthCheck.${name}`, `is ${value}: it must be from ${least} to ${most}`);
    return value;
  };
  return {
    ...{ command, shell: kind === 'CMD-SHELL' },
    interval: within('Interval', HEALTH.interval, 5, 300) * 1000,
    timeout: within('Timeout', HEALTH.timeout, 2, 120) * 1000,
    retries: within('Retries', HEALTH.retries, 1, 10),
    startPeriod: within('StartPeriod', HEALTH.startPeriod, 0, 300) * 1000,
  };
}

function logsOf(container: Properties, problem: ReportProblem): ContainerDefinition['logs'] {
  const logs = container.object('LogConfiguration');
  if (logs === undefined) return undefined;
  const driver = logs.required('LogDriver');
  if (driver !== 'awslogs') {
    problem('LogConfiguration.LogDriver', `is ${driver}: only awslogs runs here`);
    return undefined;
  }
  const options = logs.texts('Options');
  const known = ['awslogs-group', 'awslogs-region', 'awslogs-stream-prefix', 'awslogs-create-group', 'mode', 'max-buffer-size'];
  const other = Object.keys(options).find((name) => !known.includes(name));
  if (other !== undefined) problem('LogConfiguration.Options', `has ${other}, which is not supported`);
  for (const name of ['awslogs-group', 'awslogs-stream-prefix']) {
    // Documented: "Example Amazon ECS task definition: Route logs to CloudWatch", required for Fargate.
    if (options[name] === undefined) problem('LogConfiguration.Options', `has no ${name}, which Fargate requires`);
  }
  return { group: options['awslogs-group'], prefix: options['awslogs-stream-prefix'] };
}
