import type { JsonObject } from '../../../contracts';
import type { ContainerState, Task } from './task-types';

type Described = Pick<Task, 'arn' | 'clusterArn' | 'group' | 'definition' | 'networkInterface' | 'containers' | 'lastStatus' | 'stopCode'>;

/** Documented: "Amazon ECS task metadata v4 JSON response for tasks on Fargate". */
export function containerMetadata(task: Described, state: ContainerState): JsonObject {
  const { arn, clusterArn, definition, networkInterface } = task;
  const { name, image, labels } = state.definition;
  const own = {
    cluster: clusterArn,
    'container-name': name,
    'task-arn': arn,
    'task-definition-family': definition.family,
    'task-definition-version': String(definition.revision),
  };
  const ecs = Object.fromEntries(Object.entries(own).map(([key, value]) => [`com.amazonaws.ecs.${key}`, value]));
  return {
    ...{ DockerId: state.id, Name: name, DockerName: name, Image: image, Labels: { ...labels, ...ecs } },
    ...{
      DesiredStatus: 'RUNNING',
      KnownStatus: state.status,
      ContainerARN: `${arn.replace(':task/', ':container/')}/${state.id}`,
      Type: 'NORMAL',
    },
    Networks: [{ NetworkMode: 'awsvpc', IPv4Addresses: [networkInterface.privateIp] }],
  };
}

export function taskMetadata(task: Described): JsonObject {
  const { arn, clusterArn, group, definition, networkInterface, containers } = task;
  return {
    ...{ Cluster: clusterArn, TaskARN: arn, Family: definition.family, Revision: String(definition.revision), LaunchType: 'FARGATE' },
    ...{ DesiredStatus: task.stopCode === undefined ? 'RUNNING' : 'STOPPED', KnownStatus: task.lastStatus },
    AvailabilityZone: networkInterface.availabilityZone,
    Containers: containers.map((state) => containerMetadata(task, state)),
    ...(group.startsWith('service:') ? { ServiceName: group.slice('service:'.length) } : {}),
  };
}
