import type { JsonObject } from '../../contracts';
import type { Deployment } from './scheduling/deployment';
import type { Task } from './tasks/task-types';

/** Timestamps of the JSON protocol. */
export const seconds = (milliseconds: number) => milliseconds / 1000;

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
export function describeDeployment(deployment: Deployment, primary: boolean, desiredCount: number): JsonObject {
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
