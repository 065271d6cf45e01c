import type { Assembly, JsonObject } from '../../contracts';
import { toApi } from './api-shape';
import { arnOf } from './launcher';
import type { Deployment } from './scheduling/deployment';
import type { RunningService } from './scheduling/scheduler';
import type { TaskDefinition } from './task-definition';
import type { Task } from './tasks/task-types';

/** Timestamps of the JSON protocol. */
const seconds = (milliseconds: number) => milliseconds / 1000;

const moment = (name: string, at: number | undefined) => (at === undefined ? {} : { [name]: seconds(at) });

/** Documented: "Task" (Amazon ECS API Reference). */
export function describeTask(task: Task): JsonObject {
  const { networkInterface, definition, stopCode, stoppedReason } = task;
  return {
    ...{ taskArn: task.arn, clusterArn: task.clusterArn, taskDefinitionArn: definition.arn, group: task.group, launchType: 'FARGATE' },
    ...{
      lastStatus: task.lastStatus,
      desiredStatus: stopCode === undefined ? 'RUNNING' : 'STOPPED',
      healthStatus: task.health,
      connectivity: 'CONNECTED',
    },
    ...{ availabilityZone: networkInterface.availabilityZone, cpu: definition.cpu ?? '', memory: String(definition.memory ?? '') },
    ...moment('createdAt', task.createdAt),
    ...moment('startedAt', task.startedAt),
    ...moment('stoppedAt', task.stoppedAt),
    ...(stopCode === undefined ? {} : { stopCode, stoppedReason: stoppedReason ?? '' }),
    containers: task.containers.map((state) => ({
      ...{
        name: state.definition.name,
        image: state.definition.image,
        taskArn: task.arn,
        runtimeId: state.id,
        lastStatus: state.status,
        healthStatus: state.health,
      },
      ...(state.exitCode === undefined ? {} : { exitCode: state.exitCode }),
      ...(state.reason === undefined ? {} : { reason: state.reason }),
      networkInterfaces: [{ privateIpv4Address: networkInterface.privateIp }],
    })),
    attachments: [
      {
        type: 'ElasticNetworkInterface',
        status: task.lastStatus === 'STOPPED' ? 'DELETED' : 'ATTACHED',
        details: [
          { name: 'subnetId', value: networkInterface.subnetId },
          { name: 'privateIPv4Address', value: networkInterface.privateIp },
        ],
      },
    ],
  };
}

/** Documented: "Deployment" (Amazon ECS API Reference). */
function describeDeployment(deployment: Deployment, primary: boolean, desiredCount: number): JsonObject {
  const tasks = [...deployment.tasks].map(({ task }) => task);
  const running = tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING').length;
  return {
    ...{
      id: deployment.id,
      status: primary ? 'PRIMARY' : 'ACTIVE',
      taskDefinition: deployment.definition.arn,
      desiredCount: primary ? desiredCount : 0,
    },
    ...{
      runningCount: running,
      pendingCount: tasks.filter(({ lastStatus }) => lastStatus === 'PROVISIONING' || lastStatus === 'PENDING').length,
    },
    ...{
      failedTasks: deployment.failedTasks,
      rolloutState: deployment.state,
      rolloutStateReason: deployment.reason,
      launchType: 'FARGATE',
    },
    ...moment('createdAt', deployment.createdAt),
    ...moment('updatedAt', deployment.updatedAt),
  };
}

/** Documented: "Service" (Amazon ECS API Reference). */
export function describeService(assembly: Assembly, service: RunningService): JsonObject {
  const { definition, deployments, desiredCount, events } = service;
  const described = deployments.map((one, at) => describeDeployment(one, at === 0, desiredCount));
  const sum = (name: string) => described.reduce((total, one) => total + Number(one[name]), 0);
  return {
    ...{
      serviceArn: definition.arn,
      serviceName: definition.name,
      clusterArn: arnOf(assembly, `cluster/${definition.cluster}`),
      status: 'ACTIVE',
    },
    ...{
      desiredCount,
      runningCount: sum('runningCount'),
      pendingCount: sum('pendingCount'),
      launchType: 'FARGATE',
      schedulingStrategy: 'REPLICA',
    },
    taskDefinition: deployments[0].definition.arn,
    deployments: described,
    loadBalancers: definition.targets.map(({ container, port, targetGroupArn }) => ({
      containerName: container,
      containerPort: port,
      targetGroupArn,
    })),
    events: events.map(({ id, createdAt, message }) => ({ id, createdAt: seconds(createdAt), message })),
  };
}

/** What a template says, in the shape of the API. */
export function describeDefinition(assembly: Assembly, { arn, family, revision, resource }: TaskDefinition): JsonObject {
  const { Tags: _tags, ...properties } = assembly.properties(resource);
  return { ...toApi(properties), taskDefinitionArn: arn, family, revision, status: 'ACTIVE' };
}
