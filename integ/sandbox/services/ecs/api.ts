import type { Assembly, Check, Json, JsonObject } from '../../contracts';
import { type AwsJson, jsonService } from '../../protocol/aws-json';
import { objectOf, strings } from '../../protocol/json';
import { ServiceError } from '../../protocol/service-error';
import { describeDefinition, describeService, describeTask } from './describe';
import { arnOf, type Launcher } from './launcher';
import { withOverrides } from './overrides';
import { nameOf } from './resource-types';
import type { RunningService } from './scheduling/scheduler';
import type { TaskDefinition } from './task-definition';
import type { TaskDefinitions } from './task-definitions';
import type { Task } from './tasks/task-types';

const PROTOCOL: AwsJson = { target: 'AmazonEC2ContainerServiceV20141113', version: '1.1' };

export interface ApiOptions {
  readonly assembly: Assembly;
  readonly launcher: Launcher;
  services(): readonly RunningService[];
  readonly taskDefinitions: TaskDefinitions;
}

/** An operation: what it needs, and what it answers. */
interface Operation {
  checks(input: JsonObject): readonly Check[];
  execute(input: JsonObject): JsonObject;
}

/** The operations of Amazon ECS that clients of a running system use. Documented: Amazon ECS API Reference. */
export function ecsService(options: ApiOptions) {
  const operations = operationsOf(options);
  return jsonService({
    name: 'ecs',
    protocol: PROTOCOL,
    read(name, input) {
      const operation = operations[name];
      if (operation === undefined)
        throw new ServiceError('InvalidParameterException', `The sandbox does not support the operation ${name} of ecs`);
      return { checks: () => operation.checks(input), execute: () => operation.execute(input) };
    },
  });
}

