import type { CpuArchitecture, FargateTaskDefinition } from 'aws-cdk-lib/aws-ecs';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { addCollector } from './collector';
import { createServiceLog } from './service-logs';
import type { Settings } from './settings';
import { createTaskDefinition } from './task-definition';
import { createExecutionRole, createTaskRole } from './task-roles';

/** Size and instruction set of a task. */
export interface TaskSize {
  readonly cpu: number;
  readonly memoryMiB: number;
  readonly architecture: CpuArchitecture;
}

/** What a task is made of. */
export interface Tasks {
  readonly taskDefinition: FargateTaskDefinition;
  readonly taskRole: Role;
  readonly executionRole: Role;
  /** The log of the code. */
  readonly logGroup: LogGroup;
  /** All logs of the task. */
  readonly logGroups: readonly LogGroup[];
}

/** Creates the roles, the log and the task definition. */
export function createTasks(scope: Construct, settings: Settings, size: TaskSize): Tasks {
  const { telemetry, logs } = settings;
  const logGroup = createServiceLog(scope, 'Logs', logs, { named: (name) => `/aws/ecs/${name}/application` });
  const taskRole = createTaskRole(scope);
  const executionRole = createExecutionRole(scope);
  const { taskDefinition, container } = createTaskDefinition(scope, settings, { ...size, taskRole, executionRole, logGroup });
  const { _collector: collector } = telemetry.openTelemetry;
  const { environment, secrets } = settings.container;
  const given = [...Object.keys(environment), ...Object.keys(secrets)];
  const metricLogs = collector && addCollector(scope, { collector, taskDefinition, container, given, taskRole, logGroup, logs });
  return { taskDefinition, taskRole, executionRole, logGroup, logGroups: metricLogs === undefined ? [logGroup] : [logGroup, metricLogs] };
}