function operationsOf({ assembly, launcher, services, taskDefinitions }: ApiOptions): Record<string, Operation> {
  const clusterOf = (input: JsonObject) => nameOf(input.cluster ?? 'default');
  const inCluster = (input: JsonObject) => ({ 'ecs:cluster': arnOf(assembly, `cluster/${clusterOf(input)}`) });
  const check = (action: string, resource: string, input: JsonObject): Check => ({
    action: `ecs:${action}`,
    resource,
    context: inCluster(input),
  });
  const serviceArn = (input: JsonObject, name: Json) =>
    String(name).startsWith('arn:') ? String(name) : arnOf(assembly, `service/${clusterOf(input)}/${name}`);
  const taskArn = (input: JsonObject, id: Json) =>
    String(id).startsWith('arn:') ? String(id) : arnOf(assembly, `task/${clusterOf(input)}/${id}`);
  const find = (arn: string) => services().find(({ definition }) => definition.arn === arn);
  const clusters = () => assembly.ofType('AWS::ECS::Cluster').filter((one) => !assembly.leftOut.has(one));

  function definitionOf(name: Json | undefined): TaskDefinition {
    const found = taskDefinitions.find(String(name));
    if (found === undefined) throw new ServiceError('ClientException', 'Unable to describe task definition.');
    return found;
  }
  function serviceOf(input: JsonObject): RunningService {
    const found = find(serviceArn(input, input.service ?? ''));
    if (found === undefined) throw new ServiceError('ServiceNotFoundException', 'Service not found.');
    return found;
  }
  const passRole = ({ taskRoleArn, executionRoleArn }: Pick<TaskDefinition, 'taskRoleArn' | 'executionRoleArn'>): Check[] =>
    [taskRoleArn, executionRoleArn].flatMap((resource) =>
      resource === undefined ? [] : [{ action: 'iam:PassRole', resource, context: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } }],
    );

  return {
    ListClusters: {
      checks: () => [{ action: 'ecs:ListClusters', resource: '*', context: {} }],
      execute: () => ({ clusterArns: clusters().map((one) => assembly.attribute(one, 'Arn')) }),
    },
    DescribeClusters: {
      checks: (input) =>
        named(input, 'clusters').map((name) => check('DescribeClusters', arnOf(assembly, `cluster/${nameOf(name)}`), input)),
      execute: (input) => {
        const found = clusters().filter((one) => named(input, 'clusters').map(nameOf).includes(assembly.ref(one)));
        return {
          clusters: found.map((one) => ({ clusterArn: assembly.attribute(one, 'Arn'), clusterName: assembly.ref(one), status: 'ACTIVE' })),
          failures: missing(named(input, 'clusters'), (name) => found.some((one) => assembly.ref(one) === nameOf(name))),
        };
      },
    },
    ListServices: {
      checks: (input) => [{ ...check('ListServices', '*', input) }],
      execute: (input) => ({
        serviceArns: services()
          .filter(({ definition }) => definition.cluster === clusterOf(input))
          .map(({ definition }) => definition.arn),
      }),
    },
    DescribeServices: {
      checks: (input) => strings(input.services).map((name) => check('DescribeServices', serviceArn(input, name), input)),
      execute: (input) => {
        const arns = strings(input.services).map((name) => serviceArn(input, name));
        return {
          services: arns.flatMap((arn) => find(arn) ?? []).map((one) => describeService(assembly, one)),
          failures: missing(arns, (arn) => find(arn) !== undefined),
        };
      },
    },
    UpdateService: {
      checks: (input) => [
        check('UpdateService', serviceArn(input, input.service ?? ''), input),
        ...(input.taskDefinition === undefined ? [] : passRole(definitionOf(input.taskDefinition))),
      ],
      execute: (input) => {
        only(input, ['cluster', 'service', 'desiredCount', 'taskDefinition', 'forceNewDeployment']);
        const service = serviceOf(input);
        const definition = input.taskDefinition === undefined ? undefined : definitionOf(input.taskDefinition);
        if (input.desiredCount !== undefined) service.scale(Number(input.desiredCount));
        // DescribeServices says how a deployment ends.
        if (definition !== undefined || input.forceNewDeployment === true) service.deploy(definition).catch(() => undefined);
        return { service: describeService(assembly, service) };
      },
    },
    ListTasks: {
      checks: (input) => [check('ListTasks', arnOf(assembly, `container-instance/${clusterOf(input)}/*`), input)],
      execute: (input) => {
        only(input, ['cluster', 'serviceName', 'family', 'desiredStatus', 'launchType', 'startedBy', 'maxResults']);
        const stopped = input.desiredStatus === 'STOPPED';
        const group = input.serviceName === undefined ? undefined : `service:${nameOf(input.serviceName)}`;
        const matches = (task: Task) =>
          nameOf(task.clusterArn) === clusterOf(input) &&
          (task.stopCode !== undefined) === stopped &&
          (group === undefined || task.group === group) &&
          (input.family === undefined || task.definition.family === input.family);
        return {
          taskArns: launcher
            .tasks()
            .filter(matches)
            .map(({ arn }) => arn),
        };
      },
    },
    DescribeTasks: {
      checks: (input) => strings(input.tasks).map((id) => check('DescribeTasks', taskArn(input, id), input)),
      execute: (input) => {
        const arns = strings(input.tasks).map((id) => taskArn(input, id));
        return {
          tasks: arns.flatMap((arn) => launcher.find(arn) ?? []).map(describeTask),
          failures: missing(arns, (arn) => launcher.find(arn) !== undefined),
        };
      },
    },
    RunTask: {
      checks: (input) => {
        const definition = definitionOf(input.taskDefinition);
        return [check('RunTask', definition.arn, input), ...passRole(definition)];
      },
      execute: (input) => {
        only(input, [
          'cluster',
          'taskDefinition',
          'count',
          'launchType',
          'networkConfiguration',
          'overrides',
          'platformVersion',
          'capacityProviderStrategy',
          'group',
          'startedBy',
          'clientToken',
          'propagateTags',
          'enableECSManagedTags',
          'enableExecuteCommand',
          'tags',
        ]);
        const definition = withOverrides(definitionOf(input.taskDefinition), objectOf(input.overrides));
        const network = objectOf(objectOf(input.networkConfiguration).awsvpcConfiguration);
        const subnets = strings(network.subnets);
        if (subnets.length === 0)
          throw new ServiceError(
            'InvalidParameterException',
            "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
          );
        const placement = {
          cluster: clusterOf(input),
          subnets,
          securityGroups: strings(network.securityGroups),
          publicIp: network.assignPublicIp === 'ENABLED',
          owner: definition.resource.id,
        };
        const group = typeof input.group === 'string' ? input.group : `family:${definition.family}`;
        const tasks = Array.from({ length: Number(input.count ?? 1) }, () =>
          launched(() => launcher.launch(definition, { ...placement, group })),
        );
        return { tasks: tasks.map(describeTask), failures: [] };
      },
    },
    StopTask: {
      checks: (input) => [check('StopTask', taskArn(input, input.task ?? ''), input)],
      execute: (input) => {
        const task = launcher.find(taskArn(input, input.task ?? ''));
        if (task === undefined) throw new ServiceError('InvalidParameterException', 'The referenced task was not found.');
        void task.stop(typeof input.reason === 'string' ? input.reason : 'Task stopped by user', 'UserInitiated');
        return { task: describeTask(task) };
      },
    },
    DescribeTaskDefinition: {
      checks: () => [{ action: 'ecs:DescribeTaskDefinition', resource: '*', context: {} }],
      execute: (input) => ({ taskDefinition: describeDefinition(assembly, definitionOf(input.taskDefinition)) }),
    },
    RegisterTaskDefinition: {
      checks: (input) => [
        { action: 'ecs:RegisterTaskDefinition', resource: '*', context: {} },
        ...passRole({ taskRoleArn: textOf(input.taskRoleArn), executionRoleArn: textOf(input.executionRoleArn) }),
      ],
      execute: (input) => ({
        taskDefinition: describeDefinition(
          assembly,
          registered(() => taskDefinitions.register(input)),
        ),
      }),
    },
  };
}

function registered(register: () => TaskDefinition): TaskDefinition {
  try {
    return register();
  } catch (error) {
    throw new ServiceError('ClientException', (error as Error).message);
  }
}

/** A subnet or a security group that does not exist is the caller's mistake. */
function launched(launch: () => Task): Task {
  try {
    return launch();
  } catch (error) {
    throw new ServiceError('InvalidParameterException', (error as Error).message);
  }
}

const named = (input: JsonObject, list: string) => (input[list] === undefined ? ['default'] : strings(input[list]));

function missing(arns: readonly string[], isThere: (arn: string) => boolean): JsonObject[] {
  return arns.filter((arn) => !isThere(arn)).map((arn) => ({ arn, reason: 'MISSING' }));
}

/** A parameter that would change what runs is never ignored. */
function only(input: JsonObject, known: readonly string[]): void {
  const other = Object.keys(input).find((name) => !known.includes(name));
  if (other !== undefined)
    throw new ServiceError('InvalidParameterException', `The sandbox does not support the parameter ${other} of this operation`);
}

const textOf = (value: Json | undefined) => (value === undefined ? undefined : String(value));
